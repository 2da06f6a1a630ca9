"""What is read of the sender reports that aiortc 1.16.0 keeps to itself."""

from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc.rtp import RtcpSrPacket

from kiosk.media.hardening.names import require


def follow_reports(receiver: RTCRtpReceiver, heard: Callable[[int, int, int], None]) -> None:
    """Call `heard(ssrc, NTP timestamp of 64 bits, RTP timestamp of 32 bits)` for each sender report (RFC 3550 6.4.1).

    Upstream keeps half of the NTP timestamp for its own reports and drops the RTP timestamp: the public statistics
    cannot bring sound and picture to one clock. Removed by: the RTP timestamp in RTCRemoteOutboundRtpStreamStats.
    """
    require(receiver, "_handle_rtcp_packet")
    original = receiver._handle_rtcp_packet

    async def handle(packet: Any) -> None:
        if isinstance(packet, RtcpSrPacket):
            heard(packet.ssrc, packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
        await original(packet)

    receiver._handle_rtcp_packet = handle  # type: ignore[method-assign]


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(RTCRtpReceiver, "_handle_rtcp_packet")
