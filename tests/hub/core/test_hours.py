"""Opening hours in local time, summer time included."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.hours import ALWAYS_OPEN, opening
from hub.core.network import OpeningHours

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
