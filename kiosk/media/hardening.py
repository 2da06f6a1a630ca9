"""Every touch on private names of aiortc 1.16.0 and aioice 0.13.0, in one place.

Each function says what is wrong upstream and which change there would remove it. `check_names` (called
before the first connection, and by a test) fails loudly when a name has moved.
"""

import fractions
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import av
from aioice import ice as aioice_ice
from aiortc import RTCDtlsTransport, RTCRtpReceiver, RTCRtpSender, RTCSctpTransport
from aiortc import jitterbuffer as aiortc_jitterbuffer
from aiortc import rtcrtpreceiver as aiortc_receiver
from aiortc.codecs import opus as aiortc_opus
from aiortc.codecs import vpx as aiortc_vpx
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket

from kiosk.media.assembly import FrameAssembler, VideoPacket
from kiosk.media.rate import SendRate

CONSENT_RETRANSMISSIONS = 2
"""Consent requests sent again after 0.5 s and 1 s; answers are taken for 3.5 s."""
OPUS_BPS = 28_000
EXPECTED_LOSS_PERCENT = "5"
MAX_DECODER_BACKLOG = 15
"""Encoded frames waiting for the decoder: half a second; beyond, start again at a key frame."""

_RECEIVER_NAMES = (
    "_RTCRtpReceiver__jitter_buffer",
    "_RTCRtpReceiver__timestamp_mapper",
    "_RTCRtpReceiver__decoder_queue",
    "_RTCRtpReceiver__codecs",
    "_RTCRtpReceiver__nack_generator",
    "_send_rtcp_nack",
    "_send_rtcp_pli",
)
_SENDER_NAMES = ("_RTCRtpSender__encoder", "_RTCRtpSender__octet_count", "_handle_rtcp_packet", "_ssrc")


class UpstreamMoved(RuntimeError):
    """A private name that this module relies on is gone: pin the old version or adapt this module."""


def require(target: object, *names: str) -> None:
    """Raises UpstreamMoved when `target` lacks one of `names`."""
    missing = [name for name in names if not hasattr(target, name)]
    if missing:
        where = target.__name__ if isinstance(target, type) else type(target).__name__
        raise UpstreamMoved(f"{where} has no {', '.join(missing)}")


# ---- aioice: consent ------------------------------------------------------------------------------------


def patient_consent() -> None:
    """Send consent requests (RFC 7675) again instead of counting each silence of 0.5 s as a failure.

    Upstream sends each request once with a time-out of 0.5 s: a link with a longer round trip is closed
    after 33 s. Only consent asks for `retransmissions=0`. Removed by: aioice issue 58 (retransmission of
    consent requests). Applying it twice changes nothing.
    """
    require(aioice_ice, "StunProtocol", "CONSENT_FAILURES")
    protocol = aioice_ice.StunProtocol
    require(protocol, "request")
    if getattr(protocol.request, "patient", False):
        return
    original = protocol.request

    async def request(self: Any, message: Any, addr: Any, **options: Any) -> Any:
        if options.get("retransmissions") == 0:
            options["retransmissions"] = CONSENT_RETRANSMISSIONS
        return await original(self, message, addr, **options)

    request.patient = True  # type: ignore[attr-defined]
    protocol.request = request


# ---- sending --------------------------------------------------------------------------------------------


class SteeredVp8Encoder(aiortc_vpx.Vp8Encoder):
    """VP8 whose target bitrate is ours.

    Upstream starts at 500 kbit/s, never goes below 250, follows every estimate of the receiver and builds
    a new encoder (a key frame) for each. Removed by: a public target bitrate on RTCRtpSender
    (aiortc pull request 1411) and reconfiguration in place.
    """

    def __init__(self, rate: SendRate, clock: Callable[[], float], sent_bytes: Callable[[], int]) -> None:
        super().__init__()
        self._rate = rate
        self._clock = clock
        self._sent_bytes = sent_bytes

    @property
    def target_bitrate(self) -> int:
        return self._rate.target_bps

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._rate.on_estimate(bitrate, self._clock(), self._sent_bytes())


