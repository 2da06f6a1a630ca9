"""When the packets of the other side arrived here, told to it in transport-wide feedback. Pure.

Chromium's sender needs this to find out what the way to us carries: without it, it falls back to guesses.
"""

from kiosk.media.transport_feedback import CLOCK_TICKS, MAX_STATUSES, TICK_S, TransportFeedback

SHORTEST_INTERVAL_S = 0.05
LONGEST_INTERVAL_S = 0.25
REPORT_BYTES = 96
"""A usual report on the wire, with all its headers."""
SHARE = 0.04
"""What reports may take of what we may send."""
REMEMBERED = 2_000
"""Packets kept after their report, should an older one come late and be told with its neighbours."""
MAX_SPAN_TICKS = 30_000
"""Arrivals further apart go in two reports: a difference has 16 bits."""


class FeedbackRecorder:
    """Collects arrivals; `take` gives what is to be told, when it is time."""

    def __init__(self) -> None:
        self.received = 0
        """Packets seen so far."""
        self._arrivals: dict[int, int] = {}
        self._next: int | None = None
        self._highest = 0
        self._fresh = False
        self._count = 0
        self._last_s = float("-inf")

    def on_packet(self, number: int, now_s: float) -> None:
        """Packet `number` (16 bits) arrived at `now_s`, on a clock that never goes back."""
        if self._next is None:
            self._next = self._highest = number
        full = self._highest + ((number - self._highest + 0x8000) & 0xFFFF) - 0x8000
        if full in self._arrivals or full < self._highest - REMEMBERED:
            return
        self.received += 1
        self._arrivals[full] = round(now_s / TICK_S)
        self._highest = max(self._highest, full)
        self._next = min(self._next, full)
        self._fresh = True

    def interval_s(self, sending_bps: float) -> float:
        """Time between reports so that they stay a small share of `sending_bps`."""
        return min(LONGEST_INTERVAL_S, max(SHORTEST_INTERVAL_S, 8 * REPORT_BYTES / (SHARE * max(sending_bps, 1.0))))

    def take(self, now_s: float, sending_bps: float) -> list[TransportFeedback]:
        """The reports due now; usually one or none."""
        if not self._fresh or self._next is None or now_s - self._last_s < self.interval_s(sending_bps):
            return []
        self._last_s = now_s
        self._fresh = False
        reports = []
        first = self._next
        while first <= self._highest:
            arrivals: list[int | None] = []
            base: int | None = None
            for number in range(first, min(self._highest + 1, first + MAX_STATUSES)):
                ticks = self._arrivals.get(number)
                if ticks is not None:
                    base = ticks if base is None else base
                    if abs(ticks - base) > MAX_SPAN_TICKS:
                        break
                    ticks = (ticks + CLOCK_TICKS // 2) % CLOCK_TICKS - CLOCK_TICKS // 2
                arrivals.append(ticks)
            if base is not None:
                reports.append(TransportFeedback(first & 0xFFFF, self._count, tuple(arrivals)))
                self._count = (self._count + 1) & 0xFF
            first += len(arrivals)
        self._next = self._highest + 1
        for number in [number for number in self._arrivals if number < self._highest - REMEMBERED]:
            del self._arrivals[number]
        return reports
