"""What is mended in the senders of aiortc 1.16.0: our encoders, at our rate."""

import secrets
from collections.abc import Callable
from itertools import pairwise
from struct import pack
from typing import Any

import av
from aiortc import RTCRtpSender
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket
from av.frame import Frame
from av.packet import Packet

from kiosk.media.hardening.names import require
from kiosk.media.opus import BITRATE_BPS, LEAST_TOLD_LOSS_PERCENT, RATE_HZ, OpusEncoder
from kiosk.media.rate import SendRate
from kiosk.media.vp8 import CLOCK_HZ, Vp8Encoder

PAYLOAD_BYTES = 1_150
"""Of a packet of video with its descriptor: with every header (RTP and its extensions, retransmission, SRTP, UDP,
IP, TURN) it stays below the 1 280 bytes that any path carries."""

SENDER_NAMES = ("_RTCRtpSender__encoder", "_RTCRtpSender__octet_count", "_handle_rtcp_packet", "_ssrc")


class SteeredVp8Encoder(Encoder):
    """VP8 whose target bitrate is ours, followed at each frame without a key frame.

    Upstream starts at 500 kbit/s, never goes below 250, follows every estimate of the receiver and builds
    a new encoder (a key frame) for each. Removed by: a public target bitrate on RTCRtpSender
    (aiortc pull request 1411) and reconfiguration in place.
    """

    def __init__(self, rate: SendRate, clock: Callable[[], float], sent_bytes: Callable[[], int]) -> None:
        self._rate = rate
        self._clock = clock
        self._sent_bytes = sent_bytes
        self._codec: Vp8Encoder | None = None
        self._picture_id = secrets.randbelow(1 << 15)
        self._last: int | None = None
        self._step = 3_000.0

    @property
    def target_bitrate(self) -> int:
        return self._rate.target_bps

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._rate.on_estimate(bitrate, self._clock(), self._sent_bytes())

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
        if self._last is not None and 0 < at - self._last < CLOCK_HZ:
            self._step += (at - self._last - self._step) / 16
        self._last = at
        target_bps = self._rate.target_bps
        codec = self._codec
        if codec is None or (frame.width, frame.height) != (codec.width, codec.height):
            if codec is not None:
                codec.close()
            codec = self._codec = Vp8Encoder(frame.width, frame.height, target_bps)
        codec.set_target(target_bps, CLOCK_HZ / self._step)
        planes = frame.planes
        encoded = codec.encode((planes[0], planes[1], planes[2]), at, int(self._step), key=force_keyframe)
        if encoded is None:
            return [], at
        payloads = vp8_payloads(encoded.data, self._picture_id)
        self._picture_id = (self._picture_id + 1) % (1 << 15)
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


def steer_video(sender: RTCRtpSender, rate: SendRate, clock: Callable[[], float]) -> None:
    """Make `sender` encode VP8 at the target of `rate`, and tell `rate` of reported loss.

    `clock` gives monotonic seconds. Call it before the sender starts. Upstream ignores reported loss.
    """
    require(sender, *SENDER_NAMES)

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
    require(sender, *SENDER_NAMES)
    sender._RTCRtpSender__encoder = MonoOpusEncoder()  # type: ignore[attr-defined]


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(Encoder, "encode", "pack")
    require(RTCRtpSender, "_handle_rtcp_packet", "_next_encoded_frame")
