"""Opus: real packets, in order, with holes, with copies, and with anything else."""

import numpy as np
import pytest
from aiortc.codecs import opus as aiortc_opus
from aiortc.jitterbuffer import JitterFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.opus import (
    MAX_PACKET_SAMPLES,
    OpusDecoder,
    OpusEncoder,
    packet_has_copy,
    packet_samples,
)
from tests.fakes.speech import speech

PACKET = 960
SOUND = speech(4.0)


def packets(encoder: OpusEncoder) -> list[bytes]:
    return [encoder.encode(SOUND[at : at + PACKET]) for at in range(0, len(SOUND), PACKET)]


def bps(made: list[bytes]) -> float:
    return 8 * sum(len(packet) for packet in made) / (len(made) / 50)


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Best correlation of two sounds of the same length, within 10 ms of delay."""
    best = 0.0
    for shift in range(0, 480, 4):
        a, b = one[shift:].astype(float), other[: len(other) - shift].astype(float)
        best = max(best, float(a @ b / np.sqrt((a @ a) * (b @ b) + 1)))
    return best


def test_what_is_said_is_heard() -> None:
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(packet) for packet in packets(OpusEncoder())])
    assert heard.shape == SOUND.shape
    assert likeness(heard, SOUND) > 0.9


def test_a_stock_decoder_understands_it() -> None:
    decoder = aiortc_opus.OpusDecoder()
    for number, packet in enumerate(packets(OpusEncoder())[:20]):
        decoder.decode(JitterFrame(data=packet, timestamp=number * PACKET))


@pytest.mark.parametrize("wanted", [24_000, 32_000])
def test_the_bitrate_is_what_was_asked(wanted: int) -> None:
    assert 0.7 * wanted < bps(packets(OpusEncoder(wanted))) < 1.1 * wanted


def test_the_bitrate_changes_while_it_runs() -> None:
    encoder = OpusEncoder(32_000)
    before = bps(packets(encoder))
    encoder.set_bitrate(16_000)
    assert bps(packets(encoder)) < 0.6 * before


def test_copies_are_sent_as_soon_as_anything_is_lost() -> None:
    encoder = OpusEncoder()
    encoder.set_loss(0)
    assert not any(packet_has_copy(packet) for packet in packets(encoder))
    encoder.set_loss(2)
    copies = [packet_has_copy(packet) for packet in packets(encoder)]
    assert sum(copies) > len(copies) / 3, "pauses need none"


def test_a_lost_packet_is_rebuilt_from_the_copy_in_the_next_one() -> None:
    made = packets(OpusEncoder())
    lost = next(n for n in range(20, 100) if packet_has_copy(made[n + 1]) and packet_has_copy(made[n + 2]))
    whole, copied, concealed = OpusDecoder(), OpusDecoder(), OpusDecoder()
    for packet in made[:lost]:
        for decoder in (whole, copied, concealed):
            decoder.decode(packet)
    said = whole.decode(made[lost])
    rebuilt = copied.decode_copy(made[lost + 1], PACKET)
    assert likeness(rebuilt, said) > 0.8
    assert concealed.conceal(PACKET).shape == said.shape
    assert likeness(copied.decode(made[lost + 1]), whole.decode(made[lost + 1])) > 0.9


def test_a_long_hole_fades() -> None:
    decoder = OpusDecoder()
    for packet in packets(OpusEncoder())[:40]:
        decoder.decode(packet)
    hole = [decoder.conceal(480) for _ in range(100)]
    assert np.abs(hole[0]).max() > 500
    assert np.abs(hole[-1]).max() < 100


@pytest.mark.parametrize("size", [1, 479, 480, 961, 5_000, 20_000])
def test_any_length_is_concealed(size: int) -> None:
    assert OpusDecoder().conceal(size).shape == (min(size, MAX_PACKET_SAMPLES),)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_what_is_not_opus_is_only_a_bad_sound(parts: list[bytes]) -> None:
    decoder = OpusDecoder()
    for part in parts:
        assert decoder.decode(part).shape == (packet_samples(part),)
        assert decoder.decode_copy(part, PACKET).shape == (PACKET,)
        assert packet_has_copy(part) in (True, False)
    assert decoder.conceal(480).shape == (480,)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_packets_damaged_on_the_way_do_no_harm(data: st.DataObject) -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    for at in range(0, 8 * PACKET, PACKET):
        packet = bytearray(encoder.encode(SOUND[at : at + PACKET]))
        for place in data.draw(st.lists(st.integers(1, len(packet) - 1), max_size=4)):
            packet[place] ^= data.draw(st.integers(1, 255))
        assert decoder.decode(bytes(packet)).shape == (PACKET,)


def test_lengths_are_read_from_the_packet() -> None:
    assert packet_samples(b"") == 0
    assert packet_samples(b"\x00") == 480
    assert packet_samples(bytes([15 << 3])) == 960
    assert packet_samples(bytes([15 << 3 | 1])) == 1_920
    assert packet_samples(bytes([15 << 3 | 3, 3])) == 2_880
    assert packet_samples(bytes([15 << 3 | 3])) == 0
    assert packet_samples(bytes([15 << 3 | 3, 63])) == 0, "more than 120 ms"
    assert packet_samples(bytes([16 << 3])) == 120
