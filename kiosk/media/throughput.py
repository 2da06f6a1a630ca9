"""How much arrives of what we send, in bits per second, over the last half second. Pure."""

from collections import deque
from collections.abc import Iterable

from kiosk.media.sent_packets import PacketResult

WINDOW_S = 0.5
LONGEST_WINDOW_S = 2.0
ENOUGH_PACKETS = 15
ARRIVING_S = 0.25
"""Arrivals from a full queue are even: less time tells enough, and a way that shrinks is followed sooner."""


class Throughput:
    """Bytes that arrived, with the unnumbered ones that travelled beside them, over the time they arrived in."""

    def __init__(self) -> None:
        self._arrived: deque[tuple[float, float, int]] = deque()

    def update(self, results: Iterable[PacketResult]) -> None:
        """Take the packets of a report."""
        for result in results:
            if result.arrived_s is not None:
                self._arrived.append((result.arrived_s, result.sent_s, result.size + result.beside))
        while len(self._arrived) > 2:
            span_s = self._arrived[-1][0] - self._arrived[0][0]
            enough = len(self._arrived) > ENOUGH_PACKETS
            if span_s > LONGEST_WINDOW_S or (span_s > WINDOW_S and enough):
                self._arrived.popleft()
            else:
                break

    @property
    def bps(self) -> float | None:
        """None: too little came to say.

        Measured over the longer of the times of departure and arrival: what waited on the way and came in
        one go was not carried faster than it was sent.
        """
        departures = [sent_s for _, sent_s, _ in self._arrived]
        return _over(list(self._arrived), max(departures) - min(departures) if departures else 0.0)

    @property
    def arriving_bps(self) -> float | None:
        """The same over the time of arrival alone, of the newest only: while a queue is there, what the way carries."""
        newest = list(self._arrived)
        while len(newest) > ENOUGH_PACKETS and newest[-1][0] - newest[1][0] > ARRIVING_S:
            del newest[0]
        return _over(newest, 0.0)


def _over(arrived: list[tuple[float, float, int]], least_s: float) -> float | None:
    """Bits that arrived after the first packet, over the time since, at least `least_s`."""
    if len(arrived) < ENOUGH_PACKETS:
        return None
    arrivals = [arrived_s for arrived_s, _, _ in arrived]
    span_s = max(max(arrivals) - min(arrivals), least_s)
    if span_s < WINDOW_S / 5:
        return None
    # The first packet only opens the window.
    return 8 * sum(size for _, _, size in arrived[1:]) / span_s
