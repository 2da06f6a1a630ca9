"""What the way to the other side carries, from the fate of our packets. Pure.

Delay first (draft-ietf-rmcat-gcc-02, sections 5 and 6, with the additive increase near convergence of its
implementations): down to a little less than what arrives when a queue grows, else up, gently near the last
known limit. Loss second, and only loss that our own rate explains: a rural link that always loses some
packets keeps its rate. Short probes find room at once where growth alone would take a minute.
"""

import math
from collections import deque

from kiosk.media.delay_detector import DelayDetector, Usage
from kiosk.media.sent_packets import Report
from kiosk.media.throughput import WINDOW_S, Throughput

START_BPS = 300_000
"""Little enough for a thin link's first second; probes find the room of a better one."""
FLOOR_BPS = 30_000
CEILING_BPS = 20_000_000
BACK_OFF = 0.85
HARD_BACK_OFF = 0.7
"""With a long queue already there."""
LONG_QUEUE_S = 0.2
CERTAIN_QUEUE_S, EMPTY_QUEUE_S = 0.12, 0.05
FULL_MEMORY_S = 6.0
FULL_PAUSE_S = 0.1
"""What arrives while a queue is full is what the way carries: no need to wait and see before following it down."""
AFTER_QUEUE = 0.88
"""Of what arrived while the queue was full, the share to go on with once it is empty."""
GROWTH_PER_S = 0.08
HEADROOM = 1.5
"""Never more than this above what arrives, or growth would be a guess."""
LIMITED = 0.7
"""Sending less than this share of the estimate proves nothing about the rest."""
MIN_ADDITION_BPS_PER_S = 4_000
SPREAD_MEMORY = 0.05
HIGH_LOSS, LOW_LOSS = 0.10, 0.02
LOSS_WINDOW_S = 0.6
LOSS_WINDOW_PACKETS = 20
LOSS_MEMORY_S = 12.0
QUEUE_HINT_S = 0.08
PROBE_CAUTION = 0.95
PROBE_STEP = 1.5
ROUND_TRIP_MEMORY = 0.8
USUAL_MEMORY_UP, USUAL_MEMORY_DOWN = 0.95, 0.7
"""Of each report: a second or two until a longer round trip is the usual one."""


