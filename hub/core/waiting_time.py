"""How long one waits, said honestly: from what the last answered calls really waited, or not at all."""

import math
from bisect import bisect_left
from collections.abc import Iterable

from hub.protocol import WaitRange

KEPT_S = 30 * 86400.0
MINIMUM_SAMPLES = 20
KEPT_SAMPLES = 2000
"""Of a busy partner, only the most recent count: the bound on memory."""


def wait_range(waits: Iterable[float]) -> WaitRange | None:
    """50th to 80th percentile (nearest rank) of waits in seconds; None when there are too few to say anything."""
    ordered = sorted(max(0.0, wait) for wait in waits)
    if len(ordered) < MINIMUM_SAMPLES:
        return None
    return WaitRange(min_s=_percentile(ordered, 50), max_s=_percentile(ordered, 80))


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class RecentWaits:
    """Waits of answered calls of the last 30 days, in the order of the answers."""

    def __init__(self, answered: Iterable[tuple[float, float]] = ()) -> None:
        """`answered`: (instant of the answer, wait in seconds), oldest first."""
        self._answered = list(answered)[-KEPT_SAMPLES:]
        self._range: WaitRange | None = None
        self._is_stale = True

    def add(self, answered_at: float, wait_s: float) -> None:
        self._answered.append((answered_at, wait_s))
        del self._answered[:-KEPT_SAMPLES]
        self._is_stale = True

    def range(self, now: float) -> WaitRange | None:
        """The honest wait at `now`."""
        old = bisect_left(self._answered, (now - KEPT_S, -math.inf))
        if old or self._is_stale:
            del self._answered[:old]
            self._range = wait_range(wait for _, wait in self._answered)
            self._is_stale = False
        return self._range
