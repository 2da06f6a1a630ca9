"""Brings the usager's voice to one level, whether they lean over the kiosk or stand back from it. Pure.

The automatic gain of libwebrtc's module starts with 15 dB for everything until it has heard speech: noise and the
rest of the echo are raised by as much. Here only speech that came from the room moves the gain: blocks that stand
out of the noise and of which the canceller removed little. In silence, and while only the agent speaks, it rests.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.int16]

TARGET_DB = -23.0
"""Mean power of speech as the agent gets it, below full scale: loud enough, with room for peaks."""
MOST_DB, LEAST_DB = 15.0, -12.0
"""Gain, for a voice at arm's length and more, or a hand's width away."""
UP_DB, DOWN_DB = 0.06, 0.2
"""Change of the gain in a block at the most: 6 dB and 20 dB in a second of speech."""
REMEMBERED = 150
"""Blocks of speech over which its power is averaged: 1.5 s."""
CRY = 8.0
"""A block is counted for so many times the usual power at the most: a cry or a knock is not a louder voice."""
QUIETEST_DB = -52.0
"""Softer than this is nobody who speaks to the kiosk."""
ABOVE_NOISE_DB = 12.0
CANCELLED_DB = 8.0
"""The canceller took more than this away: the block was echo, or too much of it was."""
FLOOR_UP_DB = 0.02
"""The noise's measure climbs by 2 dB a second, and falls at once."""
PEAK = 0.85 * 32768
"""A block whose peaks would come higher is raised less, from its end on."""
BACK_DB = 0.3
"""Afterwards the gain comes back by so much each block."""
KNEE = 0.7 * 32768
"""What is higher is bent, never cut: the start of a cry."""
_NOTHING_DB = -90.0


class Leveller:
    """Not thread-safe; one block of 10 ms after the other."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another voice comes."""
        self._gain_db = self._applied_db = 0.0
        self._speech_power = 0.0
        self._speech_blocks = 0
        self._floor_db = QUIETEST_DB - ABOVE_NOISE_DB

    @property
    def gain_db(self) -> float:
        """What is added to the voice now."""
        return self._gain_db

    def level(self, captured: Block, cleaned: Block) -> Block:
        """`cleaned` at its level: int16 of shape (480,). `captured` is the same block before the canceller."""
        before_db = self._applied_db
        level_db = _decibels(cleaned)
        if self._is_speech(level_db, _decibels(captured) - level_db):
            self._follow(level_db)
        room_db = 20 * math.log10(PEAK / max(1.0, float(cleaned.max()), -float(cleaned.min())))
        self._applied_db = min(self._gain_db, room_db, before_db + BACK_DB)
        if before_db == self._applied_db:
            return _bend(cleaned * np.float32(10 ** (before_db / 20)))
        return _bend(cleaned * np.linspace(10 ** (before_db / 20), 10 ** (self._applied_db / 20), len(cleaned)))

    def _is_speech(self, level_db: float, removed_db: float) -> bool:
        self._floor_db = min(level_db, self._floor_db + FLOOR_UP_DB)
        least_db = max(QUIETEST_DB, self._floor_db + ABOVE_NOISE_DB)
        return level_db > least_db and removed_db < CANCELLED_DB

    def _follow(self, level_db: float) -> None:
        """One more block of speech, `level_db` loud: the gain goes a little towards what it needs."""
        power = 10 ** (level_db / 10)
        if self._speech_blocks == REMEMBERED:
            power = min(power, CRY * self._speech_power)
        self._speech_blocks = min(REMEMBERED, self._speech_blocks + 1)
        self._speech_power += (power - self._speech_power) / self._speech_blocks
        wanted_db = min(MOST_DB, max(LEAST_DB, TARGET_DB - 10 * math.log10(self._speech_power)))
        self._gain_db += min(UP_DB, max(-DOWN_DB, wanted_db - self._gain_db))


def _decibels(block: Block) -> float:
    sound = block.astype(np.float32)
    power = float(sound.dot(sound)) / (len(sound) * 32768.0**2)
    return 10 * math.log10(power) if power > 1e-9 else _NOTHING_DB


def _bend(sound: NDArray[np.floating[Any]]) -> Block:
    """Rounded; what is above the knee comes nearer and nearer to full scale and never reaches it."""
    if sound.max() > KNEE or sound.min() < -KNEE:
        over = np.abs(sound) - KNEE
        room = 32767 - KNEE
        sound = np.where(over > 0, np.sign(sound) * (KNEE + room * np.tanh(over / room)), sound)
    rounded: Block = np.rint(sound).astype(np.int16)
    return rounded
