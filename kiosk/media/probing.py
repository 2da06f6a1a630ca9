"""Short bursts, faster than the estimate, that show at once how much more the way carries. Pure.

The first second of a call and the seconds after a drop are too short to grow by some percent a second. A
probe is at least five packets over at least 15 ms (as in libwebrtc's send-side control); its rate as it
arrives is what the way carried.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.media.sent_packets import PacketResult

MIN_PACKETS = 5
MIN_DURATION_S = 0.018
FIRST_FACTOR = 2.5
NEXT_FACTOR = 2.0
STEADY_FACTOR = 1.5
"""While the link is in full use: there is little room for more packets."""
CONVINCING = 0.7
"""A probe that brought this share of its rate is followed by a faster one."""
UNTOUCHED = 0.9
"""So is one that came as fast as it left: a busy processor had sent it too slowly."""
PAUSE_S = 5.0
EARLY_S, EARLY_PAUSE_S = 4.0, 0.6
"""In the first seconds nothing is known yet, and one probe may have met a bad moment."""
AFTER_FALL_S = 1.5
ANSWER_TIMEOUT_S = 1.5
RETRY_S = 0.4
"""After a first probe of which too much was lost."""
ENOUGH = 0.8
"""Share of a probe's packets that must have come."""
MIN_MEASURE_S = 0.004
BEYOND_S = 0.05
"""News of what left so much after a probe: there will be no more of the probe itself."""


@dataclass(frozen=True)
class Probe:
    """Send at `bps` until both counts are reached."""

    number: int
    bps: float
    min_packets: int
    min_bytes: int


class Prober:
    """Says when to probe, and reads the result."""

    def __init__(self) -> None:
        self.number = 0
        """Of the last probe; 0: none yet."""
        self._open: Probe | None = None
        self._first_s: float | None = None
        self._asked_s = float("-inf")
        self._next_bps: float | None = None
        self._arrived: list[PacketResult] = []
        self._lost = 0

    @property
    def waiting(self) -> bool:
        """A probe is on its way, or its answer is."""
        return self._open is not None

    def early(self, now_s: float) -> bool:
        """The first seconds are not over."""
        return self._first_s is None or now_s - self._first_s < EARLY_S

    def next(
        self,
        now_s: float,
        estimate_bps: float,
        wanted_bps: float,
        *,
        settled: bool,
        quiet: bool,
        limited: bool,
        fell_s: float | None,
    ) -> Probe | None:
        """The probe to send now, if any.

        `settled`: the estimate is more than a guess. `quiet`: no queue on the way. `limited`: much less is sent than would fit. `fell_s`: when the
        estimate last fell much. Nothing is probed beyond `wanted_bps`.
        """
        if self._open is not None:
            if now_s - self._asked_s < ANSWER_TIMEOUT_S:
                return None
            self._open = None
        if estimate_bps >= wanted_bps:
            return None
        if self._first_s is None:
            self._first_s = now_s
        early = self.early(now_s)
        if self.number == 0 or (not settled and now_s - self._asked_s >= RETRY_S):
            return self._start(FIRST_FACTOR * estimate_bps, wanted_bps, now_s)
        if self._next_bps is not None:
            bps, self._next_bps = self._next_bps, None
            return self._start(bps, wanted_bps, now_s)
        recovering = fell_s is not None and now_s - fell_s < 4 * PAUSE_S
        pause_s = EARLY_PAUSE_S if early else AFTER_FALL_S if recovering else PAUSE_S
        since_s = max(self._asked_s, fell_s if fell_s is not None else self._asked_s)
        if quiet and now_s - since_s >= pause_s:
            factor = NEXT_FACTOR if limited or recovering or early else STEADY_FACTOR
            return self._start(factor * estimate_bps, wanted_bps, now_s)
        return None

    def _start(self, bps: float, wanted_bps: float, now_s: float) -> Probe:
        self.number += 1
        bps = min(bps, 1.2 * wanted_bps)
        self._open = Probe(self.number, bps, MIN_PACKETS, int(bps * MIN_DURATION_S / 8))
        self._asked_s = now_s
        self._arrived = []
        self._lost = 0
        return self._open

    def on_results(self, results: Iterable[PacketResult], sent: tuple[int, float] | None) -> float | None:
        """The rate that the open probe found, once its packets are told of.

        `sent`: how many packets of the open probe left, and when the last one did; None: it is still being sent.
        """
        probe = self._open
        if probe is None:
            return None
        beyond = False
        for result in results:
            beyond = beyond or (sent is not None and result.sent_s > sent[1] + BEYOND_S)
            if result.probe == probe.number:
                if result.arrived_s is None:
                    self._lost += 1
                else:
                    self._arrived.append(result)
        told = len(self._arrived) + self._lost
        if sent is None or (told < sent[0] and not beyond):
            return None
        # The first packets of a call, sent before the other side listened, are never told of.
        self._open = None
        rates = _rates(self._arrived) if len(self._arrived) >= ENOUGH * told else None
        if rates is None:
            return None
        sent_bps, received_bps = rates
        bps = min(rates)
        if bps >= CONVINCING * probe.bps or received_bps >= UNTOUCHED * sent_bps:
            self._next_bps = NEXT_FACTOR * max(bps, probe.bps)
        return bps


def _rates(arrived: list[PacketResult]) -> tuple[float, float] | None:
    """The rates at which the packets left and came; None: too few, or too short."""
    if len(arrived) < 3:
        return None
    departures = sorted(arrived, key=lambda result: result.sent_s)
    arrivals = sorted(arrived, key=lambda result: result.arrived_s or 0.0)
    sending_s = departures[-1].sent_s - departures[0].sent_s
    arriving_s = (arrivals[-1].arrived_s or 0.0) - (arrivals[0].arrived_s or 0.0)
    if max(sending_s, arriving_s) < MIN_MEASURE_S:
        return None
    total = sum(result.size + result.beside for result in arrived)
    # The last to leave takes no part of the time of sending, the first to come none of that of arriving.
    return (
        8 * (total - departures[-1].size) / max(sending_s, MIN_MEASURE_S),
        8 * (total - arrivals[0].size) / max(arriving_s, MIN_MEASURE_S),
    )
