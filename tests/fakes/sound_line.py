"""Packets of a voice through a network of chosen delays and losses into a play-out, block by block.

A trace says when each packet of 20 ms comes, in blocks of 10 ms since the first was sent, or never (None).
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.media.opus import OpusDecoder, OpusEncoder
from kiosk.media.playout import BLOCK, RATE_HZ, Playout

PACKET = 960
BASE_BLOCKS = 5.0
"""Delay of the quiet network: 50 ms."""
Trace = Sequence[float | None]


def vowels(seconds: float) -> NDArray[np.int16]:
    """A voice that never pauses: whatever is silent was lost. int16, 48 kHz mono."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    pitch = 150 + 25 * np.sin(2 * np.pi * 0.7 * at) + 8 * np.sin(2 * np.pi * 2.9 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    colour = 700 + 400 * np.sin(2 * np.pi * 1.3 * at)
    sound = np.zeros(len(at))
    for harmonic in range(1, 20):
        sound += (np.exp(-(((harmonic * 150 - colour) / 500) ** 2)) + 0.1 / harmonic) * np.sin(harmonic * phase)
    return np.clip(np.rint(3_500 * sound), -32_768, 32_767).astype(np.int16)


def packets(sound: NDArray[np.int16], loss_percent: int = 5) -> list[bytes]:
    """`sound` as a station sends it: 20 ms packets, with copies when it knows of loss."""
    encoder = OpusEncoder(32_000, loss_percent)
    return [encoder.encode(sound[at : at + PACKET]) for at in range(0, len(sound) - PACKET + 1, PACKET)]


# ---- traces ---------------------------------------------------------------------------------------------


def clean(count: int) -> list[float | None]:
    return [2 * number + BASE_BLOCKS for number in range(count)]


def random_loss(count: int, share: float, seed: int = 1) -> list[float | None]:
    chance = random.Random(seed)
    return [None if chance.random() < share else at for at in clean(count)]


def burst_loss(count: int, share: float, length: float = 3.0, seed: int = 1) -> list[float | None]:
    """Gilbert's model: bursts of `length` packets on average."""
    chance, lost, trace = random.Random(seed), False, clean(count)
    for number in range(count):
        lost = chance.random() < (1 - 1 / length if lost else share / (1 - share) / length)
        if lost:
            trace[number] = None
    return trace


def jitter(count: int, deviation_ms: float, seed: int = 1) -> list[float | None]:
    """A Gaussian of at most twice its deviation, without reordering."""
    chance, latest, trace = random.Random(seed), 0.0, clean(count)
    for number, at in enumerate(trace):
        assert at is not None
        late = max(-2.0, min(2.0, chance.gauss(0, 1))) * deviation_ms / 10
        latest = max(latest, at + late)
        trace[number] = latest
    return trace


def queue(count: int, swing_ms: float, every_s: float, ramp_s: float = 1.0) -> list[float | None]:
    """A queue that fills by `swing_ms` in `ramp_s`, stays so for as long and empties at once, again and again."""
    latest, trace = 0.0, clean(count)
    for number, at in enumerate(trace):
        assert at is not None
        phase = (number * 0.02) % every_s
        late = swing_ms * min(1.0, phase / ramp_s) if phase < 2 * ramp_s else 0.0
        latest = max(latest, at + late / 10)
        trace[number] = latest
    return trace


def outage(count: int, first: int, last: int, *, lost: bool) -> list[float | None]:
    """Packets `first` to `last` are lost, or come all at once at the end."""
    end = 2 * (last + 1) + BASE_BLOCKS
    return [(None if lost else end) if first <= number <= last else at for number, at in enumerate(clean(count))]


# ---- playing --------------------------------------------------------------------------------------------


@dataclass
class Heard:
    """What came out, and what it cost."""

    playout: Playout
    blocks: list[NDArray[np.int16]] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)
    """From the sending of what is played to its playing, network included; nan before the first."""

    def sound(self, first: int = 0) -> NDArray[np.int16]:
        return np.concatenate(self.blocks[first:])

    def gap_share(self, first: int = 0) -> float:
        """Share of blocks that are nearly silent, of a voice that never is."""
        levels = [math.sqrt(float(np.mean(block.astype(np.float64) ** 2))) for block in self.blocks[first:]]
        return sum(level < 0.1 * float(np.median(levels)) for level in levels) / len(levels)

    def delay_ms(self, first: int = 0) -> float:
        return float(np.nanmean(self.delays_ms[first:]))


def play(trace: Trace, made: Sequence[bytes], blocks: int | None = None, burst: int = 1) -> Heard:
    """`made` through `trace`; the loudspeaker takes `burst` blocks at a time, as sound cards do."""
    playout = Playout(OpusDecoder())
    heard = Heard(playout)
    coming = sorted((at, number) for number, at in enumerate(trace) if at is not None)
    coming.reverse()
    for block in range(blocks or 2 * len(trace)):
        if block % burst == 0:
            while coming and coming[-1][0] <= block:
                number = coming.pop()[1]
                playout.put(number * PACKET, made[number])
        position = playout.position
        heard.delays_ms.append(float("nan") if position is None else 10 * (block - position / BLOCK))
        heard.blocks.append(playout.take())
        heard.depths.append(playout.depth)
    return heard
