"""Sound passes aiortc's receiver at once, as it came, with its time."""

from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket

from kiosk.media.hardening import receiving_sound
from kiosk.media.remote_sound import EncodedSound

OPUS = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48_000, channels=2, payloadType=111)


def rtp(number: int, payload: bytes = b"x", timestamp: int = 0) -> Any:
    packet = RtpPacket(payload_type=111, sequence_number=number, timestamp=timestamp)
    packet.payload = payload
    return packet


async def received(packets: list[Any]) -> list[EncodedSound]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver: Any = connection.addTransceiver("audio").receiver
    assert isinstance(receiver, RTCRtpReceiver)
    receiving_sound.pass_sound_through(receiver)
    receiver._track = RemoteStreamTrack("audio")
    receiver._RTCRtpReceiver__codecs = {111: OPUS}
    for packet in packets:
        await receiver._handle_rtp_packet(packet, 0)
    came = [receiver._track._queue.get_nowait() for _ in range(receiver._track._queue.qsize())]
    assert receiver._RTCRtpReceiver__decoder_queue.empty(), "upstream decodes nothing"
    await connection.close()
    return came


async def test_sound_passes_at_once_in_the_order_of_its_coming() -> None:
    came = await received([rtp(5, b"five", 4_800), rtp(7, b"seven", 6_720), rtp(6, b"six", 5_760)])
    assert came == [EncodedSound(4_800, b"five"), EncodedSound(6_720, b"seven"), EncodedSound(5_760, b"six")]


async def test_an_empty_packet_is_no_sound() -> None:
    assert await received([rtp(5, b"")]) == []
