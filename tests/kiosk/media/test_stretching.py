"""Whole periods are cut or repeated: the length changes, the pitch does not, and no step is heard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.stretching import MAX_LAG, MIN_LAG, NEEDED, Sound, lengthened, period_of, shortened


def vowel(hertz: float, size: int = NEEDED) -> Sound:
    at = np.arange(size) / 48_000
    sound = 6_000 * np.sin(2 * np.pi * hertz * at) + 3_000 * np.sin(2 * np.pi * 3 * hertz * at + 1)
    return sound.astype(np.float32)


@pytest.mark.parametrize("hertz", [110.0, 160.0, 220.0, 390.0])
def test_the_period_of_a_vowel_is_found(hertz: float) -> None:
    period = period_of(vowel(hertz))
    turns = period.lag * hertz / 48_000
    assert abs(turns - round(turns)) < 0.03
    assert round(turns) >= 1
    assert period.likeness > 0.98


@pytest.mark.parametrize("hertz", [110.0, 220.0, 390.0])
def test_a_changed_vowel_is_the_same_vowel_for_longer_or_shorter(hertz: float) -> None:
    sound = vowel(hertz, 2 * NEEDED)
    lag = period_of(sound).lag
    steepest = np.abs(np.diff(sound)).max()
    for changed, size in ((shortened(sound, lag), 2 * NEEDED - lag), (lengthened(sound, lag), 2 * NEEDED + lag)):
        assert len(changed) == size
        assert np.abs(np.diff(changed)).max() < 1.2 * steepest
        assert period_of(changed).likeness > 0.9
        assert changed[0] == sound[0]
        assert changed[-1] == sound[-1]


def test_noise_is_like_nothing() -> None:
    noise = (np.random.default_rng(1).standard_normal(NEEDED) * 3_000).astype(np.float32)
    assert period_of(noise).likeness < 0.6


def test_in_silence_any_length_will_do() -> None:
    period = period_of(np.full(NEEDED, 50, dtype=np.float32), 333)
    assert (period.lag, period.likeness) == (333, 1.0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 33_000), st.integers(-100, 2_000))
def test_whatever_the_sound_the_lag_is_within_bounds(seed: int, level: float, longest: int) -> None:
    sound = np.random.default_rng(seed).uniform(-level, level, NEEDED).astype(np.float32)
    period = period_of(sound, longest)
    assert MIN_LAG <= period.lag <= max(MIN_LAG, min(MAX_LAG, longest))
    assert 0.0 <= period.likeness <= 1.0
    assert np.isfinite(shortened(sound, period.lag)).all()
    assert np.isfinite(lengthened(sound, period.lag)).all()
