"""How much of the agent's picture arrives: rate and loss of the last two seconds. Pure."""

from collections import deque

WINDOW_S = 2.0
SLICE_S = 0.1


class Reception:
    """Counts of one stream, kept in slices of a tenth of a second."""

    def __init__(self) -> None:
        self._slices: deque[tuple[float, int, int, int]] = deque()
        """(since, bytes, packets sent by then, packets of these that were missing)."""
        self._before = (0, 0)

    def add(self, size: int, lost: int, recovered: int, now_s: float) -> None:
        """A packet of `size` bytes came. Since the beginning `lost` went missing, and `recovered` of them came again."""
        newly_lost = lost - self._before[0]
        expected = 1 + newly_lost - (recovered - self._before[1])
        self._before = (lost, recovered)
        if self._slices and now_s - self._slices[-1][0] < SLICE_S:
            since_s, bytes_, packets, missing = self._slices[-1]
            self._slices[-1] = (since_s, bytes_ + size, packets + expected, missing + newly_lost)
        else:
            self._slices.append((now_s, size, expected, newly_lost))
        while now_s - self._slices[0][0] > WINDOW_S + SLICE_S:
            self._slices.popleft()

    def bps(self, now_s: float) -> int:
        """Bits of payload per second."""
        fresh = [size for since_s, size, *_ in self._slices if now_s - since_s <= WINDOW_S]
        return int(8 * sum(fresh) / WINDOW_S)

    def loss(self, now_s: float) -> float | None:
        """0..1 of the packets sent that did not come, or not at once; None without a packet."""
        fresh = [each for each in self._slices if now_s - each[0] <= WINDOW_S]
        if not fresh:
            return None
        expected = max(1, sum(each[2] for each in fresh))
        return min(1.0, max(0, sum(each[3] for each in fresh)) / expected)
