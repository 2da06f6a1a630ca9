"""Numbers of one measure made into what a table shows: the middle, the spread, the tail. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """Of `count` values: `low` and `high` hold the middle half of them (quartiles)."""

    median: float
    low: float
    high: float
    count: int


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie, between neighbours by linear interpolation.

    Raises:
        ValueError: no value, or a share outside 0..1.
    """
    if not values:
        raise ValueError("no value")
    if not 0 <= share <= 1:
        raise ValueError(f"a share is 0 to 1, not {share}")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def summary(values: Sequence[float]) -> Summary:
    """Median and quartiles.

    Raises:
        ValueError: no value.
    """
    return Summary(percentile(values, 0.5), percentile(values, 0.25), percentile(values, 0.75), len(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Our median as a multiple of theirs.

    Raises:
        ValueError: no value on one side, or their median is 0.
    """
    against = percentile(theirs, 0.5)
    if against == 0:
        raise ValueError("nothing to compare with: the other median is 0")
    return percentile(ours, 0.5) / against
