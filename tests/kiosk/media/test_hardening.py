"""Every private name of aiortc and aioice that we touch is where we think, and does what we think."""

import asyncio
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import aioice.ice
import av
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.codecs import opus as aiortc_opus
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtcpReceiverInfo, RtcpRrPacket, RtpPacket

from kiosk.media import hardening
from kiosk.media.rate import START_BPS, SendRate


def clock() -> float:
    return asyncio.get_running_loop().time()


def test_all_names_are_where_this_version_has_them() -> None:
    hardening.check_names()
    assert av.CodecContext.create("libvpx", "w").name == "libvpx"


def test_a_name_that_moved_is_told_loudly() -> None:
    with pytest.raises(hardening.UpstreamMoved, match="_no_such_name"):
        hardening.require(RTCPeerConnection, "close", "_no_such_name")


async def test_names_made_in_constructors() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        transceiver = connection.addTransceiver(kind)
        hardening.require(transceiver.receiver, *hardening._RECEIVER_NAMES)
        hardening.require(transceiver.sender, *hardening._SENDER_NAMES)
        assert hardening.packets_received(transceiver.receiver.transport) == 0
    connection.createDataChannel("control")
    assert hardening.round_trip_s(connection.sctp) is None
    assert hardening.round_trip_s(None) is None
    await connection.close()


async def test_consent_is_asked_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Protocol:
        async def request(self, message: Any, addr: Any, **options: Any) -> str:
            asked.append(options)
            return "answer"

    monkeypatch.setattr(aioice.ice, "StunProtocol", Protocol)
    hardening.patient_consent()
    hardening.patient_consent()
    assert await Protocol().request(None, None, integrity_key=b"k", retransmissions=0) == "answer"
    await Protocol().request(None, None, integrity_key=b"k")
    assert asked == [{"integrity_key": b"k", "retransmissions": 2}, {"integrity_key": b"k"}]


def test_upstream_still_asks_for_consent_without_retransmission() -> None:
    """If this fails, aioice retransmits by itself: `patient_consent` may go."""
    import inspect

    assert "retransmissions=0" in inspect.getsource(aioice.ice.Connection.query_consent)


async def test_the_encoder_aims_where_we_say() -> None:
    now = [0.0]
    rate = SendRate()
    encoder = hardening.SteeredVp8Encoder(rate, lambda: now[0], lambda: 0)
    picture = av.VideoFrame.from_ndarray(
        np.random.default_rng(1).integers(0, 255, (360 * 3 // 2, 640), dtype=np.uint8), format="yuv420p"
    )
    picture.time_base = Fraction(1, 90_000)
    picture.pts = 0
    encoder.encode(picture)
    first = encoder.codec
    assert first is not None
    assert first.bit_rate == START_BPS
    encoder.target_bitrate = int(START_BPS * 1.3)
    picture.pts = 3_000
    encoder.encode(picture)
    assert encoder.codec is first, "no new encoder for each estimate"
    encoder.target_bitrate = 300_000
    picture.pts = 6_000
    encoder.encode(picture)
    assert encoder.codec is not None
    assert encoder.codec.bit_rate == rate.target_bps < 300_000


async def test_a_voice_costs_little() -> None:
    encoder = hardening.MonoOpusEncoder()
    chance = np.random.default_rng(1)
    size = packets = 0
    for at in range(100):
        sound = (chance.standard_normal(960) * 5_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, at * 960, Fraction(1, 48_000)
        payloads, timestamp = encoder.encode(frame)
        for payload in payloads:
            size += len(payload)
            packets += 1
            assert timestamp % 960 == 0
            decoded = aiortc_opus.OpusDecoder().decode(JitterFrame(data=payload, timestamp=0))
            assert sum(part.samples for part in decoded) <= 960
    assert packets >= 98
    assert 20_000 <= size * 8 / 2.0 <= 40_000, "bits per second"


async def test_reported_loss_reaches_the_rate() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    sender = connection.addTransceiver("video").sender
    rate = SendRate()
    hardening.steer_video(sender, rate, clock)
    report = RtcpReceiverInfo(
        ssrc=sender._ssrc, fraction_lost=128, packets_lost=5, highest_sequence=9, jitter=0, lsr=0, dlsr=0
    )
    await sender._handle_rtcp_packet(RtcpRrPacket(ssrc=1, reports=[report]))
    assert rate.target_bps < START_BPS
    await connection.close()


def rtp(number: int, data: bytes = b"x", timestamp: int = 0) -> Any:
    packet = RtpPacket(sequence_number=number, timestamp=timestamp)
    packet._data = data  # type: ignore[attr-defined]
    return packet


def test_sound_passes_at_once_and_only_once() -> None:
    buffer = hardening.ArrivalBuffer()
    assert buffer.add(rtp(5))[1].data == b"x"
    assert buffer.add(rtp(5)) == (False, None)
    assert buffer.add(rtp(6, b"")) == (False, None)
    assert buffer.add(rtp(4))[1].data == b"x"
    for number in range(10_000, 11_000):
        buffer.add(rtp(number))
    assert len(buffer._seen) <= 256


def test_timestamps_are_unwrapped_in_any_order() -> None:
    mapper = hardening.SignedTimestampMapper()
    start = 2**32 - 960
    mapped = [mapper.map(stamp % 2**32) - start for stamp in (start, start + 1_920, start + 960, start + 2_880)]
    assert mapped == [0, 1_920, 960, 2_880]


async def test_video_goes_to_the_decoder_and_a_slow_decoder_gets_a_key_frame_instead_of_a_queue() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    receiver: Any = connection.addTransceiver("video").receiver
    intake = hardening.VideoIntake(receiver, clock)
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
    assert queue.qsize() == hardening.MAX_DECODER_BACKLOG + 1
    first_codec, first = queue.get()
    assert first_codec is codec
    assert (first.data, first.timestamp) == (b"\x00", 0)
    await intake.ask_again()
    await connection.close()
