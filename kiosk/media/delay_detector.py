"""Is a queue growing on the way? Reads it from the delays of packets, before any of them is lost. Pure.

The delay-based half of draft-ietf-rmcat-gcc-02 with the trend line that its implementations use instead of
the Kalman filter: packets are grouped as they were sent, the slope of the accumulated difference between
arrival and departure over the last groups is compared with a threshold that adapts (section 5.4).
"""

from collections import deque
from collections.abc import Iterable
from enum import Enum

from kiosk.media.sent_packets import PacketResult

GROUP_S = 0.005
BURST_S = 0.005
LONGEST_BURST_S = 0.1
WINDOW_GROUPS = 20
SMOOTHING = 0.9
GAIN = 4.0
MAX_WEIGHT = 60
OVERUSE_S = 0.010
THRESHOLD_MS = 12.5
THRESHOLD_BOUNDS_MS = (6.0, 600.0)
THRESHOLD_UP, THRESHOLD_DOWN = 0.0087, 0.039
MAX_JUMP_MS = 15.0
REORDERED_RESET = 3
SUDDEN_QUEUE_S, SUDDEN_FACTOR = 0.15, 1.3
"""A queue that the trend line, which looks at twenty groups of packets, has not told yet."""
QUIET_QUEUE_S = 0.06
"""No more than jitter makes: there is no queue."""
QUEUE_BUCKET_S = 5.0
QUEUE_BUCKETS = 6
"""The shortest delay of the last thirty seconds is that of the empty way."""


class Usage(Enum):
    """What the trend says of the way."""

    NORMAL = "normal"
    OVER = "over"
    """A queue grows: less must be sent."""
    UNDER = "under"
    """A queue empties: let it."""


class DelayDetector:
    """Feed it the fate of packets in the order they were sent; it keeps the verdict."""

    def __init__(self) -> None:
        self.usage = Usage.NORMAL
        self._groups = _Groups()
        self._trend = _Trend()
        self._floors: deque[tuple[float, float]] = deque()
        self._queue_s = 0.0
        self._newest_queue_s = 0.0

    @property
    def filled_suddenly(self) -> bool:
        """The newest packet waited very long, and those before it did not: the way carries much less than a moment ago."""
        return self._newest_queue_s > max(SUDDEN_QUEUE_S, SUDDEN_FACTOR * self._queue_s)

    @property
    def queue_s(self) -> float:
        """How much longer than on the empty way the last packets took."""
        return self._queue_s

    def update(self, results: Iterable[PacketResult]) -> Usage:
        """Take the packets of a report, and judge."""
        for result in results:
            if result.arrived_s is None:
                continue
            self._observe_queue(result.sent_s, result.arrived_s)
            deltas = self._groups.add(result.sent_s, result.arrived_s)
            if deltas is not None:
                self.usage = self._trend.update(*deltas, result.arrived_s)
        return self.usage

    def _observe_queue(self, sent_s: float, arrived_s: float) -> None:
        delay_s = arrived_s - sent_s
        if not self._floors or sent_s - self._floors[-1][0] > QUEUE_BUCKET_S:
            self._floors.append((sent_s, delay_s))
            if len(self._floors) > QUEUE_BUCKETS:
                self._floors.popleft()
        elif delay_s < self._floors[-1][1]:
            self._floors[-1] = (self._floors[-1][0], delay_s)
        queue_s = max(0.0, delay_s - min(floor for _, floor in self._floors))
        self._newest_queue_s = queue_s
        self._queue_s += (queue_s - self._queue_s) * 0.2


class _Group:
    """Packets that left together."""

    __slots__ = ("first_arrived_s", "first_sent_s", "last_arrived_s", "last_sent_s")

    def __init__(self, sent_s: float, arrived_s: float) -> None:
        self.first_sent_s = self.last_sent_s = sent_s
        self.first_arrived_s = self.last_arrived_s = arrived_s

    def holds(self, sent_s: float, arrived_s: float) -> bool:
        if sent_s - self.first_sent_s <= GROUP_S:
            return True
        # Packets held up together on the way arrive as a burst that says nothing of a queue.
        arrival_delta_s = arrived_s - self.last_arrived_s
        propagation_s = arrival_delta_s - (sent_s - self.last_sent_s)
        return propagation_s < 0 and arrival_delta_s <= BURST_S and arrived_s - self.first_arrived_s < LONGEST_BURST_S


