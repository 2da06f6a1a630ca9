"""When a number is called, and what when nobody comes."""

from dataclasses import replace

from hub.core.events import EventName
from hub.core.network import Motif
from hub.core.notices import Ringing, TicketsMoved
from hub.core.requests import (
    HangUp,
    KeepPlace,
    Kiosk,
    LoseNodes,
    Place,
)
from hub.core.rows import CallState
from hub.core.summoning import BUSY_RETRY_S, QUIET_S
from hub.protocol import EndCause, Outcome, StationState
from tests.hub.core.ticket_world import K1, S1, free_station, kept, talking, world
from tests.hub.core.world import queued, station

# ---- being called ------------------------------------------------------------------------------------------------


def test_a_number_is_called_when_an_agent_is_free_for_it_and_is_never_proposed() -> None:
    w = kept()
    board = w.apply("caf", HangUp(S1, "ct"))
    call = w.calls["c1"]
    assert (call.state, call.summon_expires_at) == (CallState.SUMMONED, 1120.0)
    assert TicketsMoved("k1") in board.notices
    assert not any(isinstance(n, Ringing) for n in board.notices)
    assert w.stations["s1"].state is StationState.AVAILABLE


def test_a_number_that_was_just_taken_is_not_called_until_its_owner_has_left() -> None:
    w = kept()
    w.advance(QUIET_S - 0.1)
    assert w.calls["c1"].state is CallState.KEPT
    w.advance(0.2)
    assert w.calls["c1"].state is CallState.SUMMONED


def test_a_number_waits_while_more_are_before_it_than_agents_on_post() -> None:
    w = kept(queued("c0", queued_at=900.0))
    w.advance(QUIET_S * 2)
    assert w.calls["c1"].state is CallState.KEPT
    w.apply("caf", HangUp(Kiosk("k-c0"), "c0"))
    assert w.calls["c1"].state is CallState.SUMMONED


def test_those_who_wait_for_other_agents_are_not_before_it() -> None:
    rights = Motif("rights", "Rights", skills=frozenset({"rights"}))
    w = world(queued("c0", queued_at=900.0, only_pool_id="p2"), motifs=(rights,))
    w.calls["c1"] = replace(w.calls["c1"], motif_id="rights")
    w.stations["s1"] = station("s1", state=StationState.IN_CALL, skills=frozenset({"rights"}))
    w.stations["s2"] = station("s2", pool_id="p2", state=StationState.WRAP_UP)
    w.calls["cw"] = replace(
        talking("cw", "s2"), state=CallState.WRAP_UP, outcome=Outcome.COMPLETED, cause=EndCause.IDLE, ended_at=1.0
    )
    w.calls["cx"] = queued("cx", queued_at=901.0, only_pool_id="p2")
    w.apply("caf", KeepPlace(K1, "c1"))
    w.advance(QUIET_S)
    assert w.calls["c1"].state is CallState.SUMMONED


def test_a_number_never_blocks_others() -> None:
    w = kept(queued("c2", queued_at=1001.0))
    free_station(w)
    assert w.calls["c2"].state is CallState.OFFERED


def test_one_number_at_a_time_is_called_at_a_kiosk() -> None:
    second = replace(queued("c2", kiosk_id="k1", queued_at=1001.0), state=CallState.KEPT, ticket_no=9)
    w = kept(second)
    w.stations["s2"] = station("s2", idle_since=1.0)
    free_station(w)
    assert (w.calls["c1"].state, w.calls["c2"].state) == (CallState.SUMMONED, CallState.KEPT)


def test_as_many_numbers_are_called_as_agents_are_free() -> None:
    second = replace(queued("c2", queued_at=1001.0), state=CallState.KEPT, ticket_no=1)
    third = replace(queued("c3", queued_at=1002.0), state=CallState.KEPT, ticket_no=1, waiting_since=1000.0)
    w = kept(second, third)
    free_station(w)
    assert [w.calls[c].state for c in ("c1", "c2", "c3")] == [CallState.SUMMONED, CallState.KEPT, CallState.KEPT]


def test_a_number_is_not_called_while_its_kiosk_serves_somebody() -> None:
    w = kept()
    w.apply("caf", Place(K1, "caf", "r9", "c9"))
    w.stations["s2"] = station("s2")
    w.look()
    assert (w.calls["c9"].state, w.calls["c1"].state) == (CallState.OFFERED, CallState.KEPT)
    w.apply("caf", HangUp(K1, "c9"))
    assert w.calls["c1"].state is CallState.SUMMONED


def test_a_number_that_is_called_gives_way_to_somebody_at_the_kiosk_and_misses_nothing() -> None:
    w = kept()
    free_station(w)
    board = w.apply("caf", Place(K1, "caf", "r9", "c9"))
    call = w.calls["c1"]
    assert (call.state, call.summons, call.summon_at) == (CallState.KEPT, 0, None)
    assert TicketsMoved("k1") in board.notices


def test_a_kiosk_that_serves_another_partners_caller_is_looked_at_again() -> None:
    w = kept()
    w.stations["m1"] = station("m1", partner_id="msa", state=StationState.IN_CALL)
    w.apply("msa", Place(K1, "msa", "r9", "c9"))
    free_station(w)
    assert w.calls["c1"].state is CallState.KEPT
    assert w.next_at() == w.now + BUSY_RETRY_S
    w.apply("msa", HangUp(K1, "c9"))
    w.advance(BUSY_RETRY_S)
    assert w.calls["c1"].state is CallState.SUMMONED


# ---- not coming back ---------------------------------------------------------------------------------------------


def test_a_number_missed_twice_is_over_and_the_first_time_it_is_left_alone_for_a_while() -> None:
    w = kept()
    free_station(w)
    w.advance(120)
    call = w.calls["c1"]
    assert (call.state, call.summons, call.summon_at) == (CallState.KEPT, 1, 1120.0 + 300.0)
    w.advance(299.9)
    assert w.calls["c1"].state is CallState.KEPT
    w.advance(0.1)
    assert w.calls["c1"].state is CallState.SUMMONED
    w.advance(120)
    call = w.calls["c1"]
    assert (call.state, call.outcome, call.cause) == (CallState.CLOSED, Outcome.ABANDONED, EndCause.NOT_BACK)
    names = [e.name for e in w.events if e.call_id == "c1"]
    assert names.count(EventName.NUMBER_CALLED) == names.count(EventName.NUMBER_MISSED) == 2


def test_time_to_come_back_starts_again_when_no_hub_was_there() -> None:
    w = kept()
    free_station(w)
    w.now += 100
    w.apply("caf", LoseNodes("caf"))
    assert w.calls["c1"].summon_expires_at == w.now + w.rules.summon_s


def test_a_number_that_could_not_be_claimed_in_time_was_not_missed() -> None:
    w = kept()
    free_station(w)
    w.stations["m1"] = station("m1", partner_id="msa", state=StationState.IN_CALL)
    w.apply("msa", Place(K1, "msa", "r9", "c9"))
    w.now += 120
    w.look()
    assert (w.calls["c1"].state, w.calls["c1"].summons) == (CallState.KEPT, 0)
