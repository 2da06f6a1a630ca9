"""Opening hours: when a partner is open, and what comes next. Zone-aware wall time, summer time included.

One day's hours are, in this order: its special hours, nothing when it is closed (dated closure, public holiday),
the weekly hours of its weekday, or the whole day when the partner has no weekly hours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.holidays import is_holiday
from hub.core.network import HolidayCalendar, OpeningHours, Policy

_DAYS_OPEN = 8
"""A week and the rest of today: somebody who is open for longer is told to look again then."""
_DAYS_CLOSED = 400
"""How far the next opening is looked for: a closure may last a year."""


@dataclass(frozen=True)
class Opening:
    """Whether a partner is open now."""

    is_open: bool
    opens_at: str | None = None
    """Next opening, ISO 8601 local time with offset, when closed."""
    changes_at: float | None = None
    """UTC seconds of the next change, or earlier: nothing changes before; None: never."""


ALWAYS_OPEN = Opening(is_open=True)
_NO_POLICY = Policy()


def opening(hours: Sequence[OpeningHours], wall: float, zone: ZoneInfo, policy: Policy = _NO_POLICY) -> Opening:
    """The state of a partner with weekly `hours` at `wall` (UTC seconds since 1970). No hours: open but on closed days.

    An interval is closed on the left, open on the right: at `closes` nobody is accepted any more.
    """
    if not hours and not has_closed_days(policy):
        return ALWAYS_OPEN
    here = datetime.fromtimestamp(wall, zone)
    until: float | None = None
    for opens, closes in _intervals(hours, policy, here):
        if until is not None:
            # Two intervals that touch (24:00 then 00:00) are one.
            if opens.timestamp() > until or opens > here + timedelta(days=_DAYS_OPEN):
                break
            until = max(until, closes.timestamp())
        elif opens.timestamp() <= wall < closes.timestamp():
            until = closes.timestamp()
        elif opens.timestamp() > wall:
            return Opening(False, opens.isoformat(timespec="minutes"), opens.timestamp())
    if until is not None:
        return Opening(True, None, until)
    return Opening(is_open=False)


def has_closed_days(policy: Policy) -> bool:
    """Whether some dates differ from what the weekly hours say."""
    return bool(policy.closures or policy.special_days or policy.holidays is not HolidayCalendar.NONE)


def _intervals(hours: Sequence[OpeningHours], policy: Policy, here: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Intervals of yesterday and the days ahead, in order."""
    week: dict[int, list[tuple[int, int]]] = {}
    for each in sorted(hours, key=lambda i: i.opens_min):
        week.setdefault(each.weekday, []).append((each.opens_min, each.closes_min))
    special = {day.on: sorted(day.intervals) for day in policy.special_days}
    for offset in range(-1, _DAYS_CLOSED):
        # Local clock times are added as local times: 24:00 is the next midnight, even on a day of 23 or 25 hours.
        midnight = (here + timedelta(days=offset)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        day = midnight.date()
        if day in special:
            today = special[day]
        elif _is_closed(policy, day):
            continue
        else:
            today = week.get(midnight.weekday(), []) if hours else [(0, 24 * 60)]
        for opens_min, closes_min in today:
            yield midnight + timedelta(minutes=opens_min), midnight + timedelta(minutes=closes_min)


def _is_closed(policy: Policy, day: date) -> bool:
    return any(each.first <= day <= each.last for each in policy.closures) or is_holiday(policy.holidays, day)
