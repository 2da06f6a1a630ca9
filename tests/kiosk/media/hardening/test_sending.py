"""The senders encode at our rate, and tell it what the other side reports."""

import asyncio
from fractions import Fraction

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.codecs.vpx import VpxPayloadDescriptor, vp8_depayload
from aiortc.rtp import RtcpReceiverInfo, RtcpRrPacket

from kiosk.media.hardening import sending
from kiosk.media.opus import packet_has_copy
from kiosk.media.rate import START_BPS, SendRate
from tests.fakes.speech import speech


def clock() -> float:
    return asyncio.get_running_loop().time()


def picture(at: int, size: tuple[int, int] = (640, 360)) -> av.VideoFrame:
    width, height = size
    pixels = np.random.default_rng(1).integers(0, 40, (height * 3 // 2, width), dtype=np.uint8)
    pixels = np.roll(pixels, (at, 2 * at), axis=(0, 1)) + np.uint8(at % 3)
    frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.time_base, frame.pts = Fraction(1, 90_000), at * 3_000
    return frame


def is_key(payloads: list[bytes]) -> bool:
    """The first bit of a VP8 frame: 0 is a key frame (RFC 6386 section 9.1)."""
    return not vp8_depayload(payloads[0])[0] & 1


def test_the_encoder_aims_where_we_say_without_a_key_frame() -> None:
    now = [0.0]
    rate = SendRate()
    encoder = sending.SteeredVp8Encoder(rate, lambda: now[0], lambda: 0)
    assert encoder.target_bitrate == START_BPS
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


def test_a_key_frame_or_another_size_is_made_at_once() -> None:
    encoder = sending.SteeredVp8Encoder(SendRate(), lambda: 0.0, lambda: 0)
    made = [
        encoder.encode(picture(at, (320, 180) if at == 30 else (640, 360)), force_keyframe=at == 20)[0]
        for at in range(31)
    ]
    assert [at for at, payloads in enumerate(made) if payloads and is_key(payloads)] == [0, 20, 30]


def test_packets_are_small_and_even_and_numbered() -> None:
    encoder = sending.SteeredVp8Encoder(SendRate(), lambda: 0.0, lambda: 0)
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


async def test_reported_loss_reaches_the_rate() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    sender = connection.addTransceiver("video").sender
    rate = SendRate()
    sending.steer_video(sender, rate, clock)
    report = RtcpReceiverInfo(
        ssrc=sender._ssrc, fraction_lost=128, packets_lost=5, highest_sequence=9, jitter=0, lsr=0, dlsr=0
    )
    await sender._handle_rtcp_packet(RtcpRrPacket(ssrc=1, reports=[report]))
    assert rate.target_bps < START_BPS
    await connection.close()
