"""The real sound card against a private PulseAudio server: plays, hears, loses its devices, finds them again."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sounddevice

from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, DeviceName, DeviceStatus
from kiosk.devices import sound_side
from kiosk.devices.sound import CLOSE_WITHIN_S, SoundCard
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, play, share_heard, write_wav
from tests.fakes.pulse import Pulse

pytestmark = pytest.mark.serial


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    server = Pulse(tmp_path / "pulse", sinks=["speaker", "mouth"])
    for key, value in server.environment(plays_on="speaker", hears="mouth").items():
        monkeypatch.setenv(key, value)
    yield server
    server.end()


def test_plays_hears_loses_the_card_and_finds_it_again(
    pulse: Pulse, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    news: list[tuple[DeviceName, DeviceStatus]] = []
    changed = threading.Condition()

    def note(name: DeviceName, status: DeviceStatus) -> None:
        with changed:
            news.append((name, status))
            changed.notify_all()

    heard: list[np.ndarray] = []
    melody = play(KIOSK_MELODY, 20.0)
    position = 0

    def source() -> np.ndarray:
        nonlocal position
        position += FRAME_SAMPLES
        return melody[position - FRAME_SAMPLES : position]

    write_wav(tmp_path / "usager.wav", play(AGENT_MELODY, 4.0))
    player = pulse.play_in_a_loop(tmp_path / "usager.wav", "mouth")
    card = SoundCard(SoundOptions(volume=10), note)
    request.addfinalizer(card.close)
    levels: list[float] = []

    def hear(block: np.ndarray) -> None:
        heard.append(block)
        levels.append(card.microphone_level())

    try:
        assert card.probe(DeviceName.MICROPHONE) is DeviceStatus.READY
        card.set_listener(hear)
        card.set_source(source)
        card.open()
        assert (card.microphone_status, card.loudspeaker_status) == (DeviceStatus.READY, DeviceStatus.READY)
        pulse.record("speaker", 0.5)
        assert share_heard(pulse.record("speaker", 2.0), KIOSK_MELODY) > 0.6
        sound = np.concatenate(heard[-200:])
        assert all(block.shape == (FRAME_SAMPLES,) and block.dtype == np.int16 for block in heard)
        assert share_heard(sound, AGENT_MELODY) > 0.5
        assert 0.5 < max(levels) <= 1.0
    finally:
        player.end()

    pulse.end()
    with changed:
        assert changed.wait_for(lambda: (DeviceName.LOUDSPEAKER, DeviceStatus.UNPLUGGED) in news, 10)
    again = Pulse(tmp_path / "pulse", sinks=["speaker", "mouth"])
    try:
        with changed:
            assert changed.wait_for(lambda: card.loudspeaker_status is DeviceStatus.READY, 15)
        card.close()
        assert again.recorders() == 0
        assert card.microphone_level() == 0.0
    finally:
        card.close()
        again.end()


def test_a_sound_server_that_hangs_is_left_alone_and_found_again_once_it_is_gone(
    pulse: Pulse,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(sound_side, "END_WITHIN_S", 0.5)
    blocks = threading.Event()
    card = SoundCard(SoundOptions(volume=10, echo_cancellation=False))
    request.addfinalizer(card.close)
    card.set_listener(lambda _block: blocks.set())
    card.open()
    assert blocks.wait(20)

    pulse.child.signal(signal.SIGSTOP)
    closing = threading.Thread(target=card.close, daemon=True)
    closing.start()
    closing.join(CLOSE_WITHIN_S + 20)
    assert not closing.is_alive()
    assert "SOUND_ABANDONED" in caplog.text

    # Nothing of it stays in the way: neither of being asked, nor of the next call.
    blocks.clear()
    asking = threading.Thread(target=card.probe, args=(DeviceName.LOUDSPEAKER,), daemon=True)
    asking.start()
    asking.join(60)
    assert not asking.is_alive()
    card.open()
    pulse.child.signal(signal.SIGKILL)
    pulse.end()
    again = Pulse(tmp_path / "pulse", sinks=["speaker", "mouth"])
    try:
        assert blocks.wait(60)
        card.close()
        assert again.recorders() == 0
    finally:
        card.close()
        again.end()


def test_a_chime_is_heard_without_opening_the_microphone(pulse: Pulse) -> None:
    card = SoundCard(SoundOptions(volume=10))
    recorded: list[np.ndarray] = []
    ears = threading.Thread(target=lambda: recorded.append(pulse.record("speaker", 4.0)))
    ears.start()
    listeners: list[int] = []
    ringing = threading.Thread(target=card.play_chime, args=("number",))
    try:
        ringing.start()
        while ringing.is_alive():
            listeners.append(pulse.recorders())
            ringing.join(0.2)
        ears.join()
    finally:
        card.close()
    # The test itself is one of them.
    assert max(listeners) <= 1
    power = np.abs(np.fft.rfft(recorded[0])) ** 2
    pitch = np.fft.rfftfreq(len(recorded[0]), 1 / 48_000)
    assert power[(pitch > 750) & (pitch < 1100)].sum() / power.sum() > 0.5
    assert card.microphone_status is DeviceStatus.UNPLUGGED, "never looked at"


@pytest.mark.parametrize("end", ["hush", "close"])
def test_a_chime_of_a_closed_card_is_cut_short(pulse: Pulse, tmp_path: Path, end: str) -> None:
    write_wav(tmp_path / "number.wav", play(KIOSK_MELODY, 60.0))
    opened = threading.Event()
    card = SoundCard(SoundOptions(volume=10), lambda _name, _status: opened.set(), sounds=tmp_path)
    ringing = threading.Thread(target=card.play_chime, args=("number",))
    ringing.start()
    assert opened.wait(10)
    getattr(card, end)()
    ringing.join(10)
    assert not ringing.is_alive()
    card.close()


def test_a_program_that_ends_without_closing_the_card_says_nothing(pulse: Pulse) -> None:
    script = """
