"""Sound on the clock: blocks that came out of a browser one after the other become one recording that begins at an instant.

A block is known by when it was read, which is late by up to some milliseconds when the page was busy. Blocks of one
track follow each other without a hole for as long as sound is asked of it, so the earliest reading around a block tells
when its first sample came out. A new track, or one that stood still, begins again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

RATE_HZ = 48_000
_AROUND = 100
"""Blocks, of 10 ms each in Chromium, among which the earliest reading is looked for."""
_STOOD_STILL_S = 0.12


@dataclass(frozen=True)
class Block:
    """`count` samples read at `read_s`, the instant at which the last of them was there."""

    read_s: float
    rate_hz: int
    count: int
    track: int


@dataclass(frozen=True)
class Recording:
    """int16 samples at 48 kHz; the first came out at `begins_s`."""

    begins_s: float
    samples: Any


def recording(blocks: Sequence[Block], samples: Any) -> Recording | None:
    """All blocks at their instants, silence between them; None when there is none.

    Args:
        blocks: in the order in which they were read; several tracks may be mixed.
        samples: int16, those of all blocks one after the other.
    """
    if not blocks:
        return None
    offsets = np.concatenate(([0], np.cumsum([block.count for block in blocks])))
    numbered = sorted(range(len(blocks)), key=lambda index: (blocks[index].track, index))
    pieces: list[tuple[float, Any]] = []
    for _, group in groupby(numbered, key=lambda index: blocks[index].track):
        for run in _runs(blocks, list(group)):
            for index, begins_s in zip(run, _begins([blocks[each] for each in run]), strict=True):
                block = blocks[index]
                sound = samples[offsets[index] : offsets[index + 1]]
                pieces.append((begins_s, sound if block.rate_hz == RATE_HZ else _resampled(sound, block.rate_hz)))
    first_s = min(begins_s for begins_s, _ in pieces)
    last_s = max(begins_s + len(sound) / RATE_HZ for begins_s, sound in pieces)
    whole = np.zeros(int((last_s - first_s) * RATE_HZ) + RATE_HZ // 100, np.int16)
    for begins_s, sound in sorted(pieces, key=lambda piece: piece[0]):
        at = round((begins_s - first_s) * RATE_HZ)
        place = whole[at : at + len(sound)]
        place[:] = sound[: len(place)]
    return Recording(first_s, whole)


def _runs(blocks: Sequence[Block], indexes: list[int]) -> list[list[int]]:
    """The blocks of one track, cut where it stood still for longer than a page is ever busy."""
    runs: list[list[int]] = []
    for index in indexes:
        # Sound held up in the page comes in a burst afterwards; sound that was never asked for does not.
        if not runs or _stood_still(blocks[runs[-1][-1]], blocks[index]):
            runs.append([])
        runs[-1].append(index)
    return runs


def _stood_still(before: Block, after: Block) -> bool:
    return after.read_s - before.read_s > _STOOD_STILL_S + after.count / after.rate_hz


def _begins(blocks: Sequence[Block]) -> Any:
    """When each block of a run began to come out."""
    lengths = np.array([block.count / block.rate_hz for block in blocks])
    since = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    early = np.array([block.read_s for block in blocks]) - lengths - since
    padded = np.pad(early, _AROUND, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    return around.min(axis=1) + since


def _resampled(sound: Any, rate_hz: int) -> Any:
    count = round(len(sound) * RATE_HZ / rate_hz)
    return np.interp(np.arange(count) * rate_hz / RATE_HZ, np.arange(len(sound)), sound).astype(np.int16)
