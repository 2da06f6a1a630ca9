"""The loop of speech is the same each time, mostly voiced, with pauses, and no stretch of it resembles another."""

import numpy as np

from tests.bench.media.heard import bands_db, located
from tests.bench.media.source_speech import LOOP_S, PEAK, RATE_HZ, speak


def test_one_seed_is_one_loop() -> None:
    assert np.array_equal(speak(seed=1, pitch_hz=120), speak(seed=1, pitch_hz=120))
    assert not np.array_equal(speak(seed=1, pitch_hz=120), speak(seed=2, pitch_hz=120))


def test_it_is_as_long_and_as_loud_as_said() -> None:
    sound = speak(seed=1, pitch_hz=120)
    assert len(sound) == LOOP_S * RATE_HZ
    assert abs(int(np.abs(sound).max()) - PEAK * 32767) < 2
    assert not sound[: RATE_HZ // 10].any()
    assert not sound[-RATE_HZ // 10 :].any()


def test_it_speaks_and_pauses() -> None:
    level = bands_db(speak(seed=1, pitch_hz=120)).max(axis=1)
    share = float(np.mean(level > level.max() - 25))
    assert 0.6 < share < 0.95


def test_every_stretch_has_one_place() -> None:
    loop = speak(seed=1, pitch_hz=120)
    found = located(np.concatenate((loop, loop)), 0.0, loop, 0.0)
    assert len(found) > 150
    assert max(abs(each.delay_s) for each in found) < 0.02
