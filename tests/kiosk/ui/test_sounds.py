"""The five sounds keep what was promised of them."""

import runpy
import wave
from pathlib import Path

import numpy as np
import pytest

from kiosk.ui.gallery import ASSETS

NAMES = ("ringback", "agent_here", "attention", "number", "end")


def samples(name: str) -> np.ndarray:  # type: ignore[type-arg]
    with wave.open(str(ASSETS / "sounds" / f"{name}.wav"), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768


def test_there_are_five() -> None:
    assert {file.stem for file in (ASSETS / "sounds").glob("*.wav")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_short_and_never_clipped(name: str) -> None:
    sound = samples(name)
    assert 0.2 < sound.size / 48_000 < 1.2
    assert 0.1 < np.abs(sound).max() < 0.9
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01


@pytest.mark.parametrize("name", NAMES)
def test_pitch_between_500_and_2000_hz(name: str) -> None:
    sound = samples(name)
    power = np.abs(np.fft.rfft(sound)) ** 2
    pitch = np.fft.rfftfreq(sound.size, 1 / 48_000)
    assert power[(pitch >= 500) & (pitch <= 2000)].sum() / power.sum() > 0.95


def test_equally_loud() -> None:
    loudness = []
    for name in NAMES:
        sound = samples(name)
        heard = np.abs(sound) > 0.02 * np.abs(sound).max()
        loudness.append(20 * np.log10(np.sqrt(np.mean(sound[heard] ** 2))))
    assert max(loudness) - min(loudness) < 0.5


def test_the_files_are_what_the_script_makes() -> None:
    made = runpy.run_path(str(Path(ASSETS / "sounds/make_sounds.py")))
    for name, notes in made["CHIMES"].items():
        assert np.abs(made["chime"](notes) / 32768 - samples(name)).max() < 1e-3
