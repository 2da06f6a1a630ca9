"""Known damage to the loop of speech is told: delay, holes, skips, noise, weaker sound; a good copy has none."""

from typing import Any

import numpy as np
import pytest

from tests.bench.media.heard import RATE_HZ, heard, located
from tests.bench.media.said import always
from tests.bench.media.source_speech import LOOP_S, speak

SAID_FROM_S = 1_000.0
SAID = always(SAID_FROM_S)


@pytest.fixture(scope="module")
def loop() -> Any:
    return speak(seed=1, pitch_hz=120)


def played(loop: Any, seconds: float, *, phase_s: float = 0.0) -> Any:
    """What the loop sounds like from `phase_s` on."""
    indexes = (np.arange(int(seconds * RATE_HZ)) + int(phase_s * RATE_HZ)) % len(loop)
    return loop[indexes]


def silenced(sound: Any, begin_s: float, seconds: float) -> Any:
    damaged = sound.copy()
    damaged[int(begin_s * RATE_HZ) : int((begin_s + seconds) * RATE_HZ)] = 0
    return damaged


def test_good_copy_has_no_gap_and_its_delay_is_told(loop: Any) -> None:
    found = heard(played(loop, 25), SAID_FROM_S + 0.234, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 24)
    assert found.missing_s == 0
    assert found.voiced_s > 12
    assert np.median([each.delay_s for each in found.delays]) == pytest.approx(0.234, abs=0.011)


@pytest.mark.parametrize("delay_s", [0.0, 1.5, 4.2, 8.8])
def test_delay_is_told_up_to_the_length_of_the_loop(loop: Any, delay_s: float) -> None:
    found = located(played(loop, 12, phase_s=3.0), SAID_FROM_S + 3.0 + delay_s, loop, SAID_FROM_S)
    assert found
    assert [each.delay_s for each in found] == pytest.approx([delay_s] * len(found), abs=0.011)


@pytest.mark.parametrize("hole_s", [0.1, 0.28, 2.0])
def test_silence_is_missing_as_long_as_it_lasts(loop: Any, hole_s: float) -> None:
    begin_s = 5.0
    found = heard(
        silenced(played(loop, 20), begin_s, hole_s), SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 19
    )
    assert 0.3 * hole_s <= found.missing_s <= hole_s + 0.05
    assert found.longest_gap_s <= hole_s + 0.05
    assert all(SAID_FROM_S + begin_s - 0.03 <= first <= SAID_FROM_S + begin_s + hole_s for first, _ in found.gaps)


def test_many_short_holes_add_up(loop: Any) -> None:
    sound = played(loop, 31)
    for number in range(100):
        sound = silenced(sound, 1 + number * 0.29, 0.06)
    found = heard(sound, SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 30)
    assert 0.10 < found.gap_share < 0.30


def test_noise_in_place_of_speech_is_not_heard(loop: Any) -> None:
    sound = played(loop, 20)
    noise = np.random.default_rng(4).normal(0, 3000, 2 * RATE_HZ).astype(np.int16)
    sound[8 * RATE_HZ : 10 * RATE_HZ] = noise
    found = heard(sound, SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 19)
    assert 0.9 < found.missing_s < 2.05


def test_skipped_speech_is_missing_and_the_delay_shrinks(loop: Any) -> None:
    whole = played(loop, 24)
    skipped = np.concatenate((whole[: 10 * RATE_HZ], whole[int(11.2 * RATE_HZ) :]))
    found = heard(skipped, SAID_FROM_S + 1.5, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 22)
    assert 0.35 < found.missing_s < 1.3
    assert found.delays[0].delay_s == pytest.approx(1.5, abs=0.02)
    assert found.delays[-1].delay_s == pytest.approx(0.3, abs=0.02)


def test_inserted_silence_costs_nothing_but_delay(loop: Any) -> None:
    whole = played(loop, 20)
    # In a pause of the loop: its beginning.
    at = 10 * RATE_HZ
    late = np.concatenate((whole[:at], np.zeros(int(0.3 * RATE_HZ), np.int16), whole[at:]))
    found = heard(late, SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 19)
    assert found.gap_share < 0.01
    assert found.delays[-1].delay_s == pytest.approx(0.3, abs=0.02)


def test_slow_changes_of_level_are_not_gaps(loop: Any) -> None:
    sound = played(loop, 30)
    gain = np.linspace(1.0, 0.12, len(sound))
    found = heard((sound * gain).astype(np.int16), SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 29)
    assert found.gap_share < 0.01


def test_another_voice_is_not_taken_for_the_one_expected(loop: Any) -> None:
    other = speak(seed=2, pitch_hz=190)
    found = heard(played(other, 20), SAID_FROM_S, loop, SAID, SAID_FROM_S + 1, SAID_FROM_S + 19)
    assert found.gap_share > 0.9


def test_nothing_recorded_is_all_missing(loop: Any) -> None:
    found = heard(np.zeros(0, np.int16), SAID_FROM_S, loop, SAID, SAID_FROM_S, SAID_FROM_S + LOOP_S)
    assert found.gap_share == 1.0
    assert found.first_heard_s is None
    assert found.longest_gap_s > 8


def test_first_heard_is_when_it_came_out(loop: Any) -> None:
    sound = silenced(played(loop, 20), 0, 4.0)
    found = heard(sound, SAID_FROM_S + 0.2, loop, SAID, SAID_FROM_S, SAID_FROM_S + 19)
    assert found.first_heard_s == pytest.approx(SAID_FROM_S + 4.2, abs=0.35)
