"""Whole frames reach aiortc's decoder, never a queue of them; what is missing is asked for by us alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtcpPacket, RtpPacket

from kiosk.media.hardening import receiving_pictures

CODEC = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)
WRAPPED = RTCRtpCodecParameters(mimeType="video/red", clockRate=90_000, payloadType=104)
PROTECTION = RTCRtpCodecParameters(mimeType="video/ulpfec", clockRate=90_000, payloadType=106)
AGAIN = RTCRtpCodecParameters(mimeType="video/rtx", clockRate=90_000, payloadType=105, parameters={"apt": 104})


class Clock:
    now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


class Wire:
    """A receiver whose transport keeps what is sent: lists of numbers asked again, or the name of a key-frame request."""

    def __init__(self, receiver: Any) -> None:
        self.asked: list[Any] = []
        self.receiver = receiver
        receiver._set_rtcp_ssrc(1)
        receiver.transport._send_rtp = self._keep

    async def _keep(self, data: bytes) -> None:
        for packet in RtcpPacket.parse(data):
            self.asked.append(packet.lost if hasattr(packet, "lost") else "key frame")

    async def receive(self, number: int, payload: bytes, timestamp: int | None = None, payload_type: int = 97) -> None:
        packet = RtpPacket(payload_type=payload_type, sequence_number=number, marker=1, payload=payload)
        packet.ssrc, packet.timestamp = 7, number * 3_000 if timestamp is None else timestamp
        await self.receiver._handle_rtp_packet(packet, arrival_time_ms=0)


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver: Any = connection.addTransceiver("video").receiver
    receiver._RTCRtpReceiver__codecs.update({codec.payloadType: codec for codec in (CODEC, WRAPPED, PROTECTION, AGAIN)})
    yield Wire(receiver)
    await connection.close()


def frame(number: int, payload: bytes = b"\x01") -> tuple[int, bytes]:
    return number, b"\x10" + (b"\x00" if number == 0 else payload)


async def test_a_slow_decoder_gets_a_key_frame_instead_of_a_queue(wire: Wire) -> None:
    clock = Clock()
    intake = receiving_pictures.VideoIntake(wire.receiver, clock)
    for number in range(60):
        await wire.receive(*frame(number))
        clock.now_s += 1 / 30
    backlog = wire.receiver._RTCRtpReceiver__decoder_queue
    before_s = receiving_pictures.MAX_DECODER_BACKLOG / 30 + receiving_pictures.MAX_BEHIND_S
    assert backlog.qsize() == intake.frames == pytest.approx(30 * before_s, abs=3)
    codec, first = backlog.get()
    assert codec is CODEC
    assert (first.data, first.timestamp) == (b"\x00", 0)
    assert wire.asked == []
    await intake.ask_again(0.1)
    assert wire.asked == ["key frame"]
    intake.drop_backlog()
    assert backlog.qsize() == 0


async def test_what_waited_for_one_packet_is_decoded_all_at_once(wire: Wire) -> None:
    clock = Clock()
    intake = receiving_pictures.VideoIntake(wire.receiver, clock)
    for number in (0, *range(2, 42), 1):
        await wire.receive(*frame(number))
    clock.now_s += 0.1
    await wire.receive(*frame(42))
    assert len(given(wire)) == intake.frames == 43
    clock.now_s += receiving_pictures.MAX_BEHIND_S
    await wire.receive(*frame(43))
    await intake.ask_again(0.1)
    assert given(wire) == [b"\x01"]
    assert wire.asked == []


async def test_frames_keep_the_time_of_their_sender_over_a_wrap(wire: Wire) -> None:
    receiving_pictures.VideoIntake(wire.receiver, Clock())
    await wire.receive(0, b"\x10\x00", timestamp=2**32 - 3_000)
    await wire.receive(1, b"\x10\x01", timestamp=0)
    backlog = wire.receiver._RTCRtpReceiver__decoder_queue
    assert [backlog.get()[1].timestamp for _ in range(2)] == [2**32 - 3_000, 2**32]


async def test_a_hole_is_asked_for_once_by_us_and_never_by_aiortc(wire: Wire) -> None:
    clock = Clock()
    intake = receiving_pictures.VideoIntake(wire.receiver, clock)
    for number in (0, 1, 3, 4):
        await wire.receive(*frame(number))
    assert wire.asked == []
    await intake.ask_again(0.1)
    await intake.ask_again(0.1)
    assert wire.asked == [[2]]
    clock.now_s += 0.2
    await intake.ask_again(0.1)
    assert wire.asked == [[2], [2]]
    assert (intake.packets_asked_again, intake.key_frames_asked) == (2, 0)


def given(wire: Wire) -> list[bytes]:
    """What the decoder got, each with the format of pictures."""
    frames = []
    while not wire.receiver._RTCRtpReceiver__decoder_queue.empty():
        codec, frame = wire.receiver._RTCRtpReceiver__decoder_queue.get()
        assert codec is CODEC
        frames.append(frame.data)
    return frames


async def test_pictures_are_taken_out_of_their_envelope_and_protection_leaves_no_hole(wire: Wire) -> None:
    intake = receiving_pictures.VideoIntake(wire.receiver, Clock())
    await wire.receive(0, b"\x61\x10\x00", payload_type=104)
    await wire.receive(1, b"\x6aprotects", payload_type=104)
    await wire.receive(2, b"\x61\x10\x01", payload_type=104)
    await wire.receive(3, b"", payload_type=104)
    await wire.receive(4, b"\x10\x03")
    await intake.ask_again(0.1)
    assert given(wire) == [b"\x00", b"\x01", b"\x03"]
    assert wire.asked == []
    assert intake.reception.loss(10.0) == 0


async def test_what_was_sent_again_comes_in_an_envelope_too(wire: Wire) -> None:
    receiving_pictures.VideoIntake(wire.receiver, Clock())
    wire.receiver._RTCRtpReceiver__rtx_ssrc[7] = 9
    await wire.receive(0, b"\x10\x00")
    await wire.receive(2, b"\x10\x03")
    await wire.receive(900, b"\x00\x01\x61\x10\x01", timestamp=3_000, payload_type=105)
    assert given(wire) == [b"\x00", b"\x01", b"\x03"]


@pytest.mark.parametrize("payload", [b"\xe1\x00\x00\x01\x61\x10\x01", b"\x62\x10\x01", b"\x61\x90", b"\x68\x10\x01"])
async def test_what_cannot_be_read_is_missing(wire: Wire, payload: bytes) -> None:
    intake = receiving_pictures.VideoIntake(wire.receiver, Clock())
    await wire.receive(*frame(0))
    await wire.receive(1, payload, payload_type=104)
    await wire.receive(*frame(2))
    await intake.ask_again(0.1)
    assert wire.asked == [[1]]


async def test_a_packet_that_is_rebuilt_is_lost_once_and_asked_for_no_more(wire: Wire) -> None:
    clock = Clock()
    intake = receiving_pictures.VideoIntake(wire.receiver, clock)
    for number in (0, 1, 3):
        await wire.receive(*frame(number))
    await intake.ask_again(0.1)
    lost = RtpPacket(payload_type=97, sequence_number=2, timestamp=6_000, marker=1, payload=b"\x10\x05")
    for packet in (b"", b"\x80", RtpPacket(payload_type=50).serialize(), lost.serialize(), lost.serialize()):
        intake.add_rebuilt(packet)
    assert given(wire) == [b"\x00", b"\x01", b"\x05", b"\x01"]
    clock.now_s += 0.3
    await intake.ask_again(0.1)
    assert wire.asked == [[2]]
    assert intake.packets_rebuilt == 1
    assert intake.reception.loss(clock.now_s) == 1 / 4


async def test_a_hole_is_asked_for_as_soon_as_it_is_seen(wire: Wire) -> None:
    intake = receiving_pictures.VideoIntake(wire.receiver, asyncio.get_running_loop().time)
    asking = asyncio.create_task(intake.keep_asking(lambda: 0.1))
    for number in (0, 1, 3):
        await wire.receive(*frame(number))
    async with asyncio.timeout(5):
        while not wire.asked:
            await asyncio.sleep(0)
    assert wire.asked == [[2]]
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_frame_that_cannot_be_decoded_is_answered_by_one_request_for_a_key_frame(wire: Wire) -> None:
    intake = receiving_pictures.VideoIntake(wire.receiver, Clock())
    track = wire.receiver._track = RemoteStreamTrack(kind="video")
    wire.receiver.transport._register_rtp_receiver = lambda *_: None
    wire.receiver.transport._unregister_rtp_receiver = lambda *_: None
    await wire.receiver.receive(RTCRtpReceiveParameters(codecs=[CODEC]))
    await wire.receive(0, b"\x10\x00\x00\x00\x00")  # a key frame without a picture in it
    async with asyncio.timeout(5):
        while not intake._failures._failed.is_set():
            await asyncio.sleep(0.001)
    await wire.receive(*frame(1))
    await wire.receive(*frame(2))
    assert wire.asked == [], "aiortc itself asks no more"
    await intake.ask_again(0.1)
    await intake.ask_again(0.1)
    assert wire.asked == ["key frame"]
    assert track._queue.empty()
    await wire.receiver.stop()
