"""A melody is heard where it is played, and only there."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, RATE_HZ, Melody, play, share_heard, write_wav

NOISE = (np.random.default_rng(1).normal(0, 200, RATE_HZ * 4)).astype(np.int16)


@pytest.mark.parametrize("melody", [AGENT_MELODY, KIOSK_MELODY])
def test_own_melody_is_heard(melody: Melody) -> None:
    assert share_heard(play(melody, 4), melody) > 0.9
    assert share_heard(play(melody, 4) // 8 + NOISE // 4, melody) > 0.7


@pytest.mark.parametrize(("played", "listened"), [(AGENT_MELODY, KIOSK_MELODY), (KIOSK_MELODY, AGENT_MELODY)])
def test_the_other_melody_is_not(played: Melody, listened: Melody) -> None:
    assert share_heard(play(played, 4), listened) == 0


@pytest.mark.parametrize(
    "sound", [np.zeros(RATE_HZ, np.int16), NOISE, np.zeros(10, np.int16)], ids=["silence", "noise", "nothing"]
)
def test_nothing_is_heard_in_silence_or_noise(sound: object) -> None:
    assert share_heard(sound, AGENT_MELODY) < 0.05


def test_half_a_melody_is_half_heard() -> None:
    sound = play(AGENT_MELODY, 4).copy()
    sound[: 2 * RATE_HZ] = 0
    assert share_heard(sound, AGENT_MELODY) == pytest.approx(0.5, abs=0.12)


def test_wav_is_what_was_given(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", play(AGENT_MELODY, 1))
    with wave.open(str(tmp_path / "a.wav")) as read:
        assert (read.getframerate(), read.getnchannels(), read.getnframes()) == (RATE_HZ, 1, RATE_HZ)
