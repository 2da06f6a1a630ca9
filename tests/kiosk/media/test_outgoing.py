"""What leaves is numbered as it leaves, what arrives is told, documents go packet by packet."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtcpRrPacket, RtpPacket

from kiosk.media.outgoing import Outgoing
from kiosk.media.rate import SendRate
from kiosk.media.transport_feedback import EXTENSION_URI, TransportFeedback, build, parse

VOICE, PICTURE, STATION, NUMBER_ID = 11, 22, 33, 3
NAMES = HeaderExtensionsMap()
NAMES.configure(RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=NUMBER_ID, uri=EXTENSION_URI)]))


def clock() -> float:
    return asyncio.get_running_loop().time()


def rtp(ssrc: int, *, number: int = 0, size: int = 400, payload: bytes = b"", sequence_number: int = 0) -> bytes:
    packet = RtpPacket(
        payload_type=96, ssrc=ssrc, sequence_number=sequence_number, payload=payload.ljust(size, b"\x01")
    )
    packet.extensions.transport_sequence_number = number
    return packet.serialize(NAMES)


def data(size: int = 1_200) -> bytes:
    """An SCTP packet with a chunk of data."""
    return bytes(12) + b"\x00\x03" + bytes(size)


SACK = bytes(12) + b"\x03\x00\x00\x10" + bytes(12)


class Air:
    """Where everything ends up."""

    def __init__(self) -> None:
        self.up = True
        self.rtp: list[bytes] = []
        self.data: list[bytes] = []
        self.changed = asyncio.Event()
        self.asked = asyncio.Event()
        """A key frame was asked for."""

    def check(self) -> None:
        if not self.up:
            raise ConnectionError

    async def send_rtp(self, packet: bytes) -> None:
        self.check()
        self.rtp.append(packet)
        self.changed.set()

    async def send_data(self, packet: bytes) -> None:
        self.check()
        self.data.append(packet)
        self.changed.set()

    async def until(self, rtp: int = 0, data: int = 0) -> None:
        async with asyncio.timeout(10):
            while len(self.rtp) < rtp or len(self.data) < data:
                self.changed.clear()
                await self.changed.wait()

    def numbers(self, ssrc: int) -> list[int | None]:
        packets = [RtpPacket.parse(packet, NAMES) for packet in self.rtp if not 192 <= packet[1] <= 208]
        return [packet.extensions.transport_sequence_number for packet in packets if packet.ssrc == ssrc]


def made(
    air: Air, *, number_id: int | None = NUMBER_ID, copies: Callable[[int], bytes | None] | None = None
) -> Outgoing:
    return Outgoing(
        SendRate(clock()),
        clock,
        air,
        voice_ssrc=VOICE,
        number_id=number_id,
        time_id=None,
        padding=lambda _size: None,
        copy=copies or (lambda _number: None),
        ask_key_frame=air.asked.set,
    )


@pytest_asyncio.fixture
async def sending() -> AsyncIterator[tuple[Outgoing, Air]]:
    air = Air()
    outgoing = made(air)
    running = asyncio.create_task(outgoing.run())
    yield outgoing, air
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_voice_overtakes_the_picture_and_takes_its_number_when_it_leaves(
    sending: tuple[Outgoing, Air],
) -> None:
    outgoing, air = sending
    for _ in range(4):
        await outgoing.send_rtp(rtp(PICTURE, size=1_000))
    await outgoing.send_rtp(rtp(VOICE))
    assert air.numbers(VOICE) == [0], "at once"
    outgoing.send_again(rtp(PICTURE + 1), 0)
    await air.until(rtp=6)
    assert air.numbers(PICTURE + 1) == [1]
    assert air.numbers(PICTURE) == [2, 3, 4, 5]


KEY_FRAME = b"\x90\x80\x80\x01\x10"


async def test_a_key_frame_makes_what_waits_of_the_picture_useless(sending: tuple[Outgoing, Air]) -> None:
    outgoing, air = sending
    for number in range(5):
        await outgoing.send_rtp(rtp(PICTURE, size=1_000, sequence_number=number))
    await outgoing.send_rtp(rtp(PICTURE, payload=KEY_FRAME, sequence_number=5))
    outgoing.send_again(rtp(PICTURE + 1), 4)
    outgoing.send_again(rtp(PICTURE + 1), 5)
    await air.until(rtp=2)
    assert len(air.numbers(PICTURE)) == len(air.numbers(PICTURE + 1)) == 1


async def test_what_would_leave_far_too_late_is_given_up_for_a_key_frame(sending: tuple[Outgoing, Air]) -> None:
    outgoing, air = sending
    outgoing.congestion.estimator.on_ceiling(60_000, clock())
    for number in range(100):
        await outgoing.send_rtp(rtp(PICTURE, size=1_000, sequence_number=number))
    await asyncio.wait_for(air.asked.wait(), 5)
    waiting = outgoing.congestion.picture_wait_s
    await outgoing.send_rtp(rtp(PICTURE, size=1_000, sequence_number=100))
    assert waiting == outgoing.congestion.picture_wait_s == 0, "nothing is of use before the key frame"
    await outgoing.send_rtp(rtp(PICTURE, payload=KEY_FRAME, sequence_number=101))
    assert outgoing.congestion.picture_wait_s > 0


async def test_packets_of_the_picture_are_sent_twice_on_a_long_way_that_loses() -> None:
    air = Air()
    outgoing = made(air, copies=lambda number: rtp(PICTURE + 1, number=9, sequence_number=number))
    side = outgoing.congestion
    side.estimator.on_ceiling(3_000_000, clock())
    side.estimator.usual_round_trip_s = 0.6
    side.repetition.loss = 0.01
    running = asyncio.create_task(outgoing.run())
    async with asyncio.timeout(5):
        while not outgoing.rate.repeating:
            await asyncio.sleep(0.01)
    for number in range(3):
        await outgoing.send_rtp(rtp(PICTURE, size=1_000, sequence_number=number))
    await outgoing.send_rtp(rtp(VOICE))
    await air.until(rtp=7)
    assert len(air.numbers(PICTURE)) == len(air.numbers(PICTURE + 1)) == 3
    assert len(air.numbers(VOICE)) == 1
    assert len(set(air.numbers(PICTURE) + air.numbers(PICTURE + 1) + air.numbers(VOICE))) == 7, "each has its own"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_documents_wait_their_turn_and_acknowledgements_do_not(sending: tuple[Outgoing, Air]) -> None:
    outgoing, air = sending
    for _ in range(10):
        await outgoing.send_data(data())
    await outgoing.send_data(SACK)
    assert air.data == [SACK]
    await air.until(data=5)
    assert outgoing.rate.documents_wait
    assert outgoing.documents_window_bytes >= 8 * 1_200


async def test_what_arrives_is_told(sending: tuple[Outgoing, Air]) -> None:
    outgoing, air = sending
    for number in (65_534, 65_535, 1):
        outgoing.take_rtp(rtp(STATION, number=number))
    await air.until(rtp=1)
    feedback = parse(air.rtp[0])
    assert feedback.first == 65_534
    assert [ticks is not None for ticks in feedback.arrivals] == [True, True, False, True]
    assert int.from_bytes(air.rtp[0][8:12], "big") == STATION, "the browser looks for a stream of its own"


async def test_feedback_is_taken_and_the_rest_goes_on(sending: tuple[Outgoing, Air]) -> None:
    outgoing, _air = sending
    await outgoing.send_rtp(rtp(VOICE))
    report = bytes(RtcpRrPacket(ssrc=1))
    feedback = build(TransportFeedback(0, 0, (4_000,)), STATION, VOICE)
    damaged = feedback[:4] + bytes(4 * int.from_bytes(feedback[2:4], "big"))[:-4] + b"\x00\x00\x00\xff"
    assert outgoing.take_rtcp(report + feedback + damaged) == report
    assert outgoing.congestion.estimator.round_trip_s is not None
    figures = outgoing.figures()
    assert figures["round_trip_s"] is not None
    assert figures["sent_loss"] == 0


async def test_without_the_extension_nothing_is_numbered_nor_told() -> None:
    air = Air()
    outgoing = made(air, number_id=None)
    running = asyncio.create_task(outgoing.run())
    outgoing.take_rtp(rtp(STATION, number=5))
    await outgoing.send_rtp(rtp(VOICE, number=7))
    await outgoing.send_rtp(rtp(PICTURE, number=7))
    await air.until(rtp=2)
    assert air.numbers(VOICE) == air.numbers(PICTURE) == [7]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_transport_that_is_gone_ends_the_sending() -> None:
    air = Air()
    outgoing = made(air)
    running = asyncio.create_task(outgoing.run())
    await outgoing.send_rtp(rtp(PICTURE))
    air.up = False
    async with asyncio.timeout(5):
        await running
    with pytest.raises(ConnectionError):
        await outgoing.send_rtp(rtp(VOICE))
    with pytest.raises(ConnectionError):
        await outgoing.send_data(data())