class _Groups:
    """Differences between one group and the next."""

    def __init__(self) -> None:
        self._current: _Group | None = None
        self._previous: _Group | None = None
        self._reordered = 0

    def add(self, sent_s: float, arrived_s: float) -> tuple[float, float] | None:
        """(departure difference, arrival difference) in seconds when a group has just ended."""
        current = self._current
        if current is None:
            self._current = _Group(sent_s, arrived_s)
            return None
        if sent_s < current.first_sent_s:
            return None
        if current.holds(sent_s, arrived_s):
            current.last_sent_s = max(current.last_sent_s, sent_s)
            current.last_arrived_s = max(current.last_arrived_s, arrived_s)
            return None
        previous = self._previous
        self._previous, self._current = current, _Group(sent_s, arrived_s)
        if previous is None:
            return None
        send_delta_s = current.last_sent_s - previous.last_sent_s
        arrival_delta_s = current.last_arrived_s - previous.last_arrived_s
        if arrival_delta_s < 0:
            self._reordered += 1
            if self._reordered >= REORDERED_RESET:
                self._reordered = 0
                self._previous = None
            return None
        self._reordered = 0
        return send_delta_s, arrival_delta_s


class _Trend:
    """Slope of the delay, and the threshold it is held against."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, float]] = deque(maxlen=WINDOW_GROUPS)
        self._count = 0
        self._total_ms = 0.0
        self._smoothed_ms = 0.0
        self._origin_s: float | None = None
        self._slope = 0.0
        self._last_slope = 0.0
        self._threshold_ms = THRESHOLD_MS
        self._last_s: float | None = None
        self._over_s: float | None = None
        self._over_count = 0
        self._usage = Usage.NORMAL

    def update(self, send_delta_s: float, arrival_delta_s: float, arrived_s: float) -> Usage:
        self._count = min(self._count + 1, 1000)
        if self._origin_s is None:
            self._origin_s = arrived_s
        self._total_ms += 1000 * (arrival_delta_s - send_delta_s)
        self._smoothed_ms = SMOOTHING * self._smoothed_ms + (1 - SMOOTHING) * self._total_ms
        self._points.append((1000 * (arrived_s - self._origin_s), self._smoothed_ms))
        if len(self._points) == WINDOW_GROUPS:
            self._slope = _slope(self._points, self._slope)
        self._judge(send_delta_s, arrived_s)
        return self._usage

    def _judge(self, send_delta_s: float, arrived_s: float) -> None:
        if self._count < 2:
            return
        trend_ms = min(self._count, MAX_WEIGHT) * self._slope * GAIN
        if trend_ms > self._threshold_ms:
            self._over_s = send_delta_s / 2 if self._over_s is None else self._over_s + send_delta_s
            self._over_count += 1
            if self._over_s > OVERUSE_S and self._over_count > 1 and self._slope >= self._last_slope:
                self._over_s, self._over_count = 0.0, 0
                self._usage = Usage.OVER
        else:
            self._over_s, self._over_count = None, 0
            self._usage = Usage.UNDER if trend_ms < -self._threshold_ms else Usage.NORMAL
        self._last_slope = self._slope
        self._adapt(trend_ms, arrived_s)

    def _adapt(self, trend_ms: float, arrived_s: float) -> None:
        last_s, self._last_s = self._last_s, arrived_s
        size_ms = abs(trend_ms)
        if last_s is None or size_ms > self._threshold_ms + MAX_JUMP_MS:
            return  # a sudden jump (a change of route) must not deafen the detector
        factor = THRESHOLD_DOWN if size_ms < self._threshold_ms else THRESHOLD_UP
        elapsed_ms = min(100.0, 1000 * (arrived_s - last_s))
        low, high = THRESHOLD_BOUNDS_MS
        self._threshold_ms = min(
            high, max(low, self._threshold_ms + factor * (size_ms - self._threshold_ms) * elapsed_ms)
        )


def _slope(points: Iterable[tuple[float, float]], otherwise: float) -> float:
    """Slope of the line of least squares."""
    pairs = list(points)
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    spread = sum((x - mean_x) ** 2 for x, _ in pairs)
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / spread if spread > 0 else otherwise
