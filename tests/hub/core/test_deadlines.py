"""What happens by itself: places kept for those who were cut off, nobody left, hubs that died."""

from dataclasses import replace
from typing import Any

import pytest

from hub.core.deadlines import next_at
from hub.core.network import Motif, Overflow, OverflowStep, Policy
from hub.core.notices import Requeued, Ringing
from hub.core.requests import (
    Accept,
    AtStation,
    Decline,
    HangUp,
    HearMedia,
    Kiosk,
    LoseKiosk,
    LoseNodes,
    LoseStation,
    Place,
    SeeKiosk,
    SetRest,
    TakeStation,
)
from hub.core.rows import CallState
from hub.protocol import EndCause, MediaState, Outcome, StationState
from tests.hub.core.world import World, partner, queued, station

K1 = Kiosk("k1")
S1, S2 = AtStation("s1", 1), AtStation("s2", 1)


def world(**of_partner: Any) -> World:
    return World(
        {"caf": partner(**of_partner)},
        stations={"s1": station("s1", node_id="n1"), "s2": station("s2", idle_since=5.0, node_id="n2")},
    )


def place(number: int = 1, **more: Any) -> Place:
    return Place(Kiosk(f"k{number}"), "caf", f"r{number}", f"c{number}", **({"node": "n1"} | more))


def because(found: list[Any]) -> list[str | None]:
    return [n.because for n in found if isinstance(n, Requeued)]


# ---- who was answered, or nearly ---------------------------------------------------------------------------------


def test_an_agent_who_vanishes_gives_the_caller_back_first_and_the_kiosk_is_told() -> None:
    w = world()
    w.apply("caf", place(1))
    w.apply("caf", Accept(S1, "c1", 1))
    w.apply("caf", place(2))
    w.apply("caf", Decline(S2, "c2", 1))
    w.apply("caf", LoseStation(S1))
    w.now += 20
    board = w.apply("caf", SetRest(S2, "available"))
    assert because(board.notices) == ["agent_lost"]
    assert (w.calls["c1"].station_id, w.calls["c1"].queued_at) == ("s2", 1000.0)
    told = [type(n) for n in board.notices if isinstance(n, Requeued | Ringing)]
    assert told == [Requeued, Ringing]


def test_an_offer_that_nobody_took_is_told_as_such() -> None:
    w = world()
    w.stations["s2"] = replace(w.stations["s2"], state=StationState.AWAY)
    w.apply("caf", place(1))
    assert because(w.apply("caf", Decline(S1, "c1", 1)).notices) == ["not_answered"]


def test_an_offer_to_a_station_that_vanished_goes_on_at_once() -> None:
    w = world()
    w.apply("caf", place(1))
    board = w.apply("caf", LoseStation(S1))
    assert w.calls["c1"].station_id == "s2"
    assert because(board.notices) == []


# ---- nobody left ---------------------------------------------------------------------------------------------------


def test_nobody_waits_for_nobody() -> None:
    w = world()
    w.stations = {"s1": w.stations["s1"]}
    w.apply("caf", place(1))
    w.apply("caf", SetRest(S1, "away"))
    assert w.calls["c1"].alone_since == 1000.0
    w.advance(119.9)
    assert w.calls["c1"].state is CallState.QUEUED
    w.advance(0.1)
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.UNANSWERED, EndCause.NOBODY_LEFT)


def test_who_comes_back_in_time_is_waited_for() -> None:
    w = world()
    w.stations = {"s1": w.stations["s1"]}
    w.apply("caf", place(1))
    w.apply("caf", SetRest(S1, "away"))
    w.advance(119)
    w.apply("caf", SetRest(S1, "available"))
    assert (w.calls["c1"].state, w.calls["c1"].alone_since) == (CallState.OFFERED, None)
    w.apply("caf", SetRest(S1, "away"))
    w.advance(119)
    assert w.calls["c1"].state is CallState.QUEUED


