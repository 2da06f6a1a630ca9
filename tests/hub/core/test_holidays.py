"""Public holidays against dates written by hand, from the laws and an almanac, not from the library."""

from datetime import date

import pytest

from hub.core.holidays import holidays_of, is_holiday
from hub.core.network import HolidayCalendar as H

EASTER_MONDAYS = {2024: (4, 1), 2025: (4, 21), 2026: (4, 6), 2027: (3, 29), 2028: (4, 17), 2029: (4, 2), 2030: (4, 22)}
ASCENSIONS = {2024: (5, 9), 2025: (5, 29), 2026: (5, 14), 2027: (5, 6), 2028: (5, 25), 2029: (5, 10), 2030: (5, 30)}
WHIT_MONDAYS = {2024: (5, 20), 2025: (6, 9), 2026: (5, 25), 2027: (5, 17), 2028: (6, 5), 2029: (5, 21), 2030: (6, 10)}
GOOD_FRIDAYS = {2024: (3, 29), 2025: (4, 18), 2026: (4, 3), 2027: (3, 26), 2028: (4, 14), 2029: (3, 30), 2030: (4, 19)}
FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]


@pytest.mark.parametrize("year", sorted(EASTER_MONDAYS))
def test_the_eleven_holidays_of_metropolitan_france(year: int) -> None:
    moving = [EASTER_MONDAYS[year], ASCENSIONS[year], WHIT_MONDAYS[year]]
    assert holidays_of(H.METROPOLE, year) == {date(year, month, day) for month, day in [*FIXED, *moving]}


@pytest.mark.parametrize("year", sorted(GOOD_FRIDAYS))
def test_alsace_moselle_has_good_friday_and_saint_stephen_besides(year: int) -> None:
    more = {date(year, *GOOD_FRIDAYS[year]), date(year, 12, 26)}
    assert holidays_of(H.ALSACE_MOSELLE, year) == holidays_of(H.METROPOLE, year) | more


@pytest.mark.parametrize(
    ("calendar", "month", "day"),
    [
        (H.GUADELOUPE, 5, 27),
        (H.MARTINIQUE, 5, 22),
        (H.GUYANE, 6, 10),
        (H.LA_REUNION, 12, 20),
        (H.MAYOTTE, 4, 27),
        (H.SAINT_BARTHELEMY, 10, 9),
        (H.SAINT_MARTIN, 5, 28),
        (H.NOUVELLE_CALEDONIE, 9, 24),
        (H.POLYNESIE, 3, 5),
        (H.WALLIS_ET_FUTUNA, 4, 28),
        (H.WALLIS_ET_FUTUNA, 7, 29),
    ],
)
def test_overseas_has_its_own_days_every_year_and_nobody_else(calendar: H, month: int, day: int) -> None:
    for year in range(2024, 2031):
        assert is_holiday(calendar, date(year, month, day)), year
        assert holidays_of(calendar, year) >= holidays_of(H.METROPOLE, year)
    # The 10th of June 2030 is Whit Monday everywhere: another year tells.
    assert not is_holiday(H.METROPOLE, date(2026, month, day))


def test_saint_pierre_et_miquelon_has_the_days_of_the_metropole() -> None:
    assert holidays_of(H.SAINT_PIERRE_ET_MIQUELON, 2026) == holidays_of(H.METROPOLE, 2026)


def test_without_a_calendar_there_is_no_holiday() -> None:
    assert holidays_of(H.NONE, 2026) == frozenset()
    assert not is_holiday(H.NONE, date(2026, 12, 25))


def test_every_calendar_can_be_computed() -> None:
    for calendar in set(H) - {H.NONE}:
        assert date(2030, 12, 25) in holidays_of(calendar, 2030)
