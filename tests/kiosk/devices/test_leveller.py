"""The usager's voice at one level: near or far, without a gain that breathes, and never cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.leveller import LEAST_DB, MOST_DB, TARGET_DB, Leveller

BLOCK = 480
NOISE_DB = -68.0


def sound(level_db: float, blocks: int, seed: int = 1) -> np.ndarray:
    """Noise of this mean power: int16 of shape (blocks, 480)."""
    strength = 32768 * 10 ** (level_db / 20)
    noise = np.random.default_rng(seed).standard_normal((blocks, BLOCK)) * strength
    return np.clip(np.rint(noise), -32768, 32767).astype(np.int16)


def syllables(level_db: float, seconds: float) -> np.ndarray:
    """A fifth of a second of sound, then as much of near silence, and so on."""
    blocks = sound(level_db, int(seconds * 100))
    quiet = sound(NOISE_DB, int(seconds * 100), seed=2)
    blocks[(np.arange(len(blocks)) // 20) % 2 == 1] = quiet[(np.arange(len(blocks)) // 20) % 2 == 1]
    return blocks


def levelled(leveller: Leveller, blocks: np.ndarray) -> np.ndarray:
    return np.stack([leveller.level(block, block) for block in blocks])


def loudness_db(blocks: np.ndarray) -> float:
    powers = np.mean(np.square(blocks.astype(np.float64) / 32768), axis=1)
    return float(10 * np.log10(np.median(powers[powers > 1e-5])))


@pytest.mark.parametrize("level_db", [-36.0, -31.0, -26.0, -20.0, -14.0])
def test_a_voice_from_anywhere_comes_out_at_its_level(level_db: float) -> None:
    out = levelled(Leveller(), syllables(level_db, 12.0))
    assert abs(loudness_db(out[800:]) - TARGET_DB) < 2


def test_silence_moves_nothing() -> None:
    leveller = Leveller()
    levelled(leveller, syllables(-34.0, 8.0))
    gain_db = leveller.gain_db
    assert gain_db > 8
    levelled(leveller, sound(NOISE_DB, 3_000))
    assert leveller.gain_db == gain_db


def test_steady_noise_is_nobody_who_speaks() -> None:
    leveller = Leveller()
    levelled(leveller, sound(-45.0, 1_000))
    before_db = leveller.gain_db
    levelled(leveller, sound(-45.0, 3_000))
    assert abs(leveller.gain_db - before_db) < 0.1


def test_what_is_left_of_the_echo_moves_nothing() -> None:
    leveller = Leveller()
    for block in syllables(-20.0, 8.0):
        leveller.level(block, (block * 0.05).astype(np.int16))
    assert leveller.gain_db == 0.0


def test_the_next_usager_is_heard_anew() -> None:
    leveller = Leveller()
    levelled(leveller, syllables(-34.0, 8.0))
    leveller.forget()
    assert leveller.gain_db == 0.0


@given(st.floats(-50.0, 0.0), st.integers(0, 100))
def test_gain_stays_in_bounds_and_nothing_wraps(level_db: float, seed: int) -> None:
    leveller = Leveller()
    blocks = sound(level_db, 60, seed)
    out = levelled(leveller, blocks)
    assert LEAST_DB <= leveller.gain_db <= MOST_DB
    assert out.dtype == np.int16
    loud = np.abs(blocks.astype(np.int32)) > 8_000
    assert (np.sign(out[loud]) == np.sign(blocks[loud])).all()


def test_a_cry_after_a_whisper_is_bent_and_not_cut() -> None:
    leveller = Leveller()
    levelled(leveller, syllables(-36.0, 8.0))
    cry = (np.sin(np.arange(BLOCK) * 2 * np.pi * 5 / BLOCK) * 25_000).astype(np.int16)
    first, second = (leveller.level(cry, cry).astype(np.int32) for _ in range(2))
    assert np.corrcoef(first, cry)[0, 1] > 0.85
    assert np.abs(second).max() < 32_000
    assert np.corrcoef(second, cry)[0, 1] > 0.99
    whisper = sound(-40.0, 100)
    assert loudness_db(levelled(leveller, whisper)[50:]) > -30, "and the whisper after it is raised again"