def test_the_time_alone_starts_again_each_time() -> None:
    w = world()
    w.stations["s2"] = replace(w.stations["s2"], state=StationState.AWAY)
    w.apply("caf", place(1))
    w.apply("caf", place(2))
    w.apply("caf", SetRest(S1, "away"))
    w.advance(100)
    w.apply("caf", SetRest(S1, "available"))
    assert (w.calls["c1"].state, w.calls["c2"].alone_since) == (CallState.OFFERED, None)
    w.apply("caf", SetRest(S1, "away"))
    w.advance(100)
    assert w.calls["c2"].state is CallState.QUEUED


def test_who_comes_back_at_the_last_moment_is_not_late() -> None:
    w = world()
    w.stations = {"s1": w.stations["s1"]}
    w.apply("caf", place(1))
    w.apply("caf", SetRest(S1, "away"))
    w.now += 120
    w.apply("caf", SetRest(S1, "available"))
    assert w.calls["c1"].state is CallState.OFFERED


@pytest.mark.parametrize("other", [{"skills": frozenset({"english"})}, {"pool_id": "elsewhere"}, {"is_enabled": False}])
def test_those_who_could_not_take_it_are_nobody(other: dict[str, Any]) -> None:
    motifs = (Motif("rights", "Rights", skills=frozenset({"rights"})),)
    w = world(motifs=motifs, policy=Policy(overflows=(Overflow((), (OverflowStep("town"),)),)))
    able = {"skills": frozenset({"rights"}), "pool_id": "town"}
    w.stations["s1"] = replace(w.stations["s1"], **able)
    w.stations["s2"] = replace(w.stations["s2"], **(able | other))
    w.apply("caf", place(1, motif_id="rights"))
    w.apply("caf", SetRest(S1, "away"))
    assert w.calls["c1"].alone_since == 1000.0


def test_a_pool_that_opens_later_and_a_page_that_may_come_back_are_somebody() -> None:
    policy = Policy(overflows=(Overflow((), (OverflowStep("town"), OverflowStep("county", 90.0))),))
    w = world(policy=policy)
    w.stations["s1"] = replace(w.stations["s1"], pool_id="town")
    w.stations["s2"] = replace(w.stations["s2"], pool_id="county")
    w.apply("caf", place(1))
    w.apply("caf", SetRest(S1, "away"))
    assert w.calls["c1"].alone_since is None
    w.apply("caf", LoseStation(S2))
    assert w.calls["c1"].alone_since is None
    w.advance(20)
    assert w.calls["c1"].alone_since == 1020.0


# ---- pools open by themselves ----------------------------------------------------------------------------------------


def test_a_free_station_of_the_next_pool_is_asked_when_its_time_has_come() -> None:
    policy = Policy(overflows=(Overflow((), (OverflowStep("town"), OverflowStep("county", 60.0))),))
    w = world(policy=policy)
    w.stations["s1"] = replace(w.stations["s1"], pool_id="town", state=StationState.AWAY)
    w.stations["s2"] = replace(w.stations["s2"], pool_id="county")
    w.apply("caf", place(1))
    assert w.next_at() == 1060.0
    w.advance(60)
    assert w.calls["c1"].station_id == "s2"


# ---- a clock in the past ---------------------------------------------------------------------------------------------


def test_a_clock_that_went_back_ends_nothing_and_keeps_the_order() -> None:
    w = world()
    w.stations = {"s1": replace(w.stations["s1"], state=StationState.WRAP_UP)}
    w.calls = {c: queued(c, queued_at=1000.0 + n, alone_since=1000.0) for n, c in enumerate(("a", "b"))}
    w.calls["w"] = replace(
        queued("w"), state=CallState.WRAP_UP, station_id="s1", outcome=Outcome.COMPLETED, cause=EndCause.IDLE,
        ended_at=1000.0, wrap_up_expires_at=1120.0,
    )  # fmt: skip
    w.now = -5000.0
    w.look()
    assert [w.calls[c].state for c in ("a", "b", "w")] == [CallState.QUEUED, CallState.QUEUED, CallState.WRAP_UP]
    w.advance(6120)
    assert w.calls["a"].state is CallState.OFFERED
    assert w.calls["b"].state is CallState.QUEUED


# ---- hubs that died --------------------------------------------------------------------------------------------------


