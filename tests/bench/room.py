"""Sound in a room: what is left of the echo, what is kept of the voice, through the kiosk's own sound path.

Rooms, loudspeaker and people are made (`tests.fakes.room`), time is virtual: nothing here depends on the machine, but
what the path costs.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kiosk.core.ports import FRAME_SAMPLES
from kiosk.devices.echo import SoundPath
from tests.bench.table import Row, row
from tests.fakes.room import OFFICE, ROOMS, Room, decibels
from tests.fakes.room_call import Heard, RoomCall, hold
from tests.fakes.room_measures import intelligibility, level_change_db, part, recovery_s, return_loss_db

SEEDS = (1, 2, 3)
SECONDS = 14.0
QUIET_DB = -85.0
NEVER = (0.0, 0.0)
FIRST_S, FROM_S = 2.0, 4.0
RECOVERED_DB = 25.0
DISTANCES = {"20 cm": -14.0, "60 cm": -24.0, "1 m": -28.0, "1.5 m": -32.0}
"""Level of a voice at the microphone, from there."""
COST_BLOCKS = 1_000
COST_RUNS = 5
JUMP_AT_S = 8.0


def measure() -> list[Row]:
    """All rows."""
    rows = [each for room in ROOMS for each in (*_echo(room), *_double_talk(room))]
    return [*rows, *_sound_card(), *_levels(), _cost()]


def _calls(call: Callable[[int], RoomCall]) -> list[Heard]:
    return [hold(call(seed)) for seed in SEEDS]


def _loss(heard: Sequence[Heard], from_s: float, to_s: float) -> list[float]:
    return [return_loss_db(part(each.echo, from_s, to_s), part(each.sent, from_s, to_s)) for each in heard]


def _echo(room: Room) -> list[Row]:
    quiet = _calls(lambda seed: RoomCall(room=room, seconds=SECONDS, noise_db=QUIET_DB, seed=seed))
    noisy = _calls(lambda seed: RoomCall(room=room, seconds=SECONDS, seed=seed))
    left = [decibels(part(each.sent, FROM_S, SECONDS)) for each in quiet]
    name = f"echo, {room.name} ({room.reverberation_s} s)"
    without = "no cancellation 0 dB"
    return [
        row(f"{name}: return loss, first 2 s", _loss(quiet, 0.0, FIRST_S), "dB"),
        row(f"{name}: return loss, then", _loss(quiet, FROM_S, SECONDS), "dB", target=">= 40", note=without),
        row(f"{name}: level left, then", left, "dBFS"),
        row(
            f"{name}: return loss, then, in noise",
            _loss(noisy, FROM_S, SECONDS),
            "dB",
            note="noise 30 dB below the voice: what is left is noise, itself 12 dB lower",
        ),
    ]


def _double_talk(room: Room) -> list[Row]:
    near_s = (3.0, SECONDS)
    both = _calls(lambda seed: RoomCall(room=room, seconds=SECONDS, near_s=near_s, seed=seed))
    alone = _calls(lambda seed: RoomCall(room=room, seconds=SECONDS, near_s=near_s, far_s=NEVER, seed=seed))

    def voices(heard: Heard) -> tuple[np.ndarray, np.ndarray]:
        return part(heard.near, FROM_S, SECONDS), part(heard.sent, FROM_S, SECONDS)

    changes = [
        level_change_db(voices(one)[1], voices(two)[1], voices(two)[0]) for one, two in zip(alone, both, strict=True)
    ]
    uncancelled = [
        intelligibility(part(each.near, FROM_S, SECONDS), part(each.captured, FROM_S, SECONDS)) for each in both
    ]
    return [
        row(f"double talk, {room.name}: level of the voice", changes, "dB", target=">= -6"),
        row(
            f"double talk, {room.name}: likeness of the voice",
            [intelligibility(*voices(each)) for each in both],
            "of 1",
            peer=uncancelled,
            peer_name="not cancelled",
        ),
        row(f"alone, {room.name}: likeness of the voice", [intelligibility(*voices(each)) for each in alone], "of 1"),
    ]


def _sound_card() -> list[Row]:
    rows = []
    for name, before_s, after_s in (("+40 ms", 0.06, 0.10), ("-40 ms", 0.10, 0.06)):

        def delay_s(at_s: float, before_s: float = before_s, after_s: float = after_s) -> float:
            return before_s if at_s < JUMP_AT_S else after_s

        heard = _calls(
            lambda seed, delay_s=delay_s: RoomCall(seconds=SECONDS, noise_db=QUIET_DB, delay_s=delay_s, seed=seed)  # type: ignore[misc]
        )
        back_s = [
            recovery_s(part(each.echo, JUMP_AT_S, SECONDS), part(each.sent, JUMP_AT_S, SECONDS), RECOVERED_DB)
            for each in heard
        ]
        rows.append(row(f"echo, {OFFICE.name}: delay jumps {name}, 25 dB lost again", back_s, "s"))
    drifting = _calls(lambda seed: RoomCall(seconds=30.0, noise_db=QUIET_DB, drift_ppm=100.0, seed=seed))
    rows.append(
        row(
            f"echo, {OFFICE.name}: clocks 100 ppm apart, return loss",
            _loss(drifting, FROM_S, 30.0),
            "dB",
            target=">= 40",
        )
    )
    return rows


def _levels() -> list[Row]:
    rows = []
    for name, near_db in DISTANCES.items():
        heard = _calls(
            lambda seed, near_db=near_db: RoomCall(  # type: ignore[misc]
                seconds=SECONDS, near_s=(0.0, SECONDS), far_s=NEVER, near_db=near_db, seed=seed
            )
        )
        rows.append(
            row(
                f"voice from {name} ({near_db:.0f} dBFS): as sent",
                [decibels(part(each.sent, FROM_S, SECONDS)) for each in heard],
                "dBFS",
                target="-30 to -18",
            )
        )
    return rows


def _cost() -> Row:
    path = SoundPath(echo_cancellation=True, volume=0.7, sounds=Path())
    voice = (np.random.default_rng(1).standard_normal(FRAME_SAMPLES) * 800).astype(np.int16)
    path.set_source(lambda: voice)
    costs = []
    for _ in range(COST_RUNS):
        began_s = time.process_time()
        for _ in range(COST_BLOCKS):
            path.play()
            path.hear(voice, 0.05)
        costs.append(1000 * (time.process_time() - began_s) / COST_BLOCKS)
    return row("sound path: processor for 10 ms of sound", costs, "ms", target="< 0.5")
