"""A headset plugged in and pulled out during a call, on a real sound server: how long the room still hears."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES
from kiosk.devices.sound import SoundCard
from tests.bench.table import Row, row
from tests.bench.voices import AGENT_VOICE, Ear, sing
from tests.fakes.pulse import Pulse

RUNS = 5
SETTLED_S = 2.0
WATCHED_S = 3.0
LEAK_S = 0.3
LEAST_SWELL_S = 0.2
NOTICED_S = 10.0


def measure(folder: Path) -> list[Row]:
    """All rows."""
    moved_s, off_s, leak_s, back_s = [], [], [], []
    for run in range(RUNS):
        with _call(folder / str(run)) as (pulse, speaker, moved):
            plugged_s = pulse.plug_headset("headset")
            _await(moved)
            moved_s.append(time.time() - plugged_s)
            heard = speaker.loud(plugged_s, plugged_s + WATCHED_S)
            off_s.append(max(heard, default=plugged_s) - plugged_s)
            moved.clear()
            pulled_s = pulse.unplug_headset("headset")
            _await(moved)
            heard = speaker.loud(pulled_s, pulled_s + WATCHED_S)
            leak_s.append(0.01 * sum(at_s - pulled_s < LEAK_S for at_s in heard))
            back_s.append(min(at_s for at_s in heard if at_s - pulled_s > LEAST_SWELL_S) - pulled_s)
    return [
        row(
            "headset plugged in: moved after",
            [1000 * each for each in moved_s],
            "ms",
            target="500",
            note="with what the command that plugs it in takes",
        ),
        row(
            "headset plugged in: last sound of the loudspeaker after",
            [1000 * each for each in off_s],
            "ms",
            target="500",
        ),
        row(
            "headset pulled out: sound that still reaches the loudspeaker at once",
            [1000 * each for each in leak_s],
            "ms",
            note="what the sound server already held",
        ),
        row("headset pulled out: the loudspeaker begins to swell after", [1000 * each for each in back_s], "ms"),
    ]


@contextmanager
def _call(folder: Path) -> Iterator[tuple[Pulse, Ear, threading.Event]]:
    """A sound card that plays the agent's voice on the loudspeaker, and an ear there; told when the sound moved."""
    pulse = Pulse(folder, sinks=["speaker", "mouth"])
    before = dict(os.environ)
    os.environ.update(pulse.environment(plays_on="speaker", hears="mouth"))
    moved = threading.Event()
    card = SoundCard(SoundOptions(), on_private=lambda _is_private: moved.set())
    voice = sing(AGENT_VOICE, 60.0).reshape(-1, FRAME_SAMPLES)
    blocks = iter(np.concatenate([voice] * 4))
    card.set_source(lambda: next(blocks))
    ear = Ear(pulse, "speaker")
    try:
        card.open()
        ear.first_heard(AGENT_VOICE, time.time(), within_s=NOTICED_S)
        time.sleep(SETTLED_S)
        yield pulse, ear, moved
    finally:
        card.close()
        ear.close()
        pulse.end()
        os.environ.clear()
        os.environ.update(before)


def _await(moved: threading.Event) -> None:
    if not moved.wait(NOTICED_S):
        raise TimeoutError("the sound did not move")
