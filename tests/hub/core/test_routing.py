"""Which call goes to which station."""

from dataclasses import replace

import pytest

from hub.core.board import Board, Exclusion
from hub.core.network import Motif, Overflow, OverflowStep, Policy
from hub.core.routing import available, has_hope, next_try_at, route
from hub.core.rows import Call, LiveStation
from hub.protocol import StationState
from tests.hub.core.world import RULES, partner, queued, station


def board(calls: list[Call], stations: list[LiveStation], *passed: tuple[str, str, float], now: float = 100.0) -> Board:
    return Board(
        partner(),
        now,
        {call.id: call for call in calls},
        {each.id: each for each in stations},
        {(c, s): Exclusion(c, s, at, "declined") for c, s, at in passed},
        rules=RULES,
    )


def offers(found: Board) -> dict[str, str | None]:
    return {call.id: call.station_id for call in found.calls.values() if call.station_id is not None}


def test_the_station_idle_for_longest_gets_the_oldest_call() -> None:
    found = board(
        [queued("new", queued_at=2.0), queued("old", queued_at=1.0)],
        [station("s1", idle_since=50.0), station("s2", idle_since=10.0)],
    )
    route(found)
    assert offers(found) == {"old": "s2", "new": "s1"}


def test_a_class_goes_before_arrival() -> None:
    found = board([queued("a", queued_at=1.0), queued("b", queued_at=9.0, priority=1)], [station()])
    route(found)
    assert offers(found) == {"b": "s1"}


def test_only_those_who_wait_for_calls_are_asked() -> None:
    others = [station(f"s-{state}", state=state) for state in StationState if state is not StationState.AVAILABLE]
    found = board([queued()], [*others, station("lost", lost_at=99.0), station("disabled", is_enabled=False)])
    route(found)
    assert offers(found) == {}
    assert available(found) == []


def test_a_station_that_passed_is_left_alone_while_another_is_free() -> None:
    stations = [station("s1", idle_since=1.0), station("s2", idle_since=2.0)]
    found = board([queued("c1")], stations, ("c1", "s1", 0.0))
    route(found)
    assert offers(found) == {"c1": "s2"}


def test_who_was_passed_by_all_does_not_wait_for_ever() -> None:
    early = board([queued("c1")], [station("s1")], ("c1", "s1", 80.0), now=100.0)
    route(early)
    assert offers(early) == {}
    assert next_try_at(early) == 110.0
    late = replace(early, now=110.0)
    route(late)
    assert offers(late) == {"c1": "s1"}


def test_a_call_that_nobody_takes_does_not_hold_up_the_next_one() -> None:
    calls = [queued("c1", queued_at=1.0), queued("c2", queued_at=2.0)]
    found = board(calls, [station("s1")], ("c1", "s1", 99.0))
    route(found)
    assert offers(found) == {"c2": "s1"}


def test_an_offer_has_a_number_and_an_end() -> None:
    found = board([queued("c1", offer_no=2)], [station("s1")])
    route(found)
    call = found.calls["c1"]
    assert (call.offer_no, call.offer_expires_at) == (3, 125.0)
    assert found.stations["s1"].state is StationState.OFFERED


# ---- skills --------------------------------------------------------------------------------------------------------

MOTIFS = (
    Motif("any", "Any"),
    Motif("rights", "Rights", skills=frozenset({"rights"})),
    Motif("both", "Both", skills=frozenset({"rights", "english"})),
)


@pytest.mark.parametrize(
    ("motif", "skills", "is_proposed"),
    [
        (None, set(), True),
        ("any", set(), True),
        ("gone", set(), True),
        ("rights", set(), False),
        ("rights", {"rights"}, True),
        ("both", {"rights"}, False),
        ("both", {"rights", "english", "more"}, True),
    ],
)
def test_a_station_holds_all_the_skills_of_the_motif(motif: str | None, skills: set[str], is_proposed: bool) -> None:
    found = board([queued("c1", motif_id=motif)], [station("s1", skills=frozenset(skills))])
    found.partner = partner(motifs=MOTIFS)
    route(found)
    assert offers(found) == ({"c1": "s1"} if is_proposed else {})


def test_whom_nobody_free_may_take_does_not_hold_up_the_others() -> None:
    calls = [queued("c1", queued_at=1.0, motif_id="rights"), queued("c2", queued_at=2.0, motif_id="any")]
    found = board(calls, [station("s1")])
    found.partner = partner(motifs=MOTIFS)
    route(found)
    assert offers(found) == {"c2": "s1"}


# ---- pools ---------------------------------------------------------------------------------------------------------

REACH = Policy(
    overflows=(
        Overflow(("near",), (OverflowStep("town"), OverflowStep("county", 60.0), OverflowStep("region", 120.0))),
        Overflow((), (OverflowStep("county"),)),
    )
)


def reach(now: float, pool: str | None, **of_call: object) -> Board:
    """c1 waits since 100; one station of that pool is free."""
    facts = {"queued_at": 100.0, "site_id": "near"} | of_call
    found = board([queued("c1", **facts)], [station("s1", pool_id=pool)], now=now)
    found.partner = partner(policy=REACH)
    return found


@pytest.mark.parametrize(
    ("now", "pool", "is_proposed", "next_at"),
    [
        (100.0, "town", True, None),
        (90.0, "town", True, None),
        (100.0, "county", False, 160.0),
        (159.9, "county", False, 160.0),
        (160.0, "county", True, None),
        (160.0, "region", False, 220.0),
        (220.0, "region", True, None),
        (9999.0, "elsewhere", False, None),
        (9999.0, None, False, None),
    ],
)
def test_pools_open_with_the_time_that_one_waits(
    now: float, pool: str | None, is_proposed: bool, next_at: float | None
) -> None:
    found = reach(now, pool)
    assert has_hope(found, found.calls["c1"]) == (pool in ("town", "county", "region"))
    route(found)
    assert (offers(found) == {"c1": "s1"}) == is_proposed
    assert next_try_at(found) == next_at


@pytest.mark.parametrize(("site", "is_proposed"), [("near", False), ("far", True), (None, True)])
def test_sites_that_no_line_names_reach_what_the_others_do(site: str | None, is_proposed: bool) -> None:
    found = reach(100.0, "county", site_id=site)
    route(found)
    assert (offers(found) == {"c1": "s1"}) == is_proposed


def test_a_partner_without_lines_is_reached_everywhere() -> None:
    found = reach(100.0, None)
    found.partner = partner()
    route(found)
    assert offers(found) == {"c1": "s1"}


def test_a_call_that_was_passed_on_goes_there_whatever_its_site_reaches() -> None:
    for only, is_proposed in (
        ({"only_station_id": "s1"}, True),
        ({"only_station_id": "s2"}, False),
        ({"only_pool_id": "region"}, True),
        ({"only_pool_id": "town"}, False),
    ):
        found = reach(100.0, "region", **only)
        route(found)
        assert (offers(found) == {"c1": "s1"}) == is_proposed


def test_an_announced_call_is_not_proposed_again_to_who_passed_it() -> None:
    found = board([queued("c1", is_announced=True)], [station("s1")], ("c1", "s1", 0.0))
    route(found)
    assert offers(found) == {}
    assert not has_hope(found, found.calls["c1"])
