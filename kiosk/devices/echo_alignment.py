"""Keeps what was played and what was captured side by side, whatever the sound card does. Pure.

The canceller pairs blocks by their number: the echo of the n-th played block is expected in the captured block
n + d, and it finds d by itself, slowly. An echo that comes later is found at once, for it is still within its reach.
One that comes sooner, because a buffer ran empty or a sound server threw something away, is not: for two seconds it
passes uncancelled. But the sound card says how long its buffers are, so such a jump is seen at once and answered in
kind: as many played blocks are left out, and d is what it was. When the echo comes later again, silent blocks are put
in for those, before the canceller is left to follow.

What a sound card says shakes by ten milliseconds, and sound servers now and then report nonsense: a median is
believed. Two cards whose clocks differ make d creep: the canceller follows that, and no block is touched.
"""

from collections import deque
from statistics import median

BLOCK_MS = 10.0
LONGEST_S = 0.5
"""Beyond, the sound card's timing is not to be believed."""
REMEMBERED = 11
"""Reports of which the median is taken (odd, so that it is one of them): a jump is believed after 60 ms, before the
canceller has begun to follow."""
JUMP_MS = 15.0
"""A smaller change is the shaking of the reports, and within what the canceller follows at once."""
MOST_LEFT_OUT = 20
"""Of blocks, in all: the echo must stay within what the canceller looks for."""
FOLLOWED = 0.002
"""Share of a lasting difference that is taken for creeping, each block: a time of 5 s."""


class EchoAlignment:
    """Told of each captured block, says what to leave out or put in."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Other streams come."""
        self._reports: deque[float] = deque(maxlen=REMEMBERED)
        self._lead = self._balance = 0
        self._usual_ms = 0.0

    def captured(self, delay_s: float, played: int) -> int:
        """One captured block, `played` blocks after the one before.

        Args:
            delay_s: from giving a block to the loudspeaker until its echo is in our hands, as the sound card says.

        Gives the silent blocks to put in between the played ones, or as a negative number those to leave out.
        """
        self._lead += played - 1
        self._reports.append(1000 * min(LONGEST_S, max(0.0, delay_s)) - BLOCK_MS * self._lead)
        now_ms = median(self._reports)
        if len(self._reports) < REMEMBERED:
            self._usual_ms = now_ms
            return 0
        apart_ms = now_ms - self._usual_ms
        if abs(apart_ms) < JUMP_MS:
            self._usual_ms += FOLLOWED * apart_ms
            return 0
        self._usual_ms = now_ms
        blocks = max(-MOST_LEFT_OUT - self._balance, min(-self._balance, round(apart_ms / BLOCK_MS)))
        self._balance += blocks
        self._lead += blocks
        self._reports = deque((each - BLOCK_MS * blocks for each in self._reports), maxlen=REMEMBERED)
        self._usual_ms -= BLOCK_MS * blocks
        return blocks