class Estimator:
    """`bps` is the estimate; everything we send must fit in it."""

    def __init__(self, start_bps: int = START_BPS) -> None:
        self.bps = float(start_bps)
        self.round_trip_s: float | None = None
        self.usual_round_trip_s: float | None = None
        """The same, slower to believe that it is longer."""
        self.loss = 0.0
        """Share of our packets lost, 0..1, smoothed over some seconds."""
        self.settled = False
        """False until something (a probe, a queue) told how much there is."""
        self.fell_s: float | None = None
        """When the estimate last fell by a third or more."""
        self._delay = DelayDetector()
        self._throughput = Throughput()
        self._capacity = _Capacity()
        self._losses = _Losses()
        self._last_s: float | None = None
        self._last_fall_s = float("-inf")
        self._holding = False
        self._full_since_s: float | None = None
        self._full: tuple[float, float] | None = None
        """When a queue was last seen, and what arrived then: exactly what the way carries."""

    @property
    def queue_s(self) -> float:
        """The queue that our packets wait in, in seconds."""
        return self._delay.queue_s

    @property
    def usage(self) -> Usage:
        # While all is a guess, the few bytes allowed under way are guard enough.
        sudden = self.settled and self._delay.filled_suddenly
        return Usage.OVER if sudden else self._delay.usage

    @property
    def throughput_bps(self) -> float | None:
        """What arrives of what we send."""
        return self._throughput.bps

    @property
    def limited(self) -> bool:
        """We send so little that growth would be a guess."""
        throughput_bps = self._throughput.bps
        return throughput_bps is None or throughput_bps < LIMITED * self.bps

    def on_report(self, report: Report, now_s: float) -> None:
        """A feedback message came."""
        if report.round_trip_s is not None:
            before_s = report.round_trip_s if self.round_trip_s is None else self.round_trip_s
            self.round_trip_s = ROUND_TRIP_MEMORY * before_s + (1 - ROUND_TRIP_MEMORY) * report.round_trip_s
            usual_s = before_s if self.usual_round_trip_s is None else self.usual_round_trip_s
            memory = USUAL_MEMORY_UP if report.round_trip_s > usual_s else USUAL_MEMORY_DOWN
            self.usual_round_trip_s = memory * usual_s + (1 - memory) * report.round_trip_s
        self._throughput.update(report.results)
        self._delay.update(report.results)
        if not report.outage:
            self._follow_loss(report, now_s)
        self._follow_delay(self.usage, now_s)

    def on_probe(self, bps: float, now_s: float, *, early: bool = False) -> None:
        """A probe measured `bps`; the first one may also say that there is less than we began with.

        Later than `early` it is believed step by step: packets that jitter pushed together look fast.
        """
        careful_bps = PROBE_CAUTION * bps
        if not early and self.settled:
            careful_bps = min(careful_bps, PROBE_STEP * self.bps)
        if careful_bps > self.bps or not self.settled:
            self._set(careful_bps, now_s)
        self.settled = True

    def on_ceiling(self, bps: float, now_s: float) -> None:
        """The other side's own estimate (REMB), where it tells nothing better."""
        self._set(min(CEILING_BPS, bps), now_s)
        self.settled = True

    def on_receiver_loss(self, fraction: float, now_s: float) -> None:
        """The share of a receiver report, for a peer that tells no more."""
        self.loss += 0.3 * (fraction - self.loss)
        if fraction > HIGH_LOSS and now_s - self._last_fall_s >= 1.0:
            self._last_fall_s = now_s
            self._set(self.bps * (1 - fraction / 2), now_s)

    # ---- delay ------------------------------------------------------------------------------------------

    def _follow_delay(self, usage: Usage, now_s: float) -> None:
        elapsed_s = 0.0 if self._last_s is None else min(1.0, now_s - self._last_s)
        self._last_s = now_s
        throughput_bps = self._throughput.bps
        arriving_bps = self._throughput.arriving_bps
        if self.queue_s <= CERTAIN_QUEUE_S:
            self._full_since_s = None
        elif self._full_since_s is None:
            self._full_since_s = now_s
        elif now_s - self._full_since_s > WINDOW_S and arriving_bps is not None:
            self._full = (now_s, arriving_bps)
        if usage is Usage.OVER:
            self._fall(throughput_bps, now_s)
        elif self._full is not None and self.queue_s < EMPTY_QUEUE_S:
            full_s, full_bps = self._full
            self._full = None
            if now_s - full_s < FULL_MEMORY_S:
                self._set(max(self.bps, AFTER_QUEUE * full_bps), now_s)
        elif usage is Usage.NORMAL and not self._holding and not self.limited and throughput_bps is not None:
            grown_bps = self.bps + self._growth_bps_per_s(throughput_bps) * elapsed_s
            self._set(max(self.bps, min(grown_bps, HEADROOM * throughput_bps + 10_000)), now_s)

    def _fall(self, throughput_bps: float | None, now_s: float) -> None:
        response_s = min(0.3, max(0.05, self.round_trip_s or 0.2))
        carried_bps = self._carried_bps
        certain = carried_bps is not None and BACK_OFF * carried_bps < self.bps
        pause_s = FULL_PAUSE_S if certain else 2 * response_s
        if now_s - self._last_fall_s < pause_s:
            return
        factor = HARD_BACK_OFF if self.queue_s > LONG_QUEUE_S else BACK_OFF
        if throughput_bps is None or (self.limited and self.queue_s < CERTAIN_QUEUE_S):
            # What arrives is what we sent, not what fits.
            wanted_bps = factor * self.bps
        else:
            wanted_bps = factor * throughput_bps
            self._capacity.observe(throughput_bps)
        if wanted_bps < self.bps:
            self._set(wanted_bps, now_s)
            self._last_fall_s = now_s
            self.settled = True

    def _growth_bps_per_s(self, throughput_bps: float) -> float:
        if not self._capacity.near(throughput_bps):
            return GROWTH_PER_S * self.bps
        frame_bits = self.bps / 30
        packet_bits = frame_bits / math.ceil(frame_bits / (8 * 1200))
        return max(MIN_ADDITION_BPS_PER_S, packet_bits / (2 * ((self.round_trip_s or 0.2) + 0.1)))

    # ---- loss -------------------------------------------------------------------------------------------

    def _follow_loss(self, report: Report, now_s: float) -> None:
        window = self._losses.update(report, now_s)
        if window is None:
            return
        self.loss += 0.3 * (window.fraction - self.loss)
        self._holding = window.excess > LOW_LOSS and self.queue_s > QUEUE_HINT_S
        if window.excess > HIGH_LOSS:
            # What a full queue pushed out was lost before we slowed down.
            floor_bps = HARD_BACK_OFF * (self._carried_bps or 0.0)
            self._set(min(self.bps, max(floor_bps, self.bps * (1 - window.excess / 2))), now_s)
            self.settled = True

    @property
    def _carried_bps(self) -> float | None:
        """What the way carries, while it is certainly full; None: it is not, or too little came to say."""
        return self._throughput.arriving_bps if self.queue_s > CERTAIN_QUEUE_S else None

    def _set(self, bps: float, now_s: float) -> None:
        bps = min(CEILING_BPS, max(FLOOR_BPS, bps))
        if bps < 0.67 * self.bps:
            self.fell_s = now_s
        self.bps = bps


