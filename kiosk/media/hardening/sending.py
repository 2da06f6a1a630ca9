"""What is mended in the senders of aiortc 1.16.0: our encoders at our rate, and what is sent again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from aiortc import RTCRtpSender
from aiortc import rtcrtpsender as aiortc_sender
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket, wrap_rtx

from kiosk.media.hardening.encoders import MonoOpusEncoder, SteeredVp8Encoder
from kiosk.media.hardening.names import require
from kiosk.media.rate import SendRate

HISTORY_PACKETS = 1024
KEY_FRAME_PAUSE_S = 0.3
AGAIN_PAUSE_S = 0.03
PADDING_CHOICE = 12
"""Of so many last packets, the larger ones fill probes."""
EMPTY_PADDING_BYTES = 400
"""A packet of padding of at most so many bytes is empty (it then has 255 at most), a larger one is a packet once more."""
HEADERS_BYTES = 32
"""RTP with its extensions."""

SENDER_NAMES = (
    "_RTCRtpSender__encoder",
    "_RTCRtpSender__rtp_header_extensions_map",
    "_RTCRtpSender__rtp_history",
    "_RTCRtpSender__rtx_payload_type",
    "_RTCRtpSender__rtx_sequence_number",
    "_handle_rtcp_packet",
    "_retransmit",
    "_rtx_ssrc",
    "_send_keyframe",
    "_ssrc",
)


class Steering(Protocol):
    """Who hears what the other side reports of our picture, and sends again what it lost."""

    def on_receiver_estimate(self, bps: float) -> None: ...

    def on_receiver_loss(self, fraction: float) -> None: ...

    def send_again(self, packet: bytes, sequence_number: int) -> None: ...

    def round_trip_s(self) -> float | None: ...


class PictureSending:
    """The video sender, steered: VP8 at the target of `rate`, each lost packet sent again once a round trip.

    Upstream ignores reported loss, keeps only the last 128 packets (a fifth of a second at 720 lines), sends
    again what is asked as often as it is asked, at once, beside any budget, and makes a key frame at each request. Removed by:
    a pacer and a retransmission budget in aiortc (issue 884).
    """

    def __init__(self, sender: RTCRtpSender, rate: SendRate, steering: Steering, clock: Callable[[], float]) -> None:
        require(sender, *SENDER_NAMES)
        require(aiortc_sender, "RTP_HISTORY_SIZE")
        self._sender: Any = sender
        self._steering = steering
        self._clock = clock
        self._sent_again: OrderedDict[int, float] = OrderedDict()
        self._key_frame_s = float("-inf")
        self._key_frame_due: asyncio.TimerHandle | None = None
        self._filled = 0
        self.key_frames_asked = 0
        """By the other side."""
        self._encoder = SteeredVp8Encoder(rate, steering.on_receiver_estimate)
        sender._RTCRtpSender__encoder = self._encoder  # type: ignore[attr-defined]
        self._handle = sender._handle_rtcp_packet
        self._make_key_frame = sender._send_keyframe
        sender._handle_rtcp_packet = self._take_report  # type: ignore[method-assign]
        sender._retransmit = self._retransmit  # type: ignore[method-assign]
        sender._send_keyframe = self._key_frame_asked  # type: ignore[method-assign]

    @property
    def frames_sent(self) -> int:
        """Pictures encoded and handed over so far."""
        return self._encoder.frames

    async def _take_report(self, packet: Any) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == self._sender._ssrc:
                    self._steering.on_receiver_loss(report.fraction_lost / 256)
        await self._handle(packet)

    def _key_frame_asked(self) -> None:
        """Once a round trip is enough: the one under way is not there yet."""
        self.key_frames_asked += 1
        now_s = self._clock()
        pause_s = max(KEY_FRAME_PAUSE_S, self._steering.round_trip_s() or 0.0)
        if self._key_frame_due is not None and not self._key_frame_due.cancelled():
            return
        wait_s = self._key_frame_s + pause_s - now_s
        if wait_s <= 0:
            self._make()
        else:
            self._key_frame_due = asyncio.get_running_loop().call_later(wait_s, self._make)

    def refresh(self) -> None:
        """The next picture is a key frame: our own wish, at once."""
        if self._key_frame_due is not None:
            self._key_frame_due.cancel()
        self._make()

    def _make(self) -> None:
        self._key_frame_due = None
        self._key_frame_s = self._clock()
        self._make_key_frame()

    async def _retransmit(self, sequence_number: int) -> None:
        now_s = self._clock()
        again_s = max(AGAIN_PAUSE_S, self._steering.round_trip_s() or 0.0)
        if now_s - self._sent_again.get(sequence_number, float("-inf")) < again_s:
            return
        packet = self._kept(sequence_number)
        if packet is None:
            return
        self._note_again(sequence_number, now_s)
        self._steering.send_again(self._again(packet), sequence_number)

    def _note_again(self, sequence_number: int, now_s: float) -> None:
        self._sent_again[sequence_number] = now_s
        self._sent_again.move_to_end(sequence_number)
        while len(self._sent_again) > HISTORY_PACKETS:
            self._sent_again.popitem(last=False)

    def _kept(self, sequence_number: int) -> Any:
        packet = self._sender._RTCRtpSender__rtp_history.get(sequence_number % HISTORY_PACKETS)
        return packet if packet is not None and packet.sequence_number == sequence_number else None

    def _again(self, packet: Any) -> bytes:
        if self._sender._RTCRtpSender__rtx_payload_type is not None:
            packet = self._wrapped(packet)
        data: bytes = packet.serialize(self._sender._RTCRtpSender__rtp_header_extensions_map)
        return data

    def _wrapped(self, packet: Any) -> Any:
        """`packet` as the next one of the retransmission stream (RFC 4588)."""
        sender = self._sender
        wrapped = wrap_rtx(
            packet,
            payload_type=sender._RTCRtpSender__rtx_payload_type,
            sequence_number=sender._RTCRtpSender__rtx_sequence_number,
            ssrc=sender._rtx_ssrc,
        )
        sender._RTCRtpSender__rtx_sequence_number = (wrapped.sequence_number + 1) & 0xFFFF
        return wrapped

    def copy(self, sequence_number: int) -> bytes | None:
        """A packet of the picture once more, before anybody asks; None: not kept any more, or no stream for it."""
        packet = self._kept(sequence_number)
        if packet is None or self._sender._RTCRtpSender__rtx_payload_type is None:
            return None
        self._note_again(sequence_number, self._clock())
        return self._again(packet)

    def padding(self, size: int) -> bytes | None:
        """A packet of about `size` bytes that fills a probe; None before the first picture.

        Large ones are packets of the picture once more, of use if they were lost; small ones are empty. None also
        without retransmission in the description: what is not numbered apart would be a hole in the picture.
        """
        sender = self._sender
        history = sender._RTCRtpSender__rtp_history
        if not history or sender._RTCRtpSender__rtx_payload_type is None:
            return None
        newest = max(list(history.values())[-1:], key=lambda packet: packet.sequence_number)
        if size <= EMPTY_PADDING_BYTES:
            return self._empty(newest, size)
        number = newest.sequence_number
        candidates = [kept for back in range(PADDING_CHOICE) if (kept := self._kept((number - back) & 0xFFFF))]
        if not candidates:
            return None
        self._filled += 1
        largest = sorted(candidates, key=lambda packet: -len(packet.payload))[: max(1, len(candidates) // 2)]
        return self._again(largest[self._filled % len(largest)])

    def _empty(self, like: Any, size: int) -> bytes:
        """A packet of padding alone (RFC 3550 section 5.1), numbered as what is sent again."""
        packet = self._wrapped(like)
        packet.payload, packet.marker, packet.padding_size = b"", 0, max(1, min(255, size - HEADERS_BYTES))
        data: bytes = packet.serialize(self._sender._RTCRtpSender__rtp_header_extensions_map)
        return data

    def close(self) -> None:
        """No key frame will be asked for any more."""
        if self._key_frame_due is not None:
            self._key_frame_due.cancel()


def keep_more_packets() -> None:
    """Keep a second or two of what was sent, in the whole process. Applying it twice changes nothing."""
    require(aiortc_sender, "RTP_HISTORY_SIZE")
    aiortc_sender.RTP_HISTORY_SIZE = HISTORY_PACKETS  # type: ignore[attr-defined]


class VoiceSending:
    """The audio sender, steered: mono voice at the bitrate and for the loss that `follow` gives."""

    def __init__(self, sender: RTCRtpSender) -> None:
        require(sender, "_RTCRtpSender__encoder", "_ssrc")
        self._encoder = MonoOpusEncoder()
        sender._RTCRtpSender__encoder = self._encoder  # type: ignore[attr-defined]
        self.ssrc: int = sender._ssrc

    def follow(self, bitrate_bps: int, loss: float) -> None:
        """From the next packet on; `loss` is 0..1."""
        self._encoder.set_bitrate(bitrate_bps)
        self._encoder.set_loss(round(100 * loss))


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_sender, "RTP_HISTORY_SIZE")
    require(RTCRtpSender, "_handle_rtcp_packet", "_retransmit", "_send_keyframe", "_next_encoded_frame")
