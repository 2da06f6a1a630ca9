"""Every private name of aiortc and aioice that we touch is where we think; one that moved is told loudly."""

import av
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from kiosk.media import hardening
from kiosk.media.hardening import receiving_pictures, receiving_sound, sending, transport
from kiosk.media.hardening.names import UpstreamMoved, require


def test_all_names_are_where_this_version_has_them() -> None:
    hardening.check_names()
    assert av.CodecContext.create("libvpx", "w").name == "libvpx"


def test_a_name_that_moved_is_told_loudly() -> None:
    with pytest.raises(UpstreamMoved, match="_no_such_name"):
        require(RTCPeerConnection, "close", "_no_such_name")


async def test_names_made_in_constructors() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        transceiver = connection.addTransceiver(kind)
        require(transceiver.receiver, *receiving_pictures.RECEIVER_NAMES, *receiving_sound.RECEIVER_NAMES)
        require(transceiver.sender, *sending.SENDER_NAMES)
        assert transport.packets_received(transceiver.receiver.transport) == 0
    connection.createDataChannel("control")
    assert transport.round_trip_s(connection.sctp) is None
    assert transport.round_trip_s(None) is None
    await connection.close()
