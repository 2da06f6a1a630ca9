"""Opening hours in local time, summer time included."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.hours import ALWAYS_OPEN, Opening, opening
from hub.core.network import Closure, HolidayCalendar, OpeningHours, Policy, SpecialDay

PARIS = ZoneInfo("Europe/Paris")
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


def at(text: str, *, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp()


def hours(weekday: int, opens: float, closes: float) -> OpeningHours:
    return OpeningHours(weekday, round(opens * 60), round(closes * 60))


WEEK = [hours(MONDAY, 9, 12), hours(MONDAY, 13.5, 16.5), hours(FRIDAY, 9, 12)]


def test_without_hours_a_partner_is_always_open() -> None:
    assert opening([], at("2026-11-22T03:00"), PARIS) == ALWAYS_OPEN


@pytest.mark.parametrize(
    ("now", "is_open", "opens_at", "changes_at"),
    [
        ("2026-11-23T08:59:59", False, "2026-11-23T09:00+01:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", True, None, "2026-11-23T12:00"),
        ("2026-11-23T11:59:59", True, None, "2026-11-23T12:00"),
        ("2026-11-23T12:00", False, "2026-11-23T13:30+01:00", "2026-11-23T13:30"),
        ("2026-11-23T16:30", False, "2026-11-27T09:00+01:00", "2026-11-27T09:00"),
        ("2026-11-27T12:00", False, "2026-11-30T09:00+01:00", "2026-11-30T09:00"),
    ],
)
def test_an_interval_is_open_at_its_start_and_closed_at_its_end(
    now: str, is_open: bool, opens_at: str | None, changes_at: str
) -> None:
    found = opening(WEEK, at(now), PARIS)
    assert (found.is_open, found.opens_at, found.changes_at) == (is_open, opens_at, at(changes_at))


def test_intervals_that_touch_at_midnight_are_one() -> None:
    nights = [hours(SATURDAY, 22, 24), hours(SUNDAY, 0, 2)]
    assert opening(nights, at("2026-11-21T23:30"), PARIS).changes_at == at("2026-11-22T02:00")


def test_open_all_week_changes_as_late_as_can_be_told() -> None:
    found = opening([hours(day, 0, 24) for day in range(7)], at("2026-11-22T12:00"), PARIS)
    assert found.is_open
    assert found.changes_at is not None
    assert found.changes_at > at("2026-11-28T00:00")


def test_summer_time_moves_the_instant_not_the_clock() -> None:
    # In the night to 29 March 2026 Paris goes from UTC+1 to UTC+2.
    every_day = [hours(day, 9, 17) for day in range(7)]
    assert opening(every_day, at("2026-03-28T18:00"), PARIS).opens_at == "2026-03-29T09:00+02:00"
    assert opening(every_day, at("2026-10-24T18:00"), PARIS).opens_at == "2026-10-25T09:00+01:00"
    whole = [hours(SUNDAY, 0, 24)]
    spring = opening(whole, at("2026-03-29T00:00"), PARIS).changes_at
    autumn = opening(whole, at("2026-10-25T00:00"), PARIS).changes_at
    assert spring is not None
    assert autumn is not None
    assert spring - at("2026-03-29T00:00") == 23 * 3600
    assert autumn - at("2026-10-25T00:00") == 25 * 3600


@given(
    week=st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda t: t[1] < t[2]),
        min_size=1,
        max_size=6,
    ),
    wall=st.floats(1_790_000_000, 1_830_000_000),
)
def test_nothing_changes_before_the_time_that_was_told(week: list[tuple[int, int, int]], wall: float) -> None:
    intervals = [OpeningHours(*each) for each in week]
    now = opening(intervals, wall, PARIS)
    assert now.changes_at is not None
    assert now.changes_at > wall
    halfway = opening(intervals, (wall + now.changes_at) / 2, PARIS)
    assert halfway.is_open == now.is_open
    if not now.is_open:
        assert opening(intervals, now.changes_at, PARIS).is_open


# ---- days that differ from the week ------------------------------------------------------------------------------

CHRISTMAS = Closure(date(2026, 12, 24), date(2027, 1, 3), "Fêtes")
WORKING_WEEK = [hours(day, 9, 17) for day in range(5)]


def state(now: str, policy: Policy, week: list[OpeningHours] = WORKING_WEEK) -> tuple[bool, str | None]:
    found = opening(week, at(now), PARIS, policy)
    return found.is_open, found.opens_at


def test_a_public_holiday_is_closed_and_the_next_day_is_not() -> None:
    metropole = Policy(holidays=HolidayCalendar.METROPOLE)
    # November 11th 2026 is a Wednesday.
    assert state("2026-11-11T10:00", Policy()) == (True, None)
    assert state("2026-11-11T10:00", metropole) == (False, "2026-11-12T09:00+01:00")
    assert opening(WORKING_WEEK, at("2026-11-10T10:00"), PARIS, metropole).changes_at == at("2026-11-10T17:00")
    # Good Friday and Easter Monday 2026: April 3rd and 6th.
    assert state("2026-04-03T10:00", metropole) == (True, None)
    assert state("2026-04-02T18:00", Policy(holidays=HolidayCalendar.ALSACE_MOSELLE)) == (
        False,
        "2026-04-07T09:00+02:00",
    )


def test_a_closure_is_closed_to_its_last_day_however_long() -> None:
    assert state("2026-12-23T16:59", Policy(closures=(CHRISTMAS,))) == (True, None)
    assert state("2026-12-23T17:00", Policy(closures=(CHRISTMAS,))) == (False, "2027-01-04T09:00+01:00")
    assert state("2027-01-03T12:00", Policy(closures=(CHRISTMAS,))) == (False, "2027-01-04T09:00+01:00")
    works = Policy(closures=(Closure(date(2026, 12, 1), date(2027, 8, 31)),))
    assert state("2026-12-01T10:00", works) == (False, "2027-09-01T09:00+02:00")
    for_ever = Policy(closures=(Closure(date(2026, 1, 1), date(2099, 1, 1)),))
    assert opening(WORKING_WEEK, at("2026-12-01T10:00"), PARIS, for_ever) == Opening(is_open=False)


def test_a_special_day_beats_closure_holiday_and_week() -> None:
    special = SpecialDay(date(2026, 12, 25), ((14 * 60, 16 * 60), (9 * 60, 10 * 60)))
    policy = Policy(holidays=HolidayCalendar.METROPOLE, closures=(CHRISTMAS,), special_days=(special,))
    assert state("2026-12-24T10:00", policy) == (False, "2026-12-25T09:00+01:00")
    assert state("2026-12-25T09:30", policy) == (True, None)
    assert state("2026-12-25T10:00", policy) == (False, "2026-12-25T14:00+01:00")
    assert state("2026-12-25T16:00", policy) == (False, "2027-01-04T09:00+01:00")
    # An ordinary day too: shorter than the week says, and a Saturday on which nobody works.
    short = Policy(
        special_days=(SpecialDay(date(2026, 11, 23), ((600, 660),)), SpecialDay(date(2026, 11, 28), ((600, 660),)))
    )
    assert state("2026-11-23T09:30", short) == (False, "2026-11-23T10:00+01:00")
    assert state("2026-11-28T10:30", short) == (True, None)


def test_without_hours_only_the_closed_days_are_closed() -> None:
    policy = Policy(holidays=HolidayCalendar.METROPOLE, closures=(CHRISTMAS,))
    assert state("2026-11-22T03:00", policy, []) == (True, None)
    assert state("2026-11-11T00:00", policy, []) == (False, "2026-11-12T00:00+01:00")
    assert opening([], at("2026-11-10T12:00"), PARIS, policy).changes_at == at("2026-11-11T00:00")
    assert state("2026-12-30T12:00", policy, []) == (False, "2027-01-04T00:00+01:00")
    special = Policy(special_days=(SpecialDay(date(2026, 11, 23), ((600, 660),)),))
    assert state("2026-11-23T12:00", special, []) == (False, "2026-11-24T00:00+01:00")


def test_a_long_run_of_open_days_is_told_to_look_again() -> None:
    found = opening([], at("2026-02-01T12:00"), PARIS, Policy(holidays=HolidayCalendar.METROPOLE))
    assert found.is_open
    assert found.changes_at is not None
    assert at("2026-02-09T00:00") <= found.changes_at < at("2026-04-06T00:00")


DAYS = st.dates(date(2026, 10, 20), date(2026, 11, 20))
SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])


@given(
    week=st.lists(st.tuples(st.integers(0, 6), SPANS), max_size=4),
    closures=st.lists(st.tuples(DAYS, st.integers(0, 9)), max_size=2),
    special=st.dictionaries(DAYS, SPANS, max_size=3),
    calendar=st.sampled_from([HolidayCalendar.NONE, HolidayCalendar.METROPOLE]),
    wall=st.integers(round(at("2026-10-23T00:00")), round(at("2026-11-15T00:00"))),
)
def test_with_any_rules_nothing_changes_before_the_time_that_was_told(
    week: list[tuple[int, tuple[int, int]]],
    closures: list[tuple[date, int]],
    special: dict[date, tuple[int, int]],
    calendar: HolidayCalendar,
    wall: int,
) -> None:
    policy = Policy(
        holidays=calendar,
        closures=tuple(Closure(first, first + timedelta(days=days)) for first, days in closures),
        special_days=tuple(SpecialDay(on, (span,)) for on, span in special.items()),
    )
    intervals = [OpeningHours(day, *span) for day, span in week]
    now = opening(intervals, wall, PARIS, policy)
    if now.changes_at is None:
        assert now == ALWAYS_OPEN
        return
    assert now.changes_at > wall
    for share in (0.25, 0.5, 0.999):
        assert opening(intervals, wall + share * (now.changes_at - wall), PARIS, policy).is_open == now.is_open
    if not now.is_open:
        assert opening(intervals, now.changes_at, PARIS, policy).is_open
        assert datetime.fromisoformat(now.opens_at or "").timestamp() == now.changes_at
