"""What a log of packets says of a link and of those who used it: the measures of RFC 8868 §3, from outside. Pure.

Everything is about one way of the link and times in seconds from `zero_at`, the moment at which its clock was started.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.bench.statistics import percentile
from tests.links.impairment import Dropped
from tests.links.packet_log import Packet, Way
from tests.links.profiles import Schedule

SETTLING_S = 10.0
"""Time after a change of rate in which a sender looks for the new one: not counted in a plateau's share."""
RETURN_S = 0.300
"""A queue is short again when packets wait less than this."""


@dataclass(frozen=True)
class Second:
    """What one second of one way carried."""

    at_s: float
    offered_bps: float
    arrived_bps: float
    lost_share: float | None
    """Of the packets offered in it, those that never arrived; None: there were none."""
    queued_p95_s: float | None
    """Of those that departed; None: there were none."""


@dataclass(frozen=True)
class Plateau:
    """A stretch in which the rate of the link stays the same."""

    from_s: float
    to_s: float
    rate_bps: float
    used_share: float
    """Bits that left the bottleneck, of those that could have, after `SETTLING_S` (or half of a short plateau)."""
    lost_share: float
    """Of the packets offered in the same time."""
    queued_p50_s: float
    queued_p95_s: float
    calm_after_s: float | None
    """From the start of the plateau to when packets wait less than `RETURN_S` for good (until its end); None: never."""


def of_way(packets: Iterable[Packet], way: Way, *, protocol: str | None = None) -> list[Packet]:
    """The packets that took this way to somebody, in the order in which they were offered.

    What a filter stopped or had nowhere to go never was on the link.
    """
    outside = {Dropped.NOWHERE, Dropped.BLOCKED}
    chosen = [p for p in packets if p.way is way and p.dropped not in outside and protocol in (None, p.protocol)]
    return sorted(chosen, key=lambda packet: packet.offered_at)


def each_second(packets: Sequence[Packet], *, zero_at: float, duration_s: float) -> list[Second]:
    """One line for each second of the run."""
    offered: list[list[Packet]] = [[] for _ in range(math.ceil(duration_s))]
    arrived_bits = [0] * len(offered)
    for packet in packets:
        at = math.floor(packet.offered_at - zero_at)
        if 0 <= at < len(offered):
            offered[at].append(packet)
        if packet.arrived_at is not None and 0 <= (at := math.floor(packet.arrived_at - zero_at)) < len(offered):
            arrived_bits[at] += packet.size * 8
    return [
        Second(
            float(at),
            float(sum(packet.size * 8 for packet in group)),
            float(arrived_bits[at]),
            _lost_share(group),
            _queued(group, 0.95),
        )
        for at, group in enumerate(offered)
    ]


def plateaus_of(packets: Sequence[Packet], schedule: Schedule, *, zero_at: float, duration_s: float) -> list[Plateau]:
    """What became of each plateau of a limited link; none for those without a limit."""
    starts = [at_s for at_s, _ in schedule if at_s < duration_s]
    found = []
    for (_, impairment), (from_s, to_s) in zip(schedule, pairwise([*starts, duration_s]), strict=False):
        if impairment.rate_bps is not None:
            found.append(_plateau(packets, zero_at, from_s, to_s, impairment.rate_bps))
    return found


def _plateau(packets: Sequence[Packet], zero_at: float, from_s: float, to_s: float, rate_bps: float) -> Plateau:
    counted_from = zero_at + from_s + min(SETTLING_S, (to_s - from_s) / 2)
    until = zero_at + to_s
    departed = [p for p in packets if p.departed_at is not None and counted_from <= p.departed_at < until]
    offered = [p for p in packets if counted_from <= p.offered_at < until]
    return Plateau(
        from_s,
        to_s,
        rate_bps,
        sum(p.size * 8 for p in departed) / (rate_bps * (until - counted_from)),
        _lost_share(offered) or 0.0,
        _queued(offered, 0.5) or 0.0,
        _queued(offered, 0.95) or 0.0,
        calm_after_s(packets, zero_at + from_s, until),
    )


def calm_after_s(packets: Sequence[Packet], since: float, until: float) -> float | None:
    """From `since` to when every packet until `until` waits less than `RETURN_S`; None: they still wait longer then."""
    last = since
    for packet in packets:
        if since <= packet.offered_at < until and packet.queued_s is not None and packet.queued_s >= RETURN_S:
            last = packet.offered_at + packet.queued_s
    return last - since if last < until else None


def silence_s(packets: Sequence[Packet], since: float) -> float | None:
    """From `since` to the first packet that arrives after it; None: nothing ever does."""
    arrivals = [packet.arrived_at for packet in packets if packet.arrived_at is not None and packet.arrived_at >= since]
    return min(arrivals) - since if arrivals else None


def strangers(packets: Iterable[Packet], friends: Iterable[str]) -> dict[str, int]:
    """How many packets left the kiosk for whom, of those that are none of its `friends` (addresses)."""
    known = set(friends)
    counts: dict[str, int] = {}
    for packet in packets:
        if packet.way is Way.UP and packet.destination not in known:
            counts[packet.destination] = counts.get(packet.destination, 0) + 1
    return counts


def _lost_share(packets: Sequence[Packet]) -> float | None:
    if not packets:
        return None
    return sum(p.dropped is not None and p.dropped is not Dropped.UNFINISHED for p in packets) / len(packets)


def _queued(packets: Sequence[Packet], share: float) -> float | None:
    waits = [packet.queued_s for packet in packets if packet.queued_s is not None]
    return percentile(waits, share) if waits else None