class MonoOpusEncoder(aiortc_opus.OpusEncoder):
    """One voice: mono, 28 kbit/s, with the redundancy that lets the browser rebuild a lost packet.

    Upstream always sends stereo at 96 kbit/s. Removed by: codec parameters on RTCRtpSender.
    """

    def __init__(self) -> None:
        super().__init__()
        codec = av.CodecContext.create("libopus", "w")
        codec.bit_rate = OPUS_BPS
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = aiortc_opus.SAMPLE_RATE
        codec.time_base = fractions.Fraction(1, aiortc_opus.SAMPLE_RATE)
        codec.options = {"application": "voip", "fec": "1", "packet_loss": EXPECTED_LOSS_PERCENT}
        self.codec = codec
        self.resampler = av.AudioResampler(
            format="s16", layout="mono", rate=aiortc_opus.SAMPLE_RATE, frame_size=aiortc_opus.SAMPLES_PER_FRAME
        )


def steer_video(sender: RTCRtpSender, rate: SendRate, clock: Callable[[], float]) -> None:
    """Make `sender` encode VP8 at the target of `rate`, and tell `rate` of reported loss.

    `clock` gives monotonic seconds. Call it before the sender starts. Upstream ignores reported loss.
    """
    require(sender, *_SENDER_NAMES)

    def sent_bytes() -> int:
        count: int = sender._RTCRtpSender__octet_count  # type: ignore[attr-defined]
        return count

    sender._RTCRtpSender__encoder = SteeredVp8Encoder(rate, clock, sent_bytes)  # type: ignore[attr-defined]
    original = sender._handle_rtcp_packet

    async def handle(packet: Any) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    rate.on_loss(report.fraction_lost / 256, clock())
        await original(packet)

    sender._handle_rtcp_packet = handle  # type: ignore[method-assign]


def steer_audio(sender: RTCRtpSender) -> None:
    """Make `sender` encode mono voice. Call it before the sender starts."""
    require(sender, *_SENDER_NAMES)
    sender._RTCRtpSender__encoder = MonoOpusEncoder()  # type: ignore[attr-defined]


# ---- receiving sound ------------------------------------------------------------------------------------


class ArrivalBuffer:
    """Passes each sound packet on at once: `kiosk.media.playout` reorders and conceals with its timestamp.

    Upstream waits for four packets, plays 280 ms of silence for one lost packet and then keeps these
    280 ms of delay for the whole call. Removed by: aiortc issue 543.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()

    def add(self, packet: Any) -> tuple[bool, Any]:
        """(False, frame) for a new packet, (False, None) for a duplicate or an empty one."""
        if packet.sequence_number in self._seen or not packet._data:
            return False, None
        self._seen[packet.sequence_number] = None
        if len(self._seen) > 256:
            self._seen.popitem(last=False)
        return False, aiortc_jitterbuffer.JitterFrame(data=packet._data, timestamp=packet.timestamp)


class SignedTimestampMapper:
    """Unwraps 32-bit RTP timestamps, also of packets that come out of order (upstream takes these for a wrap)."""

    def __init__(self) -> None:
        self._last: int | None = None

    def map(self, timestamp: int) -> int:
        if self._last is None:
            self._last = timestamp
        else:
            self._last += ((timestamp - self._last + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        return self._last


def pass_sound_through(receiver: RTCRtpReceiver) -> None:
    """Take aiortc's jitter buffer out of the path of received sound. Call it before the receiver starts."""
    require(receiver, *_RECEIVER_NAMES)
    receiver._RTCRtpReceiver__jitter_buffer = ArrivalBuffer()  # type: ignore[attr-defined]
    receiver._RTCRtpReceiver__timestamp_mapper = SignedTimestampMapper()  # type: ignore[attr-defined]


# ---- receiving pictures ---------------------------------------------------------------------------------


