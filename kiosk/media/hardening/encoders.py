"""What is mended in the encoders of aiortc 1.16.0: ours stand where its own are, at our rate."""

import secrets
from collections.abc import Callable
from itertools import pairwise
from struct import pack
from typing import Any

import av
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from av.frame import Frame
from av.packet import Packet

from kiosk.media.hardening.names import require
from kiosk.media.opus import BITRATE_BPS, LEAST_TOLD_LOSS_PERCENT, RATE_HZ, OpusEncoder
from kiosk.media.rate import SendRate
from kiosk.media.vp8 import CLOCK_HZ, Vp8Encoder

PAYLOAD_BYTES = 1_150
"""Of a packet of video with its descriptor: with every header (RTP and its extensions, retransmission, SRTP, UDP,
IP, TURN) it stays below the 1 280 bytes that any path carries."""
STEP_MEMORY, LONGEST_STEP = 1 / 16, 2.0
"""The usual time between pictures: weight of the newest one, which counts for so many usual ones at most."""


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


def check_names() -> None:
    """Raises UpstreamMoved when a name relied on here is not where it was."""
    require(Encoder, "encode", "pack")
