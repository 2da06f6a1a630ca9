"""How long one waits, said honestly: from what those really waited who had to, or not at all.

Calls that were proposed to a station at once say nothing to somebody who has to wait: they are left out. Of the others,
those count that came as far back in the line; when these are too few, all of them, by the time per step forward.
"""

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable

from hub.protocol import WaitRange

KEPT_S = 30 * 86400.0
MINIMUM_SAMPLES = 20
KEPT_SAMPLES = 2000
"""Of a busy partner, only the most recent count: the bound on memory."""
_FIRST_OF_BUCKET = (1, 2, 3, 4, 6, 10)
"""Steps to move up from which a new class of waits begins: 0, 1, 2, 3-4, 5-8 and 9 calls or more before."""


def steps_ahead(waiting: int, *, is_free: bool) -> int:
    """How far somebody who comes now has to move up: 0, a station may take them at once; 1, they are next."""
    return 0 if is_free else waiting + 1


class RecentWaits:
    """Waits of answered calls of the last 30 days, in the order of the answers."""

    def __init__(self, answered: Iterable[tuple[float, float, int]] = ()) -> None:
        """`answered`: (instant of the answer, wait in seconds, steps ahead on arrival), oldest first."""
        self._answered: deque[tuple[float, float, int]] = deque()
        self._buckets: tuple[list[float], ...] = tuple([] for _ in _FIRST_OF_BUCKET)
        self._per_step: list[float] = []
        for each in answered:
            self.add(*each)

    def add(self, answered_at: float, wait_s: float, ahead: int) -> None:
        """One more answer. `ahead` is what `steps_ahead` said when the call came; 0 is not counted."""
        if ahead < 1:
            return
        wait_s = max(0.0, wait_s)
        self._answered.append((answered_at, wait_s, ahead))
        insort(self._buckets[_bucket(ahead)], wait_s)
        insort(self._per_step, wait_s / ahead)
        if len(self._answered) > KEPT_SAMPLES:
            self._forget_oldest()

    def range(self, now: float, ahead: int) -> WaitRange | None:
        """The honest wait, at `now`, of somebody who has to move up so far: median to 80th percentile.

        None when too little is known, and for who does not wait (`ahead` 0).
        """
        if ahead < 1:
            return None
        while self._answered and self._answered[0][0] < now - KEPT_S:
            self._forget_oldest()
        alike = self._buckets[_bucket(ahead)]
        if len(alike) >= MINIMUM_SAMPLES:
            return WaitRange(min_s=_percentile(alike, 50), max_s=_percentile(alike, 80))
        if len(self._per_step) >= MINIMUM_SAMPLES:
            return WaitRange(
                min_s=ahead * _percentile(self._per_step, 50), max_s=ahead * _percentile(self._per_step, 80)
            )
        return None

    def _forget_oldest(self) -> None:
        _, wait_s, ahead = self._answered.popleft()
        for ordered, value in ((self._buckets[_bucket(ahead)], wait_s), (self._per_step, wait_s / ahead)):
            del ordered[bisect_left(ordered, value)]


def _bucket(ahead: int) -> int:
    return bisect_right(_FIRST_OF_BUCKET, ahead) - 1


def _percentile(ordered: list[float], percent: int) -> float:
    """Nearest rank."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
