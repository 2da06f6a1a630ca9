"""Opening hours: when a partner is open, and what comes next. Zone-aware wall time, summer time included."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.network import OpeningHours

_DAYS_AHEAD = 8
"""A week and the rest of today: weekly hours repeat after that."""


@dataclass(frozen=True)
class Opening:
    """Whether a partner is open now."""

    is_open: bool
    opens_at: str | None = None
    """Next opening, ISO 8601 local time with offset, when closed."""
    changes_at: float | None = None
    """UTC seconds of the next change; None: never."""


ALWAYS_OPEN = Opening(is_open=True)


def opening(hours: Sequence[OpeningHours], wall: float, zone: ZoneInfo) -> Opening:
    """The state of a partner with weekly `hours` at `wall` (UTC seconds since 1970). No hours: always open.

    An interval is closed on the left, open on the right: at `closes` nobody is accepted any more.
    """
    if not hours:
        return ALWAYS_OPEN
    until: float | None = None
    for opens, closes in _intervals(hours, datetime.fromtimestamp(wall, zone)):
        if until is not None:
            # Two intervals that touch (24:00 then 00:00) are one.
            if opens.timestamp() > until:
                break
            until = max(until, closes.timestamp())
        elif opens.timestamp() <= wall < closes.timestamp():
            until = closes.timestamp()
        elif opens.timestamp() > wall:
            return Opening(False, opens.isoformat(timespec="minutes"), opens.timestamp())
    if until is not None:
        return Opening(True, None, until)
    return Opening(is_open=False)


def _intervals(hours: Sequence[OpeningHours], here: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Intervals of yesterday and the days ahead, in order."""
    for offset in range(-1, _DAYS_AHEAD):
        # Local clock times are added as local times: 24:00 is the next midnight, even on a day of 23 or 25 hours.
        midnight = (here + timedelta(days=offset)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        today = sorted((i for i in hours if i.weekday == midnight.weekday()), key=lambda i: i.opens_min)
        for interval in today:
            yield midnight + timedelta(minutes=interval.opens_min), midnight + timedelta(minutes=interval.closes_min)
