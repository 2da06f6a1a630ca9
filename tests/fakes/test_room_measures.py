"""The measures measure: known losses, changes and recoveries come out as they went in."""

import numpy as np
import pytest

from tests.fakes.room_measures import intelligibility, level_change_db, part, recovery_s, return_loss_db
from tests.fakes.talker import RATE_HZ, talk

VOICE = talk(6.0, seed=5)


def test_return_loss_is_the_loss() -> None:
    assert return_loss_db(VOICE, VOICE * 0.01) == pytest.approx(40.0, abs=0.1)


def test_recovery_is_when_the_last_bad_look_ends() -> None:
    left = VOICE * np.where(np.arange(len(VOICE)) < 2 * RATE_HZ, 0.1, 0.001)
    assert 1.2 < recovery_s(VOICE, left, 30.0) <= 2.0
    assert recovery_s(VOICE, VOICE * 0.001, 30.0) == 0.0


def test_level_change_looks_at_speech_only() -> None:
    silence = np.zeros_like(VOICE)
    assert level_change_db(VOICE, VOICE * 0.5, VOICE) == pytest.approx(-6.0, abs=0.1)
    with pytest.raises(ValueError, match="nobody"):
        level_change_db(VOICE, VOICE, silence)


def test_intelligibility_falls_with_noise_and_not_with_level() -> None:
    noise = np.random.default_rng(1).standard_normal(len(VOICE)) * 0.05
    assert intelligibility(VOICE, VOICE * 0.2) == pytest.approx(1.0, abs=0.001)
    assert intelligibility(VOICE, VOICE + 0.2 * noise) > intelligibility(VOICE, VOICE + 4 * noise)
    assert intelligibility(VOICE, noise) < 0.3


def test_a_part_is_in_seconds() -> None:
    assert len(part(VOICE, 1, 3)) == 2 * RATE_HZ
