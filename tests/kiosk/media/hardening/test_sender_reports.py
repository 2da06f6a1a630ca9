"""A sender report is told whole, and still reaches aiortc."""

from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket

from kiosk.media.hardening.sender_reports import follow_reports


async def test_reports_are_told_and_passed_on() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver: Any = connection.addTransceiver("audio").receiver
    heard = []
    follow_reports(receiver, lambda *report: heard.append(report))
    info = RtcpSenderInfo(ntp_timestamp=0x1234567890ABCDEF, rtp_timestamp=77, packet_count=1, octet_count=2)
    await receiver._handle_rtcp_packet(RtcpSrPacket(ssrc=5, sender_info=info))
    assert heard == [(5, 0x1234567890ABCDEF, 77)]
    assert receiver._RTCRtpReceiver__lsr[5] == 0x567890AB
    await connection.close()
