"""What is mended in the senders of aiortc 1.16.0: our encoders, at our rate."""

import fractions
from collections.abc import Callable
from typing import Any

import av
from aiortc import RTCRtpSender
from aiortc.codecs import opus as aiortc_opus
from aiortc.codecs import vpx as aiortc_vpx
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket

from kiosk.media.hardening.names import require
from kiosk.media.rate import SendRate

OPUS_BPS = 28_000
EXPECTED_LOSS_PERCENT = "5"

SENDER_NAMES = ("_RTCRtpSender__encoder", "_RTCRtpSender__octet_count", "_handle_rtcp_packet", "_ssrc")


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
    require(aiortc_vpx, "Vp8Encoder")
    require(aiortc_vpx.Vp8Encoder, "target_bitrate", "encode")
    require(aiortc_opus, "OpusEncoder", "SAMPLE_RATE", "SAMPLES_PER_FRAME")
    require(RTCRtpSender, "_handle_rtcp_packet", "_next_encoded_frame")
