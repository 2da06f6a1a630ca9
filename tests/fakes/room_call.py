"""A call in a room, in virtual time: a kiosk's real sound path between a loudspeaker and a microphone that hear each other.

The two callbacks of a sound card are played by hand: each played block comes back to the microphone as the room's echo,
after the delay of the card, which shakes, jumps and drifts as told. Nothing here waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.devices.echo import SoundPath
from tests.fakes.room import OFFICE, RATE_HZ, Room, decibels, impulse_response, loudspeaker, noise, through
from tests.fakes.talker import talk

BLOCK = 480
BLOCK_S = BLOCK / RATE_HZ
FAR_DB = -20.0
AHEAD_BLOCKS = (0, 0, 1, 1, 1, 2, 3)
"""By how many blocks the loudspeaker's callback runs ahead of the microphone's, at random."""
SHAKING_S = 0.006
"""What each callback's times are wrong by, at the most."""


@dataclass(frozen=True)
class RoomCall:
    """`far_s` and `near_s` are (from, to) in seconds, when the agent and the usager speak.

    `coupling_db` is the echo's level at the microphone against the played sound, `near_db` the voice's there.
    """

    room: Room = OFFICE
    seconds: float = 20.0
    far_s: tuple[float, float] = (0.0, 1e9)
    near_s: tuple[float, float] = (0.0, 0.0)
    coupling_db: float = -6.0
    near_db: float = -26.0
    noise_db: float = -56.0
    delay_s: Callable[[float], float] = lambda _at_s: 0.06
    drift_ppm: float = 0.0
    volume: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class Heard:
    """float64 at 48 kHz, full scale 1: what reached the microphone, and what the agent is sent."""

    echo: Any
    near: Any
    captured: Any
    sent: Any


def hold(call: RoomCall, *, echo_cancellation: bool = True) -> Heard:
    """Play the whole call."""
    size = int(call.seconds * RATE_HZ) // BLOCK * BLOCK
    far = _within(_voice(call.seconds, call.seed, 180.0)[:size], call.far_s) * 10 ** (FAR_DB / 20)
    near = _within(_voice(call.seconds, call.seed + 100, 120.0)[:size], call.near_s)
    near = _at_level(impulse_response(call.room, call.room.person), near, call.near_db)
    blocks = _blocks(far)
    echo = _echo(call, _played(call, blocks))
    captured = _rounded(echo + near + noise(size, call.noise_db, call.seed))

    path = SoundPath(echo_cancellation=echo_cancellation, volume=call.volume, sounds=Path())
    sent: list[Any] = []
    path.set_listener(sent.append)
    source = iter(blocks)
    path.set_source(lambda: next(source))
    chance = np.random.default_rng(call.seed)
    played = 0
    for number, block in enumerate(_blocks(captured)):
        ahead = min(len(blocks), number + 1 + int(chance.choice(AHEAD_BLOCKS)))
        for _ in range(played, ahead):
            path.play()
        played = max(played, ahead)
        shaking_s = chance.uniform(-SHAKING_S, SHAKING_S) + (played - number - 1) * BLOCK_S
        path.hear(block, call.delay_s(number * BLOCK_S) + shaking_s)
    return Heard(echo, near, captured / 32768, np.concatenate(sent) / 32768)


def _played(call: RoomCall, blocks: list[Any]) -> Any:
    """What the loudspeaker is given of these blocks, from the same path: full scale 1."""
    path = SoundPath(echo_cancellation=False, volume=call.volume, sounds=Path())
    source = iter(blocks)
    path.set_source(lambda: next(source))
    return np.concatenate([path.play() for _ in blocks]) / 32768


def _echo(call: RoomCall, played: Any) -> Any:
    """`played` as the microphone's samples hold it: bent, through the room, late, and by another clock."""
    response = impulse_response(call.room, call.room.loudspeaker)
    echo = _at_level(response, loudspeaker(played), call.coupling_db)
    when = np.arange(len(echo))
    late = np.repeat([call.delay_s(at * BLOCK_S) for at in range(len(echo) // BLOCK)], BLOCK) * RATE_HZ
    return np.interp(when * (1 + call.drift_ppm * 1e-6) - late, when, echo, left=0.0, right=0.0)


def _at_level(response: Any, sound: Any, gain_db: float) -> Any:
    """`sound` through `response`, a voice then being `gain_db` louder than before."""
    voice = _voice(4.0, 9, 150.0)
    changed_db = decibels(through(response, voice)) - decibels(voice)
    return through(response, sound) * 10 ** ((gain_db - changed_db) / 20)


@cache
def _voice(seconds: float, seed: int, pitch_hz: float) -> Any:
    return talk(seconds, seed=seed, pitch_hz=pitch_hz, level_db=0.0)


def _within(sound: Any, span_s: tuple[float, float]) -> Any:
    at_s = np.arange(len(sound)) / RATE_HZ
    return sound * ((at_s >= span_s[0]) & (at_s < span_s[1]))


def _rounded(sound: Any) -> Any:
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


def _blocks(sound: Any) -> list[Any]:
    whole = sound if sound.dtype == np.int16 else _rounded(sound)
    return list(whole[: len(whole) // BLOCK * BLOCK].reshape(-1, BLOCK))
