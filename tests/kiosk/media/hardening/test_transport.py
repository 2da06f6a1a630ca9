"""Transport feedback is negotiated, everything that leaves or comes passes by the door."""

from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import RtcpRtpfbPacket

from kiosk.media.hardening import set_up, transport
from kiosk.media.transport_feedback import EXTENSION_URI, TransportFeedback, build


async def negotiated() -> tuple[RTCPeerConnection, RTCPeerConnection]:
    set_up()
    station, kiosk = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    for kind in ("audio", "video"):
        station.addTransceiver(kind)
    station.createDataChannel("documents")
    await station.setLocalDescription(await station.createOffer())
    await kiosk.setRemoteDescription(station.localDescription)
    return station, kiosk


async def test_the_answer_takes_transport_feedback_and_redundancy() -> None:
    station, kiosk = await negotiated()
    lines = (await kiosk.createAnswer()).sdp.splitlines()
    assert sum(EXTENSION_URI in line for line in lines) == 2
    assert sum(line.startswith("a=rtcp-fb") and line.endswith("transport-cc") for line in lines) >= 2
    assert sum("useinbandfec=1" in line for line in lines) == 1
    number_id, time_id = transport.extension_ids(kiosk)
    assert number_id == transport.NUMBER_ID
    assert time_id is not None
    transport.offer_transport_feedback()
    again = await station.createOffer()
    assert again.sdp.count(EXTENSION_URI) == 2, "applying it twice changes nothing"
    for connection in (station, kiosk):
        await connection.close()


async def test_a_peer_that_offers_none_gets_none() -> None:
    set_up()
    station, kiosk = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    station.addTransceiver("video")
    await station.setLocalDescription(await station.createOffer())
    bare = "\r\n".join(
        line
        for line in station.localDescription.sdp.splitlines()
        if EXTENSION_URI not in line and "transport-cc" not in line and "abs-send-time" not in line
    )
    await kiosk.setRemoteDescription(RTCSessionDescription(sdp=bare + "\r\n", type="offer"))
    assert transport.extension_ids(kiosk) == (None, None)
    for connection in (station, kiosk):
        await connection.close()


class Passing:
    """Lets everything pass, and keeps a note."""

    def __init__(self, door: transport.Door) -> None:
        self.door = door
        self.rtp: list[bytes] = []
        self.data: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.came: list[bytes] = []

    async def send_rtp(self, packet: bytes) -> None:
        self.rtp.append(packet)

    async def send_data(self, packet: bytes) -> None:
        self.data.append(packet)

    def take_rtcp(self, compound: bytes) -> bytes:
        self.rtcp.append(compound)
        return b"" if len(self.rtcp) == 2 else compound

    def take_rtp(self, packet: bytes) -> None:
        self.came.append(packet)


async def test_everything_passes_by_the_door() -> None:
    station, kiosk = await negotiated()
    dtls: Any = kiosk.getReceivers()[0].transport
    heard: list[bytes] = []

    async def hear_rtcp(data: bytes) -> None:
        heard.append(data)

    async def hear_rtp(data: bytes, arrival_time_ms: int) -> None:
        heard.append(data)

    dtls._handle_rtcp_data, dtls._handle_rtp_data = hear_rtcp, hear_rtp
    door = transport.Door(dtls)
    passing = Passing(door)
    afterwards: list[tuple[bytes, int]] = []
    door.open(passing, lambda packet: afterwards.append((packet, len(heard))))
    await dtls._send_rtp(b"rtp")
    await dtls._send_data(b"data")
    nack = bytes(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2, lost=[5]))
    await dtls._handle_rtcp_data(nack)
    await dtls._handle_rtcp_data(build(TransportFeedback(1, 0, (5,)), 1, 2))
    await dtls._handle_rtp_data(b"came", arrival_time_ms=5)
    assert (passing.rtp, passing.data, passing.came) == ([b"rtp"], [b"data"], [b"came"])
    assert heard == [nack, b"came"], "what was taken whole goes no further"
    assert afterwards == [(b"came", 2)], "who looks at packets comes after who receives them"
    with pytest.raises(ConnectionError):
        door.check()
    with pytest.raises(ConnectionError):
        await door.send_rtp(b"\x80\x60")
    for connection in (station, kiosk):
        await connection.close()


async def test_the_window_of_the_channels_is_ours() -> None:
    station, kiosk = await negotiated()
    assert kiosk.sctp is not None
    transport.set_window(kiosk.sctp, 123_456)
    assert kiosk.sctp._cwnd == 123_456
    transport.set_window(None, 1)
    assert transport.round_trip_s(kiosk.sctp) is None
    for connection in (station, kiosk):
        await connection.close()


async def test_no_guess_of_ours_is_sent_to_who_knows_better() -> None:
    station, kiosk = await negotiated()
    video: Any = kiosk.getReceivers()[1]
    assert video._RTCRtpReceiver__remote_bitrate_estimator is not None
    transport.silence_receiver_estimate(kiosk.getReceivers())
    assert video._RTCRtpReceiver__remote_bitrate_estimator is None
    for connection in (station, kiosk):
        await connection.close()


def test_the_names_are_where_they_were() -> None:
    transport.check_names()
