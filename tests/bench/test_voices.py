"""An ear is only worth its numbers if it hears the right voice at the right moment, and nothing else."""

import wave

import numpy as np
import pytest

from kiosk.devices.echo import SOUNDS
from tests.bench.voices import AGENT_VOICE, KIOSK_VOICE, WINDOW, first_heard, sing
from tests.fakes.melody import Melody
from tests.fakes.pulse import RATE_HZ


@pytest.mark.parametrize("voice", [AGENT_VOICE, KIOSK_VOICE])
@pytest.mark.parametrize("silence", [0, 4_321, RATE_HZ])
def test_voice_is_heard_when_it_begins(voice: Melody, silence: int) -> None:
    sound = np.concatenate((np.zeros(silence, np.int16), sing(voice, 1.0)))
    found = first_heard(sound, voice)
    assert found is not None
    assert silence - WINDOW < found <= silence + WINDOW


@pytest.mark.parametrize(("sung", "listened"), [(AGENT_VOICE, KIOSK_VOICE), (KIOSK_VOICE, AGENT_VOICE)])
def test_other_voice_is_not_taken_for_it(sung: Melody, listened: Melody) -> None:
    assert first_heard(sing(sung, 2.0), listened) is None


@pytest.mark.parametrize("voice", [AGENT_VOICE, KIOSK_VOICE])
@pytest.mark.parametrize("chime", sorted(path.name for path in SOUNDS.glob("*.wav")))
def test_chimes_of_the_kiosk_are_not_taken_for_it(voice: Melody, chime: str) -> None:
    with wave.open(str(SOUNDS / chime)) as file:
        assert file.getframerate() == RATE_HZ
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert first_heard(sound, voice) is None


def test_silence_and_nothing_are_not_heard() -> None:
    assert first_heard(np.zeros(RATE_HZ, np.int16), AGENT_VOICE) is None
    assert first_heard(np.zeros(0, np.int16), AGENT_VOICE) is None


def test_quiet_voice_is_heard() -> None:
    assert first_heard(sing(AGENT_VOICE, 0.5) // 16, AGENT_VOICE) == 0
