"""A headset plugged in and pulled out in the middle of a call, on a real sound server: who hears what."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, DeviceStatus
from kiosk.devices.sound import SoundCard
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, play, share_heard, write_wav
from tests.fakes.pulse import Pulse

pytestmark = pytest.mark.serial

HEARD = 0.4
LOOK_S = 1.2
TRIES = 15


class Listening:
    """Whether only the usager hears us, awaited."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.told: list[bool] = []

    def __call__(self, is_private: bool) -> None:
        with self._changed:
            self.told.append(is_private)
            self._changed.notify_all()

    def wait_for(self, told: list[bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.told == told, 10), self.told


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    server = Pulse(tmp_path / "pulse", sinks=["speaker", "mouth"])
    for key, value in server.environment(plays_on="speaker", hears="mouth").items():
        monkeypatch.setenv(key, value)
    yield server
    server.end()


def agent_talks(card: SoundCard) -> None:
    melody = play(AGENT_MELODY, 12.0)
    position = 0

    def source() -> np.ndarray:
        nonlocal position
        position = (position + FRAME_SAMPLES) % len(melody)
        return melody[position - FRAME_SAMPLES : position] if position else melody[-FRAME_SAMPLES:]

    card.set_source(source)


def wait_to_hear(pulse: Pulse, sink: str) -> None:
    """A busy machine makes holes in sound: it is listened to until the agent is heard."""
    for _ in range(TRIES):
        if share_heard(pulse.record(sink, LOOK_S), AGENT_MELODY) > HEARD:
            return
    pytest.fail(f"the agent is not heard on {sink}")


def test_a_headset_takes_the_sound_off_the_loudspeaker_and_gives_it_back(pulse: Pulse, tmp_path: Path) -> None:
    listening = Listening()
    heard: list[np.ndarray] = []
    card = SoundCard(SoundOptions(volume=10), on_private=listening)
    card.set_listener(heard.append)
    agent_talks(card)
    write_wav(tmp_path / "usager.wav", play(KIOSK_MELODY, 4.0))
    card.open()
    try:
        wait_to_hear(pulse, "speaker")
        pulse.plug_headset("headset")
        listening.wait_for([True])
        wait_to_hear(pulse, "headset")
        assert not share_heard(pulse.record("speaker", 1.0), AGENT_MELODY)
        player = pulse.play_in_a_loop(tmp_path / "usager.wav", "headset_voice")
        try:
            for _ in range(TRIES):
                del heard[:]
                pulse.record("headset_voice", LOOK_S)
                if share_heard(np.concatenate(heard), KIOSK_MELODY) > HEARD:
                    break
            else:
                pytest.fail("the agent does not hear the microphone of the headset")
        finally:
            player.end()
        pulse.unplug_headset("headset")
        listening.wait_for([True, False])
        wait_to_hear(pulse, "speaker")
        assert (card.microphone_status, card.loudspeaker_status) == (DeviceStatus.READY, DeviceStatus.READY)
    finally:
        card.close()
    assert pulse.recorders() == 0


def test_a_headset_that_is_there_before_the_call_is_used_from_its_start(pulse: Pulse) -> None:
    pulse.plug_headset("headset")
    listening = Listening()
    card = SoundCard(SoundOptions(volume=10), on_private=listening)
    agent_talks(card)
    for _ in range(2):
        card.open()
        try:
            listening.wait_for([True])
            wait_to_hear(pulse, "headset")
        finally:
            card.close()
        listening.told.clear()


def test_a_kiosk_told_not_to_follow_stays_on_the_loudspeaker(pulse: Pulse) -> None:
    listening = Listening()
    card = SoundCard(SoundOptions(volume=10, follow_headset=False), on_private=listening)
    agent_talks(card)
    card.open()
    try:
        pulse.plug_headset("headset")
        wait_to_hear(pulse, "speaker")
    finally:
        card.close()
    assert listening.told == []
