"""Who may call when, and when they may if not now."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.admission import Refusal, Standing, audience, next_chance, reason_against, refusal, standing, window_start
from hub.core.board import Board
from hub.core.hours import Opening, opening
from hub.core.network import (
    AdmissionMode,
    AdmissionRule,
    Closure,
    HolidayCalendar,
    Motif,
    OpeningHours,
    Overflow,
    OverflowStep,
    Partner,
    Policy,
    SpecialDay,
)
from hub.core.notices import CallTurnedAway
from hub.core.placing import place
from hub.core.requests import Kiosk, Place
from hub.protocol import RefusalReason
from tests.hub.core.world import station

PARIS = ZoneInfo("Europe/Paris")
OPEN, CLOSED, APPOINTMENT = AdmissionMode.OPEN, AdmissionMode.CLOSED, AdmissionMode.APPOINTMENT_ONLY
MONDAY, TUESDAY, WEDNESDAY = 0, 1, 2
EVERY_DAY = tuple(OpeningHours(day, 9 * 60, 17 * 60) for day in range(7))


def partner(*rules: AdmissionRule, hours: tuple[OpeningHours, ...] = (), **policy: Any) -> Partner:
    return Partner(
        "caf",
        "CAF",
        "Caisse",
        motifs=(Motif("rsa", "RSA"), Motif("urgence", "Urgence")),
        hours=hours,
        policy=Policy(admissions=rules, **policy),
    )


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def ask(
    of: Partner,
    when: str,
    *,
    motif: str | None = "rsa",
    kiosk: str = "k1",
    site: str | None = "hambye",
    placed: int = 0,
) -> tuple[str, str | None] | None:
    found = refusal(of, kiosk, site, motif, at(when), placed)
    return (found.reason.value, found.opens_at) if found is not None else None


# 2026: November 22nd is a Sunday; Mondays: November 23rd, 30th, December 7th (the first), 14th.
FIRST_MONDAY = AdmissionRule(OPEN, kiosks=("k1",), weekdays=(MONDAY,), weeks=(1,), intervals=((540, 720),), quota=4)
URGENT = AdmissionRule(OPEN, motifs=("urgence",))
ELSE_CLOSED = AdmissionRule(CLOSED, kiosks=("k1",))


def test_without_rules_everybody_may_call() -> None:
    assert ask(partner(), "2026-11-22T03:00") is None
    assert standing(partner(), "k1", "hambye", at("2026-11-22T03:00")) == Standing()
    assert standing(partner(), "k1", "hambye", at("2026-11-22T03:00")).changes_at is None


def test_one_kiosk_one_morning_a_month_urgent_motifs_at_any_time() -> None:
    flooded = partner(URGENT, FIRST_MONDAY, ELSE_CLOSED)
    assert ask(flooded, "2026-12-07T09:00") is None
    assert ask(flooded, "2026-12-07T08:59") == ("not_from_here", "2026-12-07T09:00+01:00")
    assert ask(flooded, "2026-12-14T09:30") == ("not_from_here", "2027-01-04T09:00+01:00")
    assert ask(flooded, "2026-12-07T12:00") == ("not_from_here", "2027-01-04T09:00+01:00")
    assert ask(flooded, "2026-12-14T09:30", motif="urgence") is None
    assert ask(flooded, "2026-12-14T09:30", motif=None) == ("not_from_here", "2027-01-04T09:00+01:00")
    assert ask(flooded, "2026-12-14T09:30", kiosk="k2") is None


def test_the_first_rule_that_fits_decides() -> None:
    rules = (AdmissionRule(OPEN, sites=("hambye",)), AdmissionRule(CLOSED))
    assert ask(partner(*rules), "2026-11-23T10:00") is None
    assert ask(partner(*rules), "2026-11-23T10:00", site="percy") == ("not_from_here", None)
    assert ask(partner(*reversed(rules)), "2026-11-23T10:00") == ("not_from_here", None)


def test_a_quota_is_spent_until_the_next_interval_of_its_day() -> None:
    rule = AdmissionRule(OPEN, weekdays=(MONDAY, WEDNESDAY), intervals=((540, 720), (840, 960)), quota=2)
    limited = partner(rule, AdmissionRule(CLOSED))
    assert ask(limited, "2026-11-23T10:00", placed=1) is None
    assert ask(limited, "2026-11-23T10:00", placed=2) == ("quota_reached", "2026-11-23T14:00+01:00")
    assert ask(limited, "2026-11-23T14:30", placed=7) == ("quota_reached", "2026-11-25T09:00+01:00")
    assert window_start(limited, "k1", None, None, at("2026-11-23T14:30")) == at("2026-11-23T14:00")
    assert window_start(limited, "k1", None, None, at("2026-11-23T12:00")) is None


def test_a_quota_without_interval_counts_the_day() -> None:
    limited = partner(AdmissionRule(OPEN, quota=3), hours=EVERY_DAY)
    assert window_start(limited, "k1", None, "rsa", at("2026-11-23T14:30")) == at("2026-11-23T00:00")
    assert ask(limited, "2026-11-23T14:30", placed=3) == ("quota_reached", "2026-11-24T09:00+01:00")
    assert window_start(partner(AdmissionRule(OPEN)), "k1", None, "rsa", at("2026-11-23T14:30")) is None
    assert window_start(partner(), "k1", None, "rsa", at("2026-11-23T14:30")) is None


def test_after_a_spent_quota_comes_another_rule_if_it_lets_in() -> None:
    rules = (AdmissionRule(OPEN, intervals=((540, 720),), quota=1), AdmissionRule(OPEN, intervals=((720, 780),)))
    assert ask(partner(*rules), "2026-11-23T10:00", placed=1) == ("quota_reached", "2026-11-23T12:00+01:00")


def test_by_appointment_only_says_when_one_may_call_without() -> None:
    rules = (AdmissionRule(OPEN, weekdays=(TUESDAY,)), AdmissionRule(APPOINTMENT))
    assert ask(partner(*rules), "2026-11-23T10:00") == ("appointment_only", "2026-11-24T00:00+01:00")
    assert ask(partner(*rules, hours=EVERY_DAY), "2026-11-23T10:00") == ("appointment_only", "2026-11-24T09:00+01:00")
    assert ask(partner(AdmissionRule(APPOINTMENT)), "2026-11-23T10:00") == ("appointment_only", None)


def test_a_time_that_is_told_is_never_a_holiday_or_a_closure() -> None:
    """January 4th 2027 is the first Monday; the partner is shut that week."""
    shut = Closure(date(2027, 1, 1), date(2027, 1, 10), "Travaux")
    closed = partner(FIRST_MONDAY, ELSE_CLOSED, hours=EVERY_DAY, closures=(shut,))
    assert ask(closed, "2026-12-07T12:00") == ("not_from_here", "2027-02-01T09:00+01:00")
    eastern = partner(FIRST_MONDAY, ELSE_CLOSED, hours=EVERY_DAY, holidays=HolidayCalendar.METROPOLE)
    # April 6th 2026, the first Monday, is Easter Monday.
    assert ask(eastern, "2026-03-10T12:00") == ("not_from_here", "2026-05-04T09:00+02:00")


def test_a_fifth_monday_is_found_though_far_away() -> None:
    fifth = partner(AdmissionRule(OPEN, weekdays=(MONDAY,), weeks=(5,)), AdmissionRule(CLOSED))
    assert ask(fifth, "2026-11-23T10:00") == ("not_from_here", "2026-11-30T00:00+01:00")
    assert ask(fifth, "2026-12-01T10:00") == ("not_from_here", "2027-03-29T00:00+02:00")


def test_summer_time_moves_the_instant_not_the_clock() -> None:
    rule = AdmissionRule(OPEN, intervals=((540, 720),))
    mornings = partner(rule, AdmissionRule(CLOSED))
    assert ask(mornings, "2026-03-28T13:00") == ("not_from_here", "2026-03-29T09:00+02:00")
    assert ask(mornings, "2026-10-24T13:00") == ("not_from_here", "2026-10-25T09:00+01:00")
    assert ask(mornings, "2026-10-25T09:00") is None


# ---- what the tile may say -----------------------------------------------------------------------------------


def test_a_tile_is_open_when_one_motif_is_let_in() -> None:
    now = at("2026-12-14T09:30")
    assert standing(partner(URGENT, FIRST_MONDAY, ELSE_CLOSED), "k1", "hambye", now).state == "open"
    shut = standing(partner(FIRST_MONDAY, ELSE_CLOSED), "k1", "hambye", now)
    assert shut == Standing("closed", "2027-01-04T09:00+01:00")
    assert standing(partner(FIRST_MONDAY, ELSE_CLOSED), "k2", "hambye", now).state == "open"


def test_a_tile_says_by_appointment_even_when_the_partner_is_closed_if_calls_are_never_taken() -> None:
    only = partner(AdmissionRule(APPOINTMENT), hours=EVERY_DAY)
    assert standing(only, "k1", "hambye", at("2026-11-23T10:00")).state == "appointment_only"
    assert standing(only, "k1", "hambye", at("2026-11-23T23:00")).state == "appointment_only"
    tuesdays = partner(AdmissionRule(OPEN, weekdays=(TUESDAY,)), AdmissionRule(APPOINTMENT), hours=EVERY_DAY)
    assert standing(tuesdays, "k1", None, at("2026-11-23T23:00")) == Standing("closed", "2026-11-24T09:00+01:00")


def test_the_opening_told_is_the_one_of_this_kiosk() -> None:
    """At night the partner opens tomorrow, but not for this kiosk."""
    flooded = partner(FIRST_MONDAY, ELSE_CLOSED, hours=EVERY_DAY)
    night = at("2026-11-23T20:00")
    assert standing(flooded, "k1", "hambye", night) == Standing("closed", "2026-12-07T09:00+01:00")
    assert standing(flooded, "k2", "hambye", night) == Standing("closed", "2026-11-24T09:00+01:00")


def test_who_calls_a_closed_partner_is_told_when_it_opens_for_them() -> None:
    flooded = partner(URGENT, FIRST_MONDAY, ELSE_CLOSED, hours=EVERY_DAY)
    night = at("2026-11-23T20:00")
    for kiosk, motif, expected in (
        ("k1", "rsa", "2026-12-07T09:00+01:00"),
        ("k1", "urgence", "2026-11-24T09:00+01:00"),
        ("k2", "rsa", "2026-11-24T09:00+01:00"),
    ):
        assert next_chance(flooded, kiosk, "hambye", motif, night) == expected
        board = Board(flooded, 1.0, {}, {"s1": station()}, opening=Opening(False, "tomorrow", 2.0), local=night)
        place(board, Place(Kiosk(kiosk), "caf", "r1", "c1", motif, site_id="hambye"))
        (notice,) = board.notices
        assert isinstance(notice, CallTurnedAway)
        assert (notice.reason, notice.opens_at) == (RefusalReason.CLOSED, expected)


def test_kiosks_of_one_standing_are_one_audience() -> None:
    overflow = Overflow(("percy",), (OverflowStep("agence"), OverflowStep("departement", 300)))
    flooded = partner(FIRST_MONDAY, ELSE_CLOSED, overflows=(overflow,))
    now = at("2026-11-23T10:00")
    assert audience(flooded, "k2", "hambye", now) == audience(flooded, "k3", "gavray", now)
    assert audience(flooded, "k2", "hambye", now) != audience(flooded, "k1", "hambye", now)
    assert audience(flooded, "k2", "percy", now) != audience(flooded, "k2", "hambye", now)
    assert len({audience(flooded, f"k{n}", "hambye", now) for n in range(2, 50)}) == 1


def test_a_standing_that_changes_at_another_time_is_the_same_standing() -> None:
    assert Standing("open", None, 1.0) == Standing("open", None, 2.0)
    assert len({Standing("open", None, 1.0), Standing("open", None, 2.0)}) == 1


def test_a_refusal_is_a_value() -> None:
    closed = refusal(partner(AdmissionRule(CLOSED)), "k1", None, None, at("2026-11-23T10:00"), 0)
    assert closed == Refusal(RefusalReason.NOT_FROM_HERE, None)


# ---- properties ------------------------------------------------------------------------------------------------

QUARTERS = st.integers(0, 24 * 4).map(lambda quarter: quarter * 15)
INTERVALS = st.tuples(QUARTERS, QUARTERS).filter(lambda pair: pair[0] < pair[1])
RULES = st.builds(
    AdmissionRule,
    mode=st.sampled_from(AdmissionMode),
    kiosks=st.sampled_from([(), ("k1",), ("k2",)]),
    sites=st.sampled_from([(), ("hambye",), ("percy",)]),
    motifs=st.sampled_from([(), ("rsa",), ("urgence",)]),
    weekdays=st.sets(st.integers(0, 6), max_size=3).map(lambda days: tuple(sorted(days))),
    weeks=st.sets(st.integers(1, 5), max_size=2).map(lambda weeks: tuple(sorted(weeks))),
    intervals=st.lists(INTERVALS, max_size=2).map(tuple),
    quota=st.sampled_from([None, None, 1, 3]),
)
HOURS = st.lists(st.tuples(st.integers(0, 6), INTERVALS).map(lambda t: OpeningHours(t[0], *t[1])), max_size=4).map(
    tuple
)
# Around both changes of clocks of 2026, and the holidays of spring.
STARTS = st.one_of(
    *(
        st.integers(round(at(first).timestamp()), round(at(last).timestamp()))
        for first, last in (("2026-03-20T00:00", "2026-05-30T00:00"), ("2026-10-17T00:00", "2026-11-15T00:00"))
    )
).map(lambda instant: datetime.fromtimestamp(instant, PARIS))
DATES = st.dates(date(2026, 3, 20), date(2026, 6, 10))
POLICIES = st.builds(
    Policy,
    admissions=st.lists(RULES, min_size=1, max_size=4).map(tuple),
    holidays=st.sampled_from([HolidayCalendar.NONE, HolidayCalendar.ALSACE_MOSELLE]),
    closures=st.lists(
        st.builds(lambda d, n: Closure(d, d + timedelta(days=n)), DATES, st.integers(0, 20)), max_size=2
    ).map(tuple),
    special_days=st.lists(st.builds(lambda d, i: SpecialDay(d, (i,)), DATES, INTERVALS), max_size=2).map(tuple),
)


def lets_in(of: Partner, when: datetime) -> bool:
    is_open = opening(of.hours, when.timestamp(), PARIS, of.policy).is_open
    return is_open and reason_against(of, "k1", "hambye", "rsa", when, 0) is None


@given(policy=POLICIES, hours=HOURS, start=STARTS)
@settings(max_examples=60, deadline=None)
def test_the_time_told_is_admitted_and_nothing_before_it_is(
    policy: Policy, hours: tuple[OpeningHours, ...], start: datetime
) -> None:
    of = Partner("caf", "CAF", "Caisse", motifs=(Motif("rsa", "RSA"),), hours=hours, policy=policy)
    now = start
    found = refusal(of, "k1", "hambye", "rsa", now, 0)
    if found is None:
        return
    told = datetime.fromisoformat(found.opens_at).astimezone(PARIS) if found.opens_at is not None else None
    if told is not None:
        assert told.timestamp() > now.timestamp()
        assert lets_in(of, told)
    end = told.timestamp() if told is not None else now.timestamp() + 10 * 86400
    # Every interval begins and ends at a quarter of an hour.
    probe = (now.timestamp() // 900 + 1) * 900
    while probe < min(end, now.timestamp() + 10 * 86400):
        assert not lets_in(of, datetime.fromtimestamp(probe, PARIS)), datetime.fromtimestamp(probe, PARIS)
        probe += 900


@given(policy=POLICIES, hours=HOURS, start=STARTS)
@settings(max_examples=60, deadline=None)
def test_a_standing_stays_until_it_said(policy: Policy, hours: tuple[OpeningHours, ...], start: datetime) -> None:
    of = Partner("caf", "CAF", "Caisse", motifs=(Motif("rsa", "RSA"), Motif("b", "B")), hours=hours, policy=policy)
    now = start
    first = standing(of, "k1", "hambye", now)
    assert (first.state == "open") <= (first.opens_at is None)
    changes_at = first.changes_at if first.changes_at is not None else now.timestamp() + 2 * 86400
    assert changes_at > now.timestamp()
    probe = now.timestamp() + 60
    while probe < min(changes_at, now.timestamp() + 2 * 86400):
        later = standing(of, "k1", "hambye", datetime.fromtimestamp(probe, PARIS))
        assert later.state == first.state
        assert later.opens_at == first.opens_at or first.opens_at is None
        probe += 3 * 3600


@given(rule=RULES, start=STARTS)
@settings(max_examples=60, deadline=None)
def test_a_window_begins_before_now_and_is_the_same_all_along(rule: AdmissionRule, start: datetime) -> None:
    of = partner(rule)
    now = start
    begin = window_start(of, "k1", "hambye", "rsa", now)
    if begin is not None:
        assert begin.timestamp() <= now.timestamp()
        assert window_start(of, "k1", "hambye", "rsa", begin) == begin


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_one_interval(fold: int) -> None:
    rule = AdmissionRule(OPEN, intervals=((90, 240),), quota=1)
    twice = at("2026-10-25T02:30", fold)
    assert window_start(partner(rule), "k1", None, None, twice) == at("2026-10-25T01:30")
