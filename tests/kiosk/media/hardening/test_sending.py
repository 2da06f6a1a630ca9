"""The senders encode at our rate, and tell it what the other side reports."""

import asyncio
from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.codecs.vpx import VpxPayloadDescriptor, vp8_depayload
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
from kiosk.media.opus import packet_has_copy
from kiosk.media.rate import SendRate
from kiosk.media.transport_feedback import EXTENSION_URI
from tests.fakes.speech import speech


def picture(at: int, size: tuple[int, int] = (640, 360)) -> av.VideoFrame:
    width, height = size
    pixels = np.random.default_rng(1).integers(0, 40, (height * 3 // 2, width), dtype=np.uint8)
    pixels = np.roll(pixels, (at, 2 * at), axis=(0, 1)) + np.uint8(at % 3)
    frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.time_base, frame.pts = Fraction(1, 90_000), at * 3_000
    return frame


def wide() -> SendRate:
    rate = SendRate()
    rate.on_estimate(2_000_000, 0.0)
    return rate


def is_key(payloads: list[bytes]) -> bool:
    """The first bit of a VP8 frame: 0 is a key frame (RFC 6386 section 9.1)."""
    return not vp8_depayload(payloads[0])[0] & 1


def test_the_encoder_aims_where_we_say_without_a_key_frame() -> None:
    rate = SendRate()
    rate.on_estimate(1_300_000, 0.0)
    encoder = sending.SteeredVp8Encoder(rate, lambda bps: rate.on_estimate(int(bps), 0.0))
    assert encoder.target_bitrate == rate.target_bps > 1_000_000
    sizes: list[int] = []
    keys = 0
    for at in range(120):
        if at == 60:
            encoder.target_bitrate = 300_000
        payloads, timestamp = encoder.encode(picture(at))
        assert timestamp == at * 3_000
        sizes.append(sum(len(payload) for payload in payloads))
        keys += bool(payloads) and is_key(payloads)
    assert encoder.target_bitrate == rate.target_bps < 300_000
    assert sum(sizes[90:]) < 0.5 * sum(sizes[30:60])
    assert keys == 1


def test_a_picture_after_a_pause_or_after_one_left_out_takes_no_more_room_than_others() -> None:
    rate = SendRate()
    rate.on_estimate(300_000, 0.0)
    encoder = sending.SteeredVp8Encoder(rate, lambda _bps: None)
    sizes: list[int] = []
    for at in range(90):
        frame = picture(at)
        frame.pts = at * 3_000 + (120_000 if at >= 60 else 0) + (3_000 if at >= 75 else 0)
        payloads, timestamp = encoder.encode(frame)
        assert timestamp == frame.pts, "the pictures keep their own time"
        sizes.append(sum(len(payload) for payload in payloads))
    usual = sum(sizes[30:60]) / 30
    assert max(sizes[60:]) < 2 * usual
    assert sum(sizes[60:]) < 1.2 * sum(sizes[30:60])


def test_the_encoder_follows_a_camera_that_slows_down() -> None:
    rate = SendRate()
    rate.on_estimate(300_000, 0.0)
    encoder = sending.SteeredVp8Encoder(rate, lambda _bps: None)
    sizes: list[int] = []
    pts = 0
    for at in range(150):
        frame = picture(at)
        pts += 3_000 if at < 60 else 9_000
        frame.pts = pts
        sizes.append(sum(len(payload) for payload in encoder.encode(frame)[0]))
    fast, slow = sum(sizes[30:60]) / 30, sum(sizes[110:]) / 40
    assert 2 * fast < slow < 4 * fast, "ten pictures a second have the room of thirty"


def test_a_key_frame_or_another_size_is_made_at_once() -> None:
    encoder = sending.SteeredVp8Encoder(wide(), lambda _bps: None)
    made = [
        encoder.encode(picture(at, (320, 180) if at == 30 else (640, 360)), force_keyframe=at == 20)[0]
        for at in range(31)
    ]
    assert [at for at, payloads in enumerate(made) if payloads and is_key(payloads)] == [0, 20, 30]
    assert encoder.frames == sum(bool(payloads) for payloads in made)


def test_packets_are_small_and_even_and_numbered() -> None:
    encoder = sending.SteeredVp8Encoder(wide(), lambda _bps: None)
    identities: list[int] = []
    for at in range(8):
        payloads, _ = encoder.encode(picture(at, (1280, 720)))
        if not payloads:
            continue  # dropped to keep to the rate
        parsed = [VpxPayloadDescriptor.parse(payload) for payload in payloads]
        assert [descriptor.partition_start for descriptor, _ in parsed] == [1] + [0] * (len(parsed) - 1)
        identity = parsed[0][0].picture_id
        assert identity is not None
        assert {descriptor.picture_id for descriptor, _ in parsed} == {identity}
        identities.append(identity)
        lengths = [len(payload) for payload in payloads]
        assert max(lengths) <= sending.PAYLOAD_BYTES
        assert max(lengths) - min(lengths) <= 1
    assert len(identities) >= 3
    assert identities == [(identities[0] + at) % (1 << 15) for at in range(len(identities))]


def test_payloads_put_together_are_the_frame() -> None:
    for size in (1, 1_146, 1_147, 5_000):
        data = bytes(at % 251 for at in range(size))
        payloads = sending.vp8_payloads(data, 77)
        assert b"".join(vp8_depayload(payload) for payload in payloads) == data


def sound_frame(at: int, sound: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, at * 960, Fraction(1, 48_000)
    return frame


def test_a_voice_costs_little_and_carries_copies_when_packets_are_lost() -> None:
    encoder = sending.MonoOpusEncoder()
    sound = speech(4.0)
    copies: list[int] = []
    for percent, bitrate_bps in ((0, 32_000), (5, 24_000)):
        encoder.set_loss(percent)
        encoder.set_bitrate(bitrate_bps)
        size = copied = 0
        for at in range(200):
            (payload,), timestamp = encoder.encode(sound_frame(at, sound[at * 960 : at * 960 + 960]))
            assert timestamp == at * 960
            size += len(payload)
            copied += packet_has_copy(payload)
        assert 0.6 * bitrate_bps < size * 8 / 4.0 < 1.1 * bitrate_bps
        copies.append(copied)
    assert copies[0] == 0
    assert copies[1] > 50


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
    sound = speech(4.0)
    for bitrate_bps in (32_000, 16_000):
        voice.follow(bitrate_bps, 0.05)
        sizes.append(
            sum(len(encoder.encode(sound_frame(at, sound[at * 960 : at * 960 + 960]))[0][0]) for at in range(200))
        )
    assert sizes[1] < 0.7 * sizes[0]


@pytest_asyncio.fixture
async def connection_with_voice() -> AsyncIterator[RTCPeerConnection]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("audio")
    yield connection
    await connection.close()
