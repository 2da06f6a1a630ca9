"""The sound path: echo cancelled, chimes mixed, volume and level as said, and no network for any of it."""

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.echo import SILENT_BLOCKS, SWELLING_BLOCKS, EchoCanceller, SoundPath
from tests.fakes.melody import write_wav

BLOCK = 480


def path(tmp_path: Path, *, volume: float = 1.0) -> SoundPath:
    return SoundPath(echo_cancellation=False, volume=volume, sounds=tmp_path)


def decibels(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-9))


def speech_like(seed: int, seconds: int) -> np.ndarray:
    """Noise of the voice's band, loud and soft like syllables: float64, 48 kHz."""
    chance = np.random.default_rng(seed)
    size = seconds * 48_000
    spectrum = np.fft.rfft(chance.standard_normal(size))
    hertz = np.fft.rfftfreq(size, 1 / 48_000)
    spectrum *= (hertz > 120) * (hertz < 6_000) / np.maximum(1, hertz / 500)
    sound = np.fft.irfft(spectrum, size)
    syllables = np.repeat(chance.uniform(0, 1, size // 9_600 + 1) ** 1.5, 9_600)[:size]
    return sound / sound.std() * np.convolve(syllables, np.ones(960) / 960, "same") * 6_000


def test_the_echo_of_the_loudspeaker_is_removed_and_the_voice_kept() -> None:
    canceller = EchoCanceller()
    far = speech_like(1, 12).clip(-32_768, 32_767).astype(np.int16)
    room = np.zeros(2_400)
    room[[960, 1_100, 1_700]] = 0.3, 0.12, 0.06
    echo = np.convolve(far, room)[: len(far)]
    voice = np.zeros(len(far))
    voice[-3 * 48_000 :] = speech_like(2, 3)
    captured = (echo + voice).clip(-32_768, 32_767).astype(np.int16)
    heard = []
    for at in range(0, len(far), BLOCK):
        canceller.played(far[at : at + BLOCK])
        heard.append(canceller.clean(captured[at : at + BLOCK], 0.02))
    out = np.concatenate(heard)
    alone, together = slice(4 * 48_000, 8 * 48_000), slice(-2 * 48_000, None)
    # The voice is brought to its level: what counts is how far the echo falls below it.
    gain = decibels(out[together]) - decibels(voice[together])
    assert gain > -6, "double talk is kept"
    assert decibels(echo[alone]) - (decibels(out[alone]) - gain) >= 40


def test_a_canceller_let_go_gives_silence_to_late_callbacks() -> None:
    canceller = EchoCanceller()
    voice = speech_like(3, 1)[:BLOCK].clip(-32_768, 32_767).astype(np.int16)
    canceller.played(voice)
    canceller.clean(voice, 0.02)
    canceller.close()
    canceller.played(voice)
    late = canceller.clean(voice, 0.02)
    assert (late.shape, late.dtype) == ((BLOCK,), np.int16)
    assert not late.any()
    canceller.close()


def test_a_program_that_ends_while_sound_runs_ends_in_silence() -> None:
    script = """
import atexit
import threading
import numpy as np
from kiosk.devices.echo import EchoCanceller
late = threading.Event()
silent = []
def call_back():
    while not late.is_set():
        canceller.clean(block, 0.02)
    silent.append(not canceller.clean(block, 0.02).any())
def check():
    late.set()
    caller.join()
    print(silent)
atexit.register(check)  # runs last: after the library's farewell
canceller = EchoCanceller()
block = np.full(480, 1000, dtype=np.int16)
caller = threading.Thread(target=call_back, daemon=True)
caller.start()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["[True]"]
    assert "Traceback" not in done.stderr


def test_loading_the_canceller_opens_no_network_socket() -> None:
    script = """
import os
import numpy as np
from kiosk.devices.echo import EchoCanceller
canceller = EchoCanceller()
block = np.zeros(480, dtype=np.int16)
canceller.played(block)
canceller.clean(block, 0.02)
ours = set()
for descriptor in os.listdir("/proc/self/fd"):
    try:
        link = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        continue
    if link.startswith("socket:"):
        ours.add(link[8:-1])
network = set()
for family in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
    for line in open(f"/proc/self/net/{family}").readlines()[1:]:
        network.add(line.split()[9])
for line in open("/proc/self/net/packet").readlines()[1:]:
    network.add(line.split()[8])
print(len(ours & network))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["0"]


def test_a_chime_is_mixed_into_what_is_played(tmp_path: Path) -> None:
    write_wav(tmp_path / "end.wav", np.full(700, 10_000, dtype=np.int16))
    sound = path(tmp_path)
    sound.set_source(lambda: np.full(BLOCK, 1_000, dtype=np.int16))
    sound.start_chime("end")
    first, second, third = sound.play(), sound.play(), sound.play()
    assert set(first) == {7_000}
    assert set(second[:220]) == {7_000}
    assert set(second[220:]) == {1_000}
    assert set(third) == {1_000}


def test_the_chime_that_says_somebody_is_there_yields_to_their_first_words(tmp_path: Path) -> None:
    write_wav(tmp_path / "agent_here.wav", np.full(48_000, 10_000, dtype=np.int16))
    sound = path(tmp_path)
    voice = iter([0] * 3 + [1_000] * 3 + [0] * 50)
    sound.set_source(lambda: np.full(BLOCK, next(voice), dtype=np.int16))
    sound.start_chime("agent_here")
    levels = [int(sound.play()[-1]) for _ in range(20)]
    assert levels[:3] == [6_000] * 3
    falling = [level - (1_000 if 3 <= number < 6 else 0) for number, level in enumerate(levels[2:8], 2)]
    assert falling == sorted(falling, reverse=True)
    assert levels[8:] == [0] * 12, "and does not come back when they pause"


def test_a_chime_that_asks_to_look_is_heard_to_its_end_under_a_voice(tmp_path: Path) -> None:
    write_wav(tmp_path / "attention.wav", np.full(10 * BLOCK, 10_000, dtype=np.int16))
    sound = path(tmp_path)
    sound.set_source(lambda: np.full(BLOCK, 1_000, dtype=np.int16))
    sound.start_chime("attention")
    assert [int(sound.play()[-1]) for _ in range(11)] == [7_000] * 10 + [1_000]


@pytest.mark.parametrize("name", ["missing", "../secret", "", "UPPER", "stereo", "garbage", "a/b"])
def test_an_unknown_or_unusable_chime_is_refused(tmp_path: Path, name: str) -> None:
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as out:
        out.setparams((2, 2, 48_000, 0, "NONE", "not compressed"))
        out.writeframes(bytes(400))
    (tmp_path / "garbage.wav").write_bytes(b"not a sound")
    with pytest.raises(ValueError, match="chime"):
        path(tmp_path).start_chime(name)


def test_nothing_goes_on_after_forgetting(tmp_path: Path) -> None:
    write_wav(tmp_path / "end.wav", np.full(48_000, 10_000, dtype=np.int16))
    sound = path(tmp_path)
    sound.start_chime("end")
    sound.hear(np.full(BLOCK, 20_000, dtype=np.int16), 0.0)
    sound.forget()
    assert not sound.play().any()
    assert sound.level() == 0.0


@given(st.floats(min_value=-1.0, max_value=2.0))
def test_volume_is_monotonic_and_silent_at_zero(volume: float) -> None:
    sound = path(Path())
    sound.set_source(lambda: np.full(BLOCK, 30_000, dtype=np.int16))
    sound.set_volume(volume)
    level = int(sound.play()[0])
    assert 0 <= level <= 30_000
    assert (level == 0) == (volume <= 0)
    sound.set_volume(volume + 0.1)
    assert int(sound.play()[0]) >= level


def test_loud_sound_saturates_instead_of_wrapping(tmp_path: Path) -> None:
    write_wav(tmp_path / "end.wav", np.full(BLOCK, 32_000, dtype=np.int16))
    sound = path(tmp_path)
    sound.set_source(lambda: np.full(BLOCK, 30_000, dtype=np.int16))
    sound.start_chime("end")
    assert int(sound.play()[0]) == 32_767


def test_the_level_follows_the_voice(tmp_path: Path) -> None:
    sound = path(tmp_path)
    levels = []
    for amplitude in (0, 100, 3_000, 30_000):
        for _ in range(10):
            sound.hear(np.full(BLOCK, amplitude, dtype=np.int16), 0.0)
        levels.append(sound.level())
    assert levels[0] == 0.0
    assert levels == sorted(levels)
    assert levels[-1] == 1.0


def test_cleaned_blocks_go_to_the_listener_of_the_moment(tmp_path: Path) -> None:
    sound = path(tmp_path)
    heard: list[np.ndarray] = []
    sound.set_listener(heard.append)
    sound.hear(np.arange(BLOCK, dtype=np.int16), 0.0)
    sound.set_listener(None)
    sound.hear(np.zeros(BLOCK, dtype=np.int16), 0.0)
    assert len(heard) == 1
    assert (heard[0] == np.arange(BLOCK)).all()


def test_a_headset_pulled_out_leaves_silence_then_a_swelling_sound_never_too_loud(tmp_path: Path) -> None:
    sound = path(tmp_path, volume=0.7)
    sound.set_source(lambda: np.full(BLOCK, 20_000, dtype=np.int16))
    usual = int(sound.play()[0])
    sound.set_private(True)
    sound.set_volume(1.0)
    assert int(sound.play()[0]) == 20_000, "as loud as one likes in one's own ear"
    sound.set_private(False)
    levels = [int(sound.play()[0]) for _ in range(SILENT_BLOCKS + SWELLING_BLOCKS + 1)]
    assert not any(levels[: SILENT_BLOCKS - 1])
    assert levels == sorted(levels)
    assert levels[-1] == usual
    sound.set_private(False)
    assert int(sound.play()[0]) == usual, "told twice, it happens once"
