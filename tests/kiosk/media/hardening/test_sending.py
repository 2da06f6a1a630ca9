"""The senders encode at our rate, and tell it what the other side reports."""

import asyncio
from fractions import Fraction

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.codecs import opus as aiortc_opus
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtcpReceiverInfo, RtcpRrPacket

from kiosk.media.hardening import sending
from kiosk.media.rate import START_BPS, SendRate


def clock() -> float:
    return asyncio.get_running_loop().time()


async def test_the_encoder_aims_where_we_say() -> None:
    now = [0.0]
    rate = SendRate()
    encoder = sending.SteeredVp8Encoder(rate, lambda: now[0], lambda: 0)
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
    encoder = sending.MonoOpusEncoder()
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
    sending.steer_video(sender, rate, clock)
    report = RtcpReceiverInfo(
        ssrc=sender._ssrc, fraction_lost=128, packets_lost=5, highest_sequence=9, jitter=0, lsr=0, dlsr=0
    )
    await sender._handle_rtcp_packet(RtcpRrPacket(ssrc=1, reports=[report]))
    assert rate.target_bps < START_BPS
    await connection.close()
