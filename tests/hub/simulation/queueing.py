"""What queueing theory says: the Erlang C formula, and the waits of an ideal first-come-first-served queue."""

import heapq
import itertools
from collections.abc import Iterable


def waits_at_all(servers: int, load: float) -> float:
    """Erlang C: the share of calls that wait, with `load` erlangs (arrivals per second times seconds of talk) offered."""
    blocked = 1.0
    for served in range(1, servers + 1):
        blocked = load * blocked / (served + load * blocked)
    return blocked / (1 - (load / servers) * (1 - blocked))


def mean_wait_s(servers: int, load: float, talk_s: float) -> float:
    """The mean wait of all calls, those that did not wait included."""
    return waits_at_all(servers, load) * talk_s / (servers - load)


def ideal_waits(servers: int, arrivals: Iterable[float], talks: Iterable[float]) -> list[float]:
    """Waits, one by one, when whoever came first is always served as soon as anybody is free."""
    free_at = list(itertools.repeat(0.0, servers))
    waits = []
    for arrival, talk in zip(arrivals, talks, strict=True):
        begins = max(arrival, heapq.heappop(free_at))
        heapq.heappush(free_at, begins + talk)
        waits.append(begins - arrival)
    return waits
