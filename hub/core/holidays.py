"""French public holidays, computed, with what Alsace-Moselle and each territory overseas adds."""

from datetime import date
from functools import lru_cache

from hub.core.network import HolidayCalendar

_H = HolidayCalendar
_SUBDIVISIONS: dict[HolidayCalendar, str | None] = {
    _H.METROPOLE: None,
    _H.ALSACE_MOSELLE: "57",
    _H.GUADELOUPE: "971",
    _H.MARTINIQUE: "972",
    _H.GUYANE: "973",
    _H.LA_REUNION: "974",
    _H.MAYOTTE: "976",
    _H.SAINT_PIERRE_ET_MIQUELON: "PM",
    _H.SAINT_BARTHELEMY: "BL",
    _H.SAINT_MARTIN: "MF",
    _H.POLYNESIE: "PF",
    _H.NOUVELLE_CALEDONIE: "NC",
    _H.WALLIS_ET_FUTUNA: "WF",
}
"""The calendars, as the library `holidays` names the parts of France."""


def is_holiday(calendar: HolidayCalendar, day: date) -> bool:
    """Whether `day` is a public holiday of this calendar."""
    return calendar is not HolidayCalendar.NONE and day in holidays_of(calendar, day.year)


@lru_cache(maxsize=256)
def holidays_of(calendar: HolidayCalendar, year: int) -> frozenset[date]:
    """Every public holiday of one year."""
    if calendar is HolidayCalendar.NONE:
        return frozenset()
    # Loading the calendars takes a quarter of a second: only a hub that closes on holidays pays for it, once.
    from holidays import country_holidays

    return frozenset(country_holidays("FR", subdiv=_SUBDIVISIONS[calendar], years=year))