import threading
from kiosk.config import SoundOptions
from kiosk.core.ports import DeviceName, DeviceStatus
from kiosk.devices.sound import SoundCard
heard = threading.Event()
card = SoundCard(SoundOptions(echo_cancellation=True))
card.set_listener(lambda block: heard.set())
card.open()
print(card.microphone_status, card.loudspeaker_status, heard.wait(20))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["ready", "ready", "True"]
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert pulse.recorders() == 0


def test_a_program_ends_although_the_sound_server_hangs(pulse: Pulse) -> None:
    script = """
import sys
from kiosk.config import SoundOptions
from kiosk.devices.sound import SoundCard
card = SoundCard(SoundOptions(echo_cancellation=False))
card.open()
print("open", flush=True)
sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        try:
            assert program.stdout.readline() == "open\n"
            pulse.child.signal(signal.SIGSTOP)
            _, said = program.communicate("leave\n", timeout=60)
        finally:
            program.kill()
            pulse.child.signal(signal.SIGKILL)
    assert program.returncode == 0
    assert "Traceback" not in said


def test_without_any_device_both_sides_are_unplugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    card = SoundCard(SoundOptions(microphone="no such microphone", loudspeaker="no such loudspeaker"))
    card.open()
    assert (card.microphone_status, card.loudspeaker_status) == (DeviceStatus.UNPLUGGED, DeviceStatus.UNPLUGGED)
    started = time.monotonic()
    card.close()
    assert time.monotonic() - started < 2


def test_the_names_of_sounddevice_that_list_devices_anew_are_there() -> None:
    assert callable(sounddevice._initialize)
    assert callable(sounddevice._terminate)


def test_the_name_of_sounddevice_that_ends_the_library_with_the_program_is_there() -> None:
    assert callable(sounddevice._exit_handler)
