"""What is taken for speech has its pauses, its syllables and its level."""

import numpy as np
import pytest

from tests.fakes.talker import RATE_HZ, talk


def test_talk_has_its_level_pauses_and_syllables() -> None:
    sound = talk(20.0, seed=3, level_db=-26.0)
    assert sound.shape == (20 * RATE_HZ,)
    looks = 10 * np.log10(np.mean(np.square(sound.reshape(-1, 480)), axis=1) + 1e-12)
    spoken = looks > -60
    assert 0.6 < spoken.mean() < 0.95
    assert 10 * np.log10(np.mean(10 ** (looks[spoken] / 10))) == pytest.approx(-26.0, abs=1.0)
    # Loudness moves a few times a second, as syllables do.
    moves = np.abs(np.fft.rfft((looks - looks.mean()) * np.hanning(len(looks))))
    hertz = np.fft.rfftfreq(len(looks), 0.01)
    assert moves[(hertz > 2) & (hertz < 8)].max() > 3 * moves[(hertz > 20) & (hertz < 50)].max()


def test_talk_is_the_same_for_the_same_seed_only() -> None:
    assert (talk(1.0, seed=1) == talk(1.0, seed=1)).all()
    assert (talk(1.0, seed=1) != talk(1.0, seed=2)).any()