class _Capacity:
    """Where queues began to grow lately: mean and relative spread, in kbit/s as the draft does."""

    def __init__(self) -> None:
        self._mean: float | None = None
        self._variance = 0.4

    def observe(self, throughput_bps: float) -> None:
        sample = throughput_bps / 1000
        if self._mean is None or not self.near(throughput_bps):
            self._mean = sample
        else:
            self._mean += SPREAD_MEMORY * (sample - self._mean)
        deviation = (self._mean - sample) ** 2 / max(self._mean, 1.0)
        self._variance = min(2.5, max(0.4, (1 - SPREAD_MEMORY) * self._variance + SPREAD_MEMORY * deviation))

    def near(self, throughput_bps: float) -> bool:
        """Within three deviations; far above forgets the old limit, which has moved."""
        if self._mean is None:
            return False
        deviation = math.sqrt(self._variance * self._mean)
        sample = throughput_bps / 1000
        if sample > self._mean + 3 * deviation:
            self._mean = None
            return False
        return sample >= self._mean - 3 * deviation


class _Window:
    """Loss of one window, and what of it is not the link's own."""

    def __init__(self, fraction: float, excess: float) -> None:
        self.fraction = fraction
        self.excess = excess


class _Losses:
    """Counts lost packets in windows; the least of the last seconds is what the link always loses."""

    def __init__(self) -> None:
        self._lost = self._total = 0
        self._began_s: float | None = None
        self._past: deque[tuple[float, float]] = deque()

    def update(self, report: Report, now_s: float) -> _Window | None:
        """The window that has just ended, if one has."""
        if self._began_s is None:
            self._began_s = now_s
        self._total += len(report.results)
        self._lost += sum(1 for result in report.results if result.arrived_s is None)
        if now_s - self._began_s < LOSS_WINDOW_S or self._total < LOSS_WINDOW_PACKETS:
            return None
        fraction = self._lost / self._total
        self._lost = self._total = 0
        self._began_s = now_s
        while self._past and now_s - self._past[0][0] > LOSS_MEMORY_S:
            self._past.popleft()
        inherent = min((past for _, past in self._past), default=0.0)
        self._past.append((now_s, fraction))
        return _Window(fraction, max(0.0, fraction - inherent))
