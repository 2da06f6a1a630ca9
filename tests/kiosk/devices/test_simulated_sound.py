"""The simulated sound card: a file heard in a loop, what is played written down, each side lost on command."""

import json
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, DeviceName, DeviceStatus
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults

READY, UNPLUGGED = DeviceStatus.READY, DeviceStatus.UNPLUGGED


def wav(file: Path, sound: np.ndarray, *, rate: int = 48_000, channels: int = 1) -> str:
    with wave.open(str(file), "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        out.writeframes(sound.astype(np.int16).tobytes())
    return str(file)


def build(tmp_path: Path, *, speech: str = "", faults: str = "", on_status: object = None) -> SimulatedSound:
    options = SoundOptions(
        simulated_microphone_file=speech,
        simulated_loudspeaker_file=str(tmp_path / "played.wav"),
        echo_cancellation=False,
        volume=10,
    )
    return SimulatedSound(options, SimulatedFaults(faults), on_status, sounds=tmp_path)  # type: ignore[arg-type]


def test_the_file_is_heard_in_a_loop_and_what_is_played_is_written(tmp_path: Path) -> None:
    speech = np.arange(1_000, dtype=np.int16)
    sound = build(tmp_path, speech=wav(tmp_path / "speech.wav", speech))
    heard: list[np.ndarray] = []
    enough = threading.Event()

    def listen(block: np.ndarray) -> None:
        heard.append(block)
        if len(heard) == 10:
            enough.set()

    played = iter(range(1, 1_000))
    sound.set_listener(listen)
    sound.set_source(lambda: np.full(FRAME_SAMPLES, next(played), dtype=np.int16))
    sound.open()
    sound.open()
    assert enough.wait(5)
    sound.close()
    sound.close()
    joined = np.concatenate(heard)
    assert (joined == np.resize(speech, len(joined))).all()
    with wave.open(str(tmp_path / "played.wav")) as written:
        assert written.getparams()[:3] == (1, 2, 48_000)
        blocks = np.frombuffer(written.readframes(written.getnframes()), dtype=np.int16).reshape(-1, FRAME_SAMPLES)
    assert len(blocks) >= 10
    assert blocks[:, 0].tolist() == list(range(1, len(blocks) + 1))


class SlowMachine:
    """A clock that stands still, then jumps: what a thread sees that got no time for long."""

    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


def test_lost_time_is_made_up_for_block_by_block(tmp_path: Path) -> None:
    clock = SlowMachine()
    speech = np.arange(FRAME_SAMPLES * 1000, dtype=np.int16)
    options = SoundOptions(
        simulated_microphone_file=wav(tmp_path / "speech.wav", speech),
        simulated_loudspeaker_file=str(tmp_path / "played.wav"),
        echo_cancellation=False,
        volume=10,
    )
    sound = SimulatedSound(options, SimulatedFaults(""), sounds=tmp_path, clock=clock)
    heard: list[np.ndarray] = []
    arrived = threading.Condition()

    def listen(block: np.ndarray) -> None:
        with arrived:
            heard.append(block)
            arrived.notify_all()

    sound.set_listener(listen)
    sound.open()
    with arrived:
        assert arrived.wait_for(lambda: len(heard) == 1, 5)
        clock.now = 13.0  # three seconds without a turn
        assert arrived.wait_for(lambda: len(heard) == 301, 10)
    sound.close()
    assert sound.opened_s == 10.0
    assert (np.concatenate(heard) == speech[: len(heard) * FRAME_SAMPLES]).all()
    with wave.open(str(tmp_path / "played.wav")) as written:
        assert written.getnframes() == len(heard) * FRAME_SAMPLES


def test_the_file_is_heard_from_its_beginning_at_each_opening(tmp_path: Path) -> None:
    speech = np.arange(1_000, dtype=np.int16)
    sound = build(tmp_path, speech=wav(tmp_path / "speech.wav", speech))
    for _ in range(2):
        heard: list[np.ndarray] = []
        enough = threading.Event()

        def listen(block: np.ndarray, heard: list[np.ndarray] = heard, enough: threading.Event = enough) -> None:
            heard.append(block)
            if len(heard) == 4:
                enough.set()

        sound.set_listener(listen)
        sound.open()
        assert enough.wait(5)
        sound.close()
        assert (heard[0] == speech[:FRAME_SAMPLES]).all()


def test_each_side_is_lost_and_found_on_command(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    news: list[tuple[DeviceName, DeviceStatus]] = []
    changed = threading.Condition()

    def note(name: DeviceName, status: DeviceStatus) -> None:
        with changed:
            news.append((name, status))
            changed.notify_all()

    sound = build(tmp_path, faults=str(faults), on_status=note)
    assert (sound.microphone_status, sound.loudspeaker_status) == (READY, READY)
    sound.open()
    try:
        for order, expected in (
            ({"microphone": "unplugged"}, (DeviceName.MICROPHONE, UNPLUGGED)),
            ({"loudspeaker": "failed"}, (DeviceName.LOUDSPEAKER, DeviceStatus.FAILED)),
            ({"loudspeaker": "busy"}, (DeviceName.LOUDSPEAKER, READY)),
        ):
            faults.write_text(json.dumps(order))
            with changed:
                assert changed.wait_for(lambda: expected in news, 5)  # noqa: B023 - awaited at once
    finally:
        sound.close()
    assert sound.microphone_status is READY


def test_a_lost_microphone_gives_nothing(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"microphone": "unplugged"}')
    sound = build(tmp_path, faults=str(faults))
    heard: list[np.ndarray] = []
    played = threading.Event()
    sound.set_listener(heard.append)
    sound.set_source(lambda: played.set() or np.zeros(FRAME_SAMPLES, dtype=np.int16))
    sound.open()
    assert played.wait(5)
    sound.close()
    assert heard == []
    assert sound.microphone_level() == 0.0


def test_a_chime_is_played_whole_while_nobody_is_listened_to(tmp_path: Path) -> None:
    wav(tmp_path / "number.wav", np.full(12_000, 8_000))
    sound = build(tmp_path)
    heard: list[np.ndarray] = []
    sound.set_listener(heard.append)
    sound.play_chime("number")
    assert heard == []
    with wave.open(str(tmp_path / "played.wav")) as written:
        played = np.frombuffer(written.readframes(written.getnframes()), dtype=np.int16)
    assert np.count_nonzero(played) == 12_000
    assert not [each for each in threading.enumerate() if each.name == "sound"]


@pytest.mark.parametrize("end", ["hush", "close"])
def test_a_chime_of_a_closed_card_is_cut_short(tmp_path: Path, end: str) -> None:
    wav(tmp_path / "number.wav", np.full(60 * 48_000, 8_000))
    sound = build(tmp_path)
    begun = threading.Event()
    sound.set_source(lambda: begun.set() or np.zeros(FRAME_SAMPLES, dtype=np.int16))
    ringing = threading.Thread(target=sound.play_chime, args=("number",))
    ringing.start()
    assert begun.wait(5)
    getattr(sound, end)()
    ringing.join(10)
    assert not ringing.is_alive()


def test_a_chime_while_open_is_mixed_in(tmp_path: Path) -> None:
    wav(tmp_path / "number.wav", np.full(480, 8_000))
    sound = build(tmp_path)
    heard = threading.Event()
    sound.set_listener(lambda _block: heard.set())
    sound.open()
    try:
        sound.play_chime("number")
        assert heard.wait(5), "the devices stay open"
    finally:
        sound.close()


@pytest.mark.parametrize("kind", ["missing", "stereo", "slow", "garbage", "empty"])
def test_a_microphone_file_that_cannot_serve_is_refused(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"{kind}.wav"
    if kind == "stereo":
        wav(file, np.zeros(100), channels=2)
    elif kind == "slow":
        wav(file, np.zeros(100), rate=16_000)
    elif kind == "garbage":
        file.write_bytes(b"RIFF but not a sound")
    elif kind == "empty":
        wav(file, np.zeros(0))
    with pytest.raises(ValueError, match="simulated microphone"):
        build(tmp_path, speech=str(file))
