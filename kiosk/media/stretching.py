"""Making sound a little shorter or longer without changing its pitch: whole pitch periods are cut out or repeated.

Pure. Sounds are float32 at 48 kHz; a seam is a cross-fade over one period (pitch-synchronous overlap and add).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

PATTERN = 480
"""Samples compared: 10 ms."""
MIN_LAG, MAX_LAG = 120, 480
"""Pitch periods searched: 2.5 to 10 ms (100 to 400 Hz)."""
NEEDED = PATTERN + MAX_LAG
"""Samples that must be there to search."""
_COARSE = 4
"""The search is done at 12 kHz first."""
QUIET = 200.0
"""Peak under which nobody hears where a seam is."""


@dataclass(frozen=True)
class Period:
    """After `lag` samples the sound is like itself; `likeness` 0..1 says how much."""

    lag: int
    likeness: float


def period_of(sound: Sound, longest: int = MAX_LAG) -> Period:
    """The period of the beginning of `sound` (at least `NEEDED` samples) that is at most `longest` samples."""
    longest = max(MIN_LAG, min(longest, MAX_LAG))
    if float(np.abs(sound[:NEEDED]).max()) < QUIET:
        return Period(longest, 1.0)
    coarse = sound[:NEEDED].reshape(-1, _COARSE).mean(axis=1)
    low, high = MIN_LAG // _COARSE, longest // _COARSE
    around = _COARSE * (low + int(np.argmax(_likenesses(coarse, PATTERN // _COARSE, low, high))))
    low, high = max(MIN_LAG, around - _COARSE + 1), min(longest, around + _COARSE - 1)
    fine = _likenesses(sound, PATTERN, low, high)
    best = int(np.argmax(fine))
    return Period(low + best, float(np.clip(fine[best], 0.0, 1.0)))


def _likenesses(sound: Sound, size: int, low: int, high: int) -> Sound:
    """Normalised correlation of the first `size` samples with those at each lag from `low` to `high`."""
    pattern, window = sound[:size], sound[low : high + size]
    scores = np.correlate(window, pattern, mode="valid")
    energies = np.concatenate([np.zeros(1, dtype=np.float32), np.cumsum(window * window, dtype=np.float32)])
    energy = energies[size:] - energies[:-size]
    likenesses: Sound = scores / np.sqrt(np.maximum(energy, 1.0) * max(1.0, float(pattern @ pattern)))
    return likenesses


def shortened(sound: Sound, lag: int) -> Sound:
    """`sound` without its first period: `lag` samples less. It has at least twice `lag` samples."""
    return np.concatenate([_crossfade(sound[:lag], sound[lag : 2 * lag]), sound[2 * lag :]])


def lengthened(sound: Sound, lag: int) -> Sound:
    """`sound` with its first period twice: `lag` samples more. It has at least twice `lag` samples."""
    return np.concatenate([sound[:lag], _crossfade(sound[lag : 2 * lag], sound[:lag]), sound[lag:]])


def _crossfade(first: Sound, then: Sound) -> Sound:
    ramp = np.linspace(0.0, 1.0, len(first), dtype=np.float32)
    mixed: Sound = first * (1.0 - ramp) + then * ramp
    return mixed
