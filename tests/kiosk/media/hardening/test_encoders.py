"""The encoders keep to our rate, whatever the camera does, and make packets that any path carries."""

from fractions import Fraction

import av
import numpy as np
from aiortc.codecs.vpx import VpxPayloadDescriptor, vp8_depayload

from kiosk.media.hardening import encoders
from kiosk.media.opus import packet_has_copy
from kiosk.media.rate import SendRate
from tests.fakes.speech import spoken_packets


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
    encoder = encoders.SteeredVp8Encoder(rate, lambda bps: rate.on_estimate(int(bps), 0.0))
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
    encoder = encoders.SteeredVp8Encoder(rate, lambda _bps: None)
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
    encoder = encoders.SteeredVp8Encoder(rate, lambda _bps: None)
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
    encoder = encoders.SteeredVp8Encoder(wide(), lambda _bps: None)
    made = [
        encoder.encode(picture(at, (320, 180) if at == 30 else (640, 360)), force_keyframe=at == 20)[0]
        for at in range(31)
    ]
    assert [at for at, payloads in enumerate(made) if payloads and is_key(payloads)] == [0, 20, 30]
    assert encoder.frames == sum(bool(payloads) for payloads in made)


def test_packets_are_small_and_even_and_numbered() -> None:
    encoder = encoders.SteeredVp8Encoder(wide(), lambda _bps: None)
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
        assert max(lengths) <= encoders.PAYLOAD_BYTES
        assert max(lengths) - min(lengths) <= 1
    assert len(identities) >= 3
    assert identities == [(identities[0] + at) % (1 << 15) for at in range(len(identities))]


def test_payloads_put_together_are_the_frame() -> None:
    for size in (1, 1_146, 1_147, 5_000):
        data = bytes(at % 251 for at in range(size))
        payloads = encoders.vp8_payloads(data, 77)
        assert b"".join(vp8_depayload(payload) for payload in payloads) == data


def test_a_voice_costs_little_and_carries_copies_when_packets_are_lost() -> None:
    encoder = encoders.MonoOpusEncoder()
    packets = spoken_packets(4.0)
    copies: list[int] = []
    for percent, bitrate_bps in ((0, 32_000), (5, 24_000)):
        encoder.set_loss(percent)
        encoder.set_bitrate(bitrate_bps)
        size = copied = 0
        for at, packet in enumerate(packets):
            (payload,), timestamp = encoder.encode(packet)
            assert timestamp == at * 960
            size += len(payload)
            copied += packet_has_copy(payload)
        assert 0.6 * bitrate_bps < size * 8 / 4.0 < 1.1 * bitrate_bps
        copies.append(copied)
    assert copies[0] == 0
    assert copies[1] > 50


def test_the_names_are_there() -> None:
    encoders.check_names()