class VideoIntake:
    """Stands where aiortc's video jitter buffer was; feeds whole frames to its decoder thread.

    Upstream asks once for a missing packet, asks for a key frame only after 512 packets, waits for the
    next frame to see that one is complete, and hands over one frame per packet so that a backlog never
    drains. Removed by: a timer on the last decoded frame (aiortc issue 58).
    """

    def __init__(self, receiver: RTCRtpReceiver, clock: Callable[[], float]) -> None:
        require(receiver, *_RECEIVER_NAMES)
        self._receiver: Any = receiver
        self._clock = clock
        self._assembler = FrameAssembler()
        self._ssrc: int | None = None
        self.frames = 0
        """Frames given to the decoder."""
        receiver._RTCRtpReceiver__jitter_buffer = self  # type: ignore[attr-defined]

    def add(self, packet: Any) -> tuple[bool, None]:
        """Take a packet; complete frames go to the decoder's queue, never to the caller."""
        self._ssrc = packet.ssrc
        head = packet.payload[0] if packet.payload else 0
        video = VideoPacket(
            sequence_number=packet.sequence_number,
            timestamp=packet.timestamp,
            marker=bool(packet.marker),
            start=bool(head & 0x10) and not head & 0x0F,
            data=packet._data,
        )
        frames = self._assembler.add(video, self._clock())
        decoder = self._receiver._RTCRtpReceiver__decoder_queue
        if frames and decoder.qsize() > MAX_DECODER_BACKLOG:
            self._assembler.restart()
            return True, None
        codec = self._receiver._RTCRtpReceiver__codecs[packet.payload_type]
        for frame in frames:
            timestamp = self._receiver._RTCRtpReceiver__timestamp_mapper.map(frame.timestamp)
            decoder.put((codec, aiortc_jitterbuffer.JitterFrame(data=frame.data, timestamp=timestamp)))
            self.frames += 1
        return False, None

    def shown(self) -> None:
        """A frame was decoded."""
        self._assembler.shown(self._clock())

    async def ask_again(self) -> None:
        """Send what the assembler wants of the sender, if anything."""
        if self._ssrc is None:
            return
        requests = self._assembler.requests(self._clock())
        generator = self._receiver._RTCRtpReceiver__nack_generator
        generator.missing.intersection_update(number & 0xFFFF for number in self._assembler.missing())
        if requests.nack:
            await self._receiver._send_rtcp_nack(self._ssrc, sorted(requests.nack))
        if requests.key_frame:
            await self._receiver._send_rtcp_pli(self._ssrc)


def queued_frames(track: Any) -> int:
    """Decoded frames waiting in a remote track: its queue has no bound upstream, the consumer drains it."""
    require(track, "_queue")
    size: int = track._queue.qsize()
    return size


def packets_received(transport: RTCDtlsTransport) -> int:
    """Packets that arrived on a transport so far, of any kind.

    The public statistics hold the same number, but build a dozen objects at each look.
    """
    require(transport, "_RTCDtlsTransport__rx_packets")
    count: int = transport._RTCDtlsTransport__rx_packets  # type: ignore[attr-defined]
    return count


def round_trip_s(transport: RTCSctpTransport | None) -> float | None:
    """The smoothed round trip of the data channels, in seconds; None before the first. No public statistic has it."""
    if transport is None:
        return None
    require(transport, "_srtt")
    value: float | None = transport._srtt
    return value


def set_up() -> None:
    """Apply what concerns the whole process, and check the names. Safe to call again."""
    check_names()
    patient_consent()


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_jitterbuffer, "JitterFrame")
    require(aiortc_receiver, "RemoteStreamTrack", "TimestampMapper", "NackGenerator")
    require(aiortc_vpx, "Vp8Encoder")
    require(aiortc_vpx.Vp8Encoder, "target_bitrate", "encode")
    require(aiortc_opus, "OpusEncoder", "SAMPLE_RATE", "SAMPLES_PER_FRAME")
    require(RTCRtpReceiver, "_handle_rtp_packet", "_send_rtcp_nack", "_send_rtcp_pli")
    require(RTCRtpSender, "_handle_rtcp_packet", "_next_encoded_frame")
