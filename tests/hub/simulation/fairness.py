"""What a run is asked: did anybody go before who came after, did anybody wait for nothing?"""

from hub.core.call_queue import CLASS_HEAD_START_S
from tests.hub.simulation.play import Served


def inversions(served: list[Served]) -> int:
    """Calls of one partner that rang before another that should have been first.

    First is who came first, five minutes before for each class. Somebody who came after the other had rung already
    overtook nobody.
    """
    found = 0
    by_partner: dict[str, list[Served]] = {}
    for each in served:
        by_partner.setdefault(each.partner_id, []).append(each)
    for calls in by_partner.values():
        waiting: list[Served] = []
        for each in sorted(calls, key=lambda one: (one.offered_at or 0.0, _rank(one))):
            waiting = [
                other for other in calls if other.arrived_at <= (each.offered_at or 0.0) < (other.offered_at or 0.0)
            ]
            found += sum(_rank(other) < _rank(each) for other in waiting)
    return found


def _rank(each: Served) -> float:
    return each.arrived_at - each.priority * CLASS_HEAD_START_S


def longest_excess_s(served: list[Served], stations: int) -> float:
    """By how much a wait exceeds what the work before it explains; at most zero, or somebody waited for nothing.

    While a call waits every station is busy with calls that rang before it: so many stations times the wait cannot be
    more than what these calls still needed when it came.
    """
    worst = float("-inf")
    in_order = sorted(served, key=lambda each: each.offered_at or 0.0)
    for each in in_order:
        offered_at = each.offered_at or 0.0
        work = sum(
            (other.released_at or 0.0) - max(each.arrived_at, other.offered_at or 0.0)
            for other in in_order
            if (other.offered_at or 0.0) < offered_at and (other.released_at or 0.0) > each.arrived_at
        )
        worst = max(worst, each.wait_s - work / stations)
    return worst
