"""Whole frames reach aiortc's decoder, and never a queue of them."""

import asyncio
from types import SimpleNamespace
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtp import RtpPacket

from kiosk.media.hardening import receiving_pictures


def clock() -> float:
    return asyncio.get_running_loop().time()


async def test_video_goes_to_the_decoder_and_a_slow_decoder_gets_a_key_frame_instead_of_a_queue() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver: Any = connection.addTransceiver("video").receiver
    intake = receiving_pictures.VideoIntake(receiver, clock)
    codec = SimpleNamespace(name="VP8")
    receiver._RTCRtpReceiver__codecs[97] = codec
    asked = []
    for number in range(40):
        packet = RtpPacket(payload_type=97, sequence_number=number, timestamp=number * 3_000, marker=1)
        packet.ssrc = 7
        packet.payload = b"\x10" + (b"\x00" if number == 0 else b"\x01")
        packet._data = packet.payload[1:]  # type: ignore[attr-defined]
        key_frame, frame = intake.add(packet)
        assert frame is None
        asked.append(key_frame)
    assert True in asked
    queue = receiver._RTCRtpReceiver__decoder_queue
    assert queue.qsize() == receiving_pictures.MAX_DECODER_BACKLOG + 1
    first_codec, first = queue.get()
    assert first_codec is codec
    assert (first.data, first.timestamp) == (b"\x00", 0)
    await intake.ask_again()
    await connection.close()
