"""Which call goes to which station."""

from dataclasses import replace

from hub.core.board import Board, Exclusion
from hub.core.routing import available, next_try_at, route
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
