"""The senders tell our rate what the other side reports, and send again what it lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import (
    HeaderExtensionsMap,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtpPacket,
    pack_remb_fci,
)

from kiosk.media.hardening import sending, transport
from kiosk.media.rate import SendRate
from kiosk.media.transport_feedback import EXTENSION_URI
from tests.fakes.speech import spoken_packets


class Reports:
    """Hears what the video sender is told, and takes what is sent again."""

    def __init__(self) -> None:
        self.estimates: list[float] = []
        self.losses: list[float] = []
        self.again: list[bytes] = []

    def on_receiver_estimate(self, bps: float) -> None:
        self.estimates.append(bps)

    def on_receiver_loss(self, fraction: float) -> None:
        self.losses.append(fraction)

    def send_again(self, packet: bytes, sequence_number: int) -> None:
        self.again.append(packet)

    def round_trip_s(self) -> float | None:
        return 0.1


class Sending:
    """A video sender whose history holds some packets, as if it had sent them."""

    def __init__(self, connection: RTCPeerConnection) -> None:
        self.now_s = 50.0
        self.reports = Reports()
        self.sender: Any = connection.addTransceiver("video").sender
        transport.leave_room_for_numbers(self.sender)
        sending.keep_more_packets()
        self.names = HeaderExtensionsMap()
        parameters = RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=3, uri=EXTENSION_URI)])
        self.names.configure(parameters)
        self.sender._RTCRtpSender__rtp_header_extensions_map.configure(parameters)
        self.sender._RTCRtpSender__rtx_payload_type = 97
        self.picture = sending.PictureSending(self.sender, SendRate(), self.reports, lambda: self.now_s)

    def sent(self, number: int, size: int = 500) -> None:
        packet = RtpPacket(payload_type=96, sequence_number=number, payload=bytes([number % 251]) * size)
        packet.ssrc = self.sender._ssrc
        self.sender._RTCRtpSender__rtp_history[number % sending.HISTORY_PACKETS] = packet

    async def nack(self, *numbers: int) -> None:
        await self.sender._handle_rtcp_packet(
            RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=self.sender._ssrc, lost=list(numbers))
        )


@pytest_asyncio.fixture
async def a_sender() -> AsyncIterator[Sending]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    sender = Sending(connection)
    yield sender
    sender.picture.close()
    await connection.close()


async def test_what_the_other_side_reports_is_passed_on(a_sender: Sending) -> None:
    report = RtcpReceiverInfo(
        ssrc=a_sender.sender._ssrc, fraction_lost=128, packets_lost=5, highest_sequence=9, jitter=0, lsr=0, dlsr=0
    )
    await a_sender.sender._handle_rtcp_packet(RtcpRrPacket(ssrc=1, reports=[report]))
    remb = RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=pack_remb_fci(400_000, [a_sender.sender._ssrc]))
    await a_sender.sender._handle_rtcp_packet(remb)
    assert a_sender.reports.losses == [0.5]
    assert a_sender.reports.estimates == [400_000]


async def test_a_lost_packet_is_sent_again_once_a_round_trip_with_room_for_its_number(a_sender: Sending) -> None:
    for number in range(900, 1_000):
        a_sender.sent(number)
    await a_sender.nack(905, 950)
    await a_sender.nack(905)
    a_sender.now_s += 0.11
    await a_sender.nack(905, 800)
    packets = [RtpPacket.parse(data, a_sender.names) for data in a_sender.reports.again]
    assert [int.from_bytes(packet.payload[:2], "big") for packet in packets] == [905, 950, 905]
    assert {packet.ssrc for packet in packets} == {a_sender.sender._rtx_ssrc}
    first = packets[0].sequence_number
    assert [packet.sequence_number for packet in packets] == [first, first + 1, first + 2]
    assert all(packet.extensions.transport_sequence_number == 0 for packet in packets)


async def test_padding_is_made_of_the_larger_of_the_last_packets(a_sender: Sending) -> None:
    assert a_sender.picture.padding(1_000) is None
    for number in range(65_530, 65_550):
        a_sender.sent(number & 0xFFFF, 1_000 if number % 2 else 100)
    made = [a_sender.picture.padding(1_000) for _ in range(10)]
    assert all(packet is not None and len(packet) > 1_000 for packet in made)
    assert len(set(made)) == 10, "each has its own number"


async def test_small_padding_is_empty_and_numbered_as_what_is_sent_again(a_sender: Sending) -> None:
    assert a_sender.picture.padding(200) is None
    for number in range(20):
        a_sender.sent(number, 1_000)
    made = [a_sender.picture.padding(size) for size in (1, 200, 200, 400)]
    packets = [RtpPacket.parse(data, a_sender.names) for data in made if data is not None]
    assert [packet.payload for packet in packets] == [b""] * 4
    assert [packet.padding_size for packet in packets] == [1, 168, 168, 255]
    assert {packet.ssrc for packet in packets} == {a_sender.sender._rtx_ssrc}
    first = packets[0].sequence_number
    assert [packet.sequence_number for packet in packets] == [first, first + 1, first + 2, first + 3]
    assert all(packet.extensions.transport_sequence_number == 0 for packet in packets)


async def test_one_key_frame_is_made_in_a_round_trip(a_sender: Sending) -> None:
    made: list[bool] = []

    def take() -> bool:
        forced: bool = a_sender.sender._RTCRtpSender__force_keyframe
        a_sender.sender._RTCRtpSender__force_keyframe = False
        made.append(forced)
        return forced

    pli = RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=a_sender.sender._ssrc)
    await a_sender.sender._handle_rtcp_packet(pli)
    assert take()
    await a_sender.sender._handle_rtcp_packet(pli)
    await a_sender.sender._handle_rtcp_packet(pli)
    assert not take()
    async with asyncio.timeout(5):
        while not take():
            await asyncio.sleep(0.01)
    assert a_sender.picture.key_frames_asked == 3
    assert sum(made) == 2


async def test_the_voice_follows(connection_with_voice: RTCPeerConnection) -> None:
    sender: Any = connection_with_voice.getSenders()[0]
    voice = sending.VoiceSending(sender)
    assert voice.ssrc == sender._ssrc
    encoder = sender._RTCRtpSender__encoder
    sizes = []
    packets = spoken_packets(4.0)
    for bitrate_bps in (32_000, 16_000):
        voice.follow(bitrate_bps, 0.05)
        sizes.append(sum(len(encoder.encode(packet)[0][0]) for packet in packets))
    assert sizes[1] < 0.7 * sizes[0]


@pytest_asyncio.fixture
async def connection_with_voice() -> AsyncIterator[RTCPeerConnection]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("audio")
    yield connection
    await connection.close()