def talking(w: World, number: int, station_id: str, node: str) -> None:
    w.apply("caf", place(number, node=node))
    assert w.calls[f"c{number}"].station_id == station_id
    w.apply("caf", Accept(AtStation(station_id, 1), f"c{number}", 1))
    for party in (Kiosk(f"k{number}"), AtStation(station_id, 1)):
        w.apply("caf", HearMedia(party, f"c{number}", 1, MediaState.CONNECTED))


def test_only_the_links_of_dead_hubs_are_lost() -> None:
    w = world()
    talking(w, 1, "s1", "n2")
    w.apply("caf", place(2, node="n1"))
    w.apply("caf", place(3, node="n2"))
    assert w.calls["c2"].station_id == "s2"
    board = w.apply("caf", LoseNodes("caf", frozenset({"n1"})))
    # s2 was the dead hub's: its offer goes on at once; nobody else is free.
    assert w.calls["c2"].state is CallState.QUEUED
    assert because(board.notices) == ["not_answered"]
    assert w.stations["s2"].state is StationState.OFFLINE
    assert (w.stations["s1"].lost_at, w.calls["c2"].kiosk_lost_at) == (None, None)
    assert (w.calls["c1"].kiosk_lost_at, w.calls["c1"].state) == (1000.0, CallState.IN_CALL)
    assert w.calls["c3"].kiosk_lost_at == 1000.0
    w.advance(30)
    w.apply("caf", SeeKiosk(Kiosk("k3"), "c3", "c3", "n1"))
    w.apply("caf", TakeStation("s2", "a-s2", node="n1"))
    assert (w.stations["s2"].node_id, w.calls["c3"].kiosk_node) == ("n1", "n1")
    w.apply("caf", HangUp(K1, "c1"))
    assert w.calls["c1"].cause is EndCause.USAGER_HUNG_UP


def test_a_hub_dies_once() -> None:
    w = world()
    w.apply("caf", place(1))
    w.apply("caf", Accept(S1, "c1", 1))
    w.apply("caf", LoseStation(S1))
    w.advance(10)
    living = frozenset({"n2", "n3"})
    w.apply("caf", LoseNodes("caf", living))
    # The time to come back began anew, for the agent's page and the kiosk alike.
    assert (w.stations["s1"].lost_at, w.calls["c1"].kiosk_lost_at) == (1010.0, 1010.0)
    w.advance(2)
    w.apply("caf", LoseNodes("caf", living))
    assert (w.stations["s1"].lost_at, w.calls["c1"].kiosk_lost_at) == (1010.0, 1010.0)


@pytest.mark.parametrize("living", [frozenset(), frozenset({"new"})])
def test_when_no_hub_was_left_all_times_start_again(living: frozenset[str]) -> None:
    w = world()
    w.stations = {"s1": w.stations["s1"]}
    w.apply("caf", place(1))
    w.apply("caf", LoseKiosk(K1, "c1"))
    w.apply("caf", LoseStation(S1))
    w.advance(25)
    assert w.calls["c1"].alone_since == 1020.0
    w.now += 300
    w.apply("caf", LoseNodes("caf", living))
    call = w.calls["c1"]
    assert (call.state, call.kiosk_lost_at, call.alone_since) == (CallState.QUEUED, w.now, w.now)


def test_a_word_of_the_hub_that_held_the_kiosk_before_is_late() -> None:
    w = world()
    w.stations = {"s1": replace(w.stations["s1"], state=StationState.IN_CALL)}
    w.calls["c0"] = replace(queued("c0"), state=CallState.IN_CALL, station_id="s1", accepted_at=1.0, connected_at=1.0)
    w.apply("caf", place(1, node="n1"))
    w.apply("caf", SeeKiosk(K1, "c1", "c1", "n2"))
    w.apply("caf", LoseKiosk(K1, "c1", "n1"))
    assert w.calls["c1"].kiosk_lost_at is None
    w.apply("caf", LoseKiosk(K1, "c1", "n2"))
    assert w.calls["c1"].kiosk_lost_at == 1000.0


def test_what_is_due_is_never_in_the_past_once_it_was_done() -> None:
    w = world()
    w.apply("caf", place(1))
    w.apply("caf", Decline(S1, "c1", 1))
    w.apply("caf", Decline(S2, "c1", 2))
    due = next_at(w.board("caf"))
    assert due is not None
    assert due > w.now
