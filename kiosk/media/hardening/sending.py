"""What is mended in the senders of aiortc 1.16.0: our encoders, at our rate."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from struct import pack
from typing import Any, Protocol

import av
from aiortc import RTCRtpSender
from aiortc import rtcrtpsender as aiortc_sender
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket, wrap_rtx
from av.frame import Frame
from av.packet import Packet

from kiosk.media.hardening.names import require
from kiosk.media.opus import BITRATE_BPS, LEAST_TOLD_LOSS_PERCENT, RATE_HZ, OpusEncoder
from kiosk.media.rate import SendRate
from kiosk.media.vp8 import CLOCK_HZ, Vp8Encoder

PAYLOAD_BYTES = 1_150
"""Of a packet of video with its descriptor: with every header (RTP and its extensions, retransmission, SRTP, UDP,
IP, TURN) it stays below the 1 280 bytes that any path carries."""

HISTORY_PACKETS = 1024
KEY_FRAME_PAUSE_S = 0.3
AGAIN_PAUSE_S = 0.03
PADDING_CHOICE = 12
"""Of so many last packets, the larger ones fill probes."""

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


STEP_MEMORY, LONGEST_STEP = 1 / 16, 2.0
"""The usual time between pictures: weight of the newest one, which counts for so many usual ones at most."""
EMPTY_PADDING_BYTES = 400
"""A packet of padding of at most so many bytes is empty (it then has 255 at most), a larger one is a packet once more."""
HEADERS_BYTES = 32
"""RTP with its extensions."""


class SteeredVp8Encoder(Encoder):
    """VP8 whose target bitrate is ours, followed at each frame without a key frame.

    Upstream starts at 500 kbit/s, never goes below 250, follows every estimate of the receiver and builds
    a new encoder (a key frame) for each. Removed by: a public target bitrate on RTCRtpSender
    (aiortc pull request 1411) and reconfiguration in place.
    """

    def __init__(self, rate: SendRate, on_receiver_estimate: Callable[[int], None]) -> None:
        self._rate = rate
        self._on_receiver_estimate = on_receiver_estimate
        self._codec: Vp8Encoder | None = None
        self._picture_id = secrets.randbelow(1 << 15)
        self._last: int | None = None
        self._step = 3_000.0
        self._codec_at = 0
        """As the codec counts time: in even steps."""
        self.frames = 0
        """Encoded and not dropped."""

    @property
    def target_bitrate(self) -> int:
        return self._rate.target_bps

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._on_receiver_estimate(bitrate)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Payloads of the packets of `frame` (none: dropped to keep to the rate) and its time at 90 kHz.

        Runs in the media executor. A frame must be later than the one before.
        """
        assert isinstance(frame, av.VideoFrame)
        if frame.format.name != "yuv420p":
            frame = frame.reformat(format="yuv420p")
        assert frame.pts is not None
        assert frame.time_base is not None
        at = convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)
        if self._last is not None:
            step = min(max(1, at - self._last), LONGEST_STEP * self._step)
            self._step += STEP_MEMORY * (step - self._step)
        # libvpx gives a picture the room of all the time since the one before: after a single one left out it may be thirty times
        # too large. It is told of even steps, as libwebrtc does; a camera that slows down is followed in half a second.
        self._codec_at += int(self._step)
        self._last = at
        target_bps = self._rate.target_bps
        codec = self._codec
        if codec is None or (frame.width, frame.height) != (codec.width, codec.height):
            if codec is not None:
                codec.close()
            codec = self._codec = Vp8Encoder(frame.width, frame.height, target_bps)
        codec.set_target(target_bps, CLOCK_HZ / self._step)
        planes = frame.planes
        encoded = codec.encode((planes[0], planes[1], planes[2]), self._codec_at, int(self._step), key=force_keyframe)
        if encoded is None:
            return [], at
        payloads = vp8_payloads(encoded.data, self._picture_id)
        self._picture_id = (self._picture_id + 1) % (1 << 15)
        self.frames += 1
        return payloads, at

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        """Payloads of a frame that is VP8 already."""
        assert packet.pts is not None
        payloads = vp8_payloads(bytes(packet), self._picture_id)
        self._picture_id = (self._picture_id + 1) % (1 << 15)
        return payloads, convert_timebase(packet.pts, packet.time_base, VIDEO_TIME_BASE)


def vp8_payloads(data: bytes, picture_id: int) -> list[bytes]:
    """A VP8 frame cut into RTP payloads of about equal size, each with its descriptor (RFC 7741 section 4.2)."""
    room = PAYLOAD_BYTES - 4
    count = max(1, -(-len(data) // room))
    bounds = [len(data) * part // count for part in range(count + 1)]
    identity = pack("!BH", 0x80, 0x8000 | picture_id)
    return [(b"\x90" if begin == 0 else b"\x80") + identity + data[begin:end] for begin, end in pairwise(bounds)]


class MonoOpusEncoder(Encoder):
    """One voice: mono, 32 kbit/s, with the redundancy that lets the browser rebuild a lost packet.

    Upstream always sends stereo at 96 kbit/s. Removed by: codec parameters on RTCRtpSender.
    """

    def __init__(self) -> None:
        self._codec = OpusEncoder()
        self._bitrate_bps = BITRATE_BPS
        self._loss_percent = LEAST_TOLD_LOSS_PERCENT
        self._applied = (self._bitrate_bps, self._loss_percent)

    def set_bitrate(self, bitrate_bps: int) -> None:
        """From the next packet on. Any thread."""
        self._bitrate_bps = bitrate_bps

    def set_loss(self, percent: int) -> None:
        """Packets lost out of 100, as the other side tells; from the next packet on. Any thread."""
        self._loss_percent = percent

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """One packet for a frame of 10, 20, 40 or 60 ms (mono, int16, 48 kHz), and its time. Media executor."""
        assert isinstance(frame, av.AudioFrame)
        assert (frame.format.name, frame.layout.name, frame.sample_rate) == ("s16", "mono", RATE_HZ)
        assert frame.pts is not None
        wanted = (self._bitrate_bps, self._loss_percent)
        if wanted != self._applied:
            self._applied = wanted
            self._codec.set_bitrate(wanted[0])
            self._codec.set_loss(wanted[1])
        return [self._codec.encode(frame.to_ndarray()[0])], frame.pts

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        """The payload of a packet that is Opus already."""
        assert packet.pts is not None
        return [bytes(packet)], packet.pts


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
    require(Encoder, "encode", "pack")
    require(aiortc_sender, "RTP_HISTORY_SIZE")
    require(RTCRtpSender, "_handle_rtcp_packet", "_retransmit", "_send_keyframe", "_next_encoded_frame")
