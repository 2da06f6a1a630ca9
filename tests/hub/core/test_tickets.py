"""Numbers: kept, called, claimed, missed."""

from dataclasses import replace
from typing import Any

import pytest

from hub.core.board import Rejected
from hub.core.call_queue import positions
from hub.core.events import EventName
from hub.core.hours import Opening
from hub.core.network import Motif, Policy
from hub.core.notices import CallStored, CallTurnedAway, Ended, PlaceKept, Requeued, Ringing, TicketsMoved, Withdrawn
from hub.core.requests import (
    AtStation,
    ClaimPlace,
    HangUp,
    KeepPlace,
    Kiosk,
    LoseKiosk,
    LoseNodes,
    Place,
    SetRest,
)
from hub.core.rows import Call, CallState
from hub.core.tickets import BUSY_RETRY_S, HIGHEST_NUMBER, QUIET_S
from hub.protocol import EndCause, ErrorCode, MediaState, Outcome, RefusalReason, StationState
from tests.hub.core.world import World, partner, queued, station

K1 = Kiosk("k1")
S1 = AtStation("s1", 1)


def talking(call_id: str = "ct", station_id: str = "s1", **more: Any) -> Call:
    facts = {"state": CallState.IN_CALL, "station_id": station_id, "accepted_at": 1.0, "connected_at": 1.0}
    return replace(queued(call_id), **(facts | {"kiosk_media": MediaState.CONNECTED} | more))


def world(*calls: Call, **of_partner: Any) -> World:
    """s1 is in a call (ct); c1 waits at k1."""
    first = queued("c1", kiosk_id="k1")
    return World(
        {"caf": partner(**({"wrap_up_s": 0} | of_partner)), "msa": partner("msa")},
        stations={"s1": station("s1", state=StationState.IN_CALL)},
        calls={c.id: c for c in (talking(), first, *calls)},
    )


def kept(*calls: Call, **of_partner: Any) -> World:
    """The same; c1 has taken a number."""
    w = world(*calls, **of_partner)
    w.apply("caf", KeepPlace(K1, "c1"))
    return w


def free_station(w: World) -> None:
    w.apply("caf", HangUp(S1, "ct"))


# ---- taking a number ---------------------------------------------------------------------------------------------


def test_a_number_frees_the_kiosk_and_keeps_the_place() -> None:
    w = world(queued("c2", queued_at=1001.0))
    board = w.apply("caf", KeepPlace(K1, "c1"))
    call = w.calls["c1"]
    assert (call.state, call.ticket_no, call.queued_at, call.holds_kiosk) == (CallState.KEPT, 1, 1000.0, False)
    assert board.notices == [PlaceKept(call)]
    assert positions(w.board("caf")) == {"c1": 1, "c2": 2}
    w.apply("caf", Place(K1, "caf", "r9", "c9"))
    assert w.calls["c9"].state is CallState.QUEUED


def test_taking_it_twice_gives_the_same_number() -> None:
    w = kept()
    before = dict(w.calls)
    again = w.apply("caf", KeepPlace(K1, "c1"))
    assert again.notices == [PlaceKept(w.calls["c1"])]
    assert w.calls == before


def test_an_offer_is_taken_back_first_and_goes_to_the_next() -> None:
    w = World({"caf": partner()}, stations={"s1": station()}, calls={"c1": queued("c1", kiosk_id="k1")})
    w.calls["c2"] = queued("c2", queued_at=1001.0)
    w.look()
    assert w.calls["c1"].state is CallState.OFFERED
    board = w.apply("caf", KeepPlace(K1, "c1"))
    assert [n.reason for n in board.notices if isinstance(n, Withdrawn)] == ["usager_left"]
    assert not any(isinstance(n, Requeued) for n in board.notices)
    assert (w.calls["c1"].state, w.calls["c2"].state) == (CallState.KEPT, CallState.OFFERED)
    assert w.stations["s1"].missed_offers == 0


def test_who_may_not_take_a_number() -> None:
    w = world(talking("ck", "s2", kiosk_id="k1"))
    w.stations["s2"] = station("s2", state=StationState.IN_CALL)
    for kiosk, call_id, code in (
        (K1, "ck", ErrorCode.CONFLICT),
        (K1, "none", ErrorCode.NOT_FOUND),
        (Kiosk("k2"), "c1", ErrorCode.NOT_FOUND),
    ):
        with pytest.raises(Rejected) as caught:
            w.apply("caf", KeepPlace(kiosk, call_id))
        assert caught.value.code is code
    w.apply("caf", HangUp(K1, "c1"))
    assert [type(n) for n in w.apply("caf", KeepPlace(K1, "c1")).notices] == [Ended]


def test_a_partner_may_give_no_numbers() -> None:
    with pytest.raises(Rejected) as caught:
        world(policy=Policy(keep_place_after_s=0)).apply("caf", KeepPlace(K1, "c1"))
    assert caught.value.code is ErrorCode.CONFLICT


@pytest.mark.parametrize(
    ("taken", "number"),
    [([], 1), ([1], 2), ([2], 3), ([HIGHEST_NUMBER], 1), ([1, HIGHEST_NUMBER], 2)],
)
def test_numbers_are_small_and_one_among_those_of_the_kiosk(taken: list[int], number: int) -> None:
    elsewhere = [
        replace(queued(f"m{n}", kiosk_id="k1", partner_id="msa"), state=CallState.KEPT, ticket_no=n) for n in taken
    ]
    others = replace(queued("o", kiosk_id="k2"), state=CallState.KEPT, ticket_no=7)
    assert kept(*elsewhere, others).calls["c1"].ticket_no == number


def test_when_all_numbers_are_taken_there_is_none() -> None:
    all_of_them = [
        replace(queued(f"m{n}", kiosk_id="k1", partner_id="msa"), state=CallState.KEPT, ticket_no=n)
        for n in range(1, HIGHEST_NUMBER + 1)
    ]
    with pytest.raises(Rejected) as caught:
        kept(*all_of_them)
    assert caught.value.code is ErrorCode.TOO_MANY


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


# ---- coming back -------------------------------------------------------------------------------------------------


def test_who_comes_back_is_first() -> None:
    w = kept(queued("c2", queued_at=1001.0))
    free_station(w)
    w.apply("caf", SetRest(S1, "away"))
    w.advance(50)
    w.apply("caf", ClaimPlace(K1, "c1", "r2", node="n2"))
    call = w.calls["c1"]
    assert (call.state, call.queued_at, call.kiosk_node, call.holds_kiosk) == (CallState.QUEUED, 1000.0, "n2", True)
    w.apply("caf", SetRest(S1, "available"))
    assert w.calls["c1"].state is CallState.OFFERED


@pytest.mark.parametrize("state", [CallState.KEPT, CallState.SUMMONED])
def test_a_claim_is_answered_with_its_own_request(state: CallState) -> None:
    w = kept()
    if state is CallState.SUMMONED:
        w.advance(QUIET_S)
    assert w.calls["c1"].state is state
    board = w.apply("caf", ClaimPlace(K1, "c1", "r2"))
    assert [n.call.request_id for n in board.notices if isinstance(n, CallStored)] == ["r2"]
    assert TicketsMoved("k1") in board.notices
    before = dict(w.calls)
    again = w.apply("caf", ClaimPlace(K1, "c1", "r2"))
    assert [n.call.request_id for n in again.notices if isinstance(n, CallStored)] == ["r2"]
    assert w.calls == before


def test_a_claim_that_cannot_be() -> None:
    w = kept()
    for request, reason in (
        (ClaimPlace(K1, "c1", "r2", kiosk_is_enabled=False), RefusalReason.KIOSK_DISABLED),
        (ClaimPlace(K1, "c1", "r3"), RefusalReason.CALL_IN_PROGRESS),
    ):
        if reason is RefusalReason.CALL_IN_PROGRESS:
            w.calls["c9"] = queued("c9", kiosk_id="k1", partner_id="msa")
        board = w.apply("caf", request)
        assert [n for n in board.notices if isinstance(n, CallTurnedAway)] == [
            CallTurnedAway("k1", request.request_id, reason)
        ]
        assert w.calls["c1"].is_ticket
    for kiosk, call_id in ((Kiosk("k2"), "c1"), (K1, "none")):
        with pytest.raises(Rejected) as caught:
            w.apply("caf", ClaimPlace(kiosk, call_id, "r4"))
        assert caught.value.code is ErrorCode.NOT_FOUND


def test_a_partner_that_was_disabled_takes_nobody_back() -> None:
    w = kept()
    w.partners["caf"] = partner(is_enabled=False)
    board = w.apply("caf", ClaimPlace(K1, "c1", "r2"))
    assert board.notices[0] == CallTurnedAway("k1", "r2", RefusalReason.UNKNOWN_PARTNER)


def test_a_number_taken_again_is_the_same() -> None:
    other = replace(queued("c2", kiosk_id="k1"), state=CallState.KEPT, ticket_no=5)
    w = kept(other)
    w.apply("caf", ClaimPlace(K1, "c1", "r2"))
    w.apply("caf", KeepPlace(K1, "c1"))
    assert w.calls["c1"].ticket_no == 6


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


@pytest.mark.parametrize("how", ["hung_up", "idle", "media_lost"])
def test_a_number_is_given_back(how: Any) -> None:
    w = kept()
    board = w.apply("caf", HangUp(K1, "c1", how))
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE)
    assert [type(n) for n in board.notices] == [TicketsMoved, Ended]


def test_a_number_needs_no_link() -> None:
    w = kept()
    w.apply("caf", LoseKiosk(K1, "c1"))
    w.apply("caf", LoseNodes("caf"))
    assert w.calls["c1"].kiosk_lost_at is None
    w.advance(300)
    assert w.calls["c1"].is_ticket


def test_time_to_come_back_starts_again_when_no_hub_was_there() -> None:
    w = kept()
    free_station(w)
    w.now += 100
    w.apply("caf", LoseNodes("caf"))
    assert w.calls["c1"].summon_expires_at == w.now + w.rules.summon_s


def test_a_number_is_not_kept_for_ever() -> None:
    w = kept()
    w.stations["s1"] = station("s1", state=StationState.AWAY)
    del w.calls["ct"]
    w.advance(w.rules.ticket_limit_s)
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.UNANSWERED, EndCause.NO_ANSWER)


def test_numbers_end_when_the_partner_closes_and_nobody_is_left() -> None:
    w = kept()
    w.openings["caf"] = Opening(is_open=False)
    w.look()
    assert w.calls["c1"].is_ticket
    free_station(w)
    assert w.calls["c1"].state is CallState.SUMMONED
    w.apply("caf", SetRest(S1, "away"))
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.OUT_OF_HOURS, EndCause.SERVICE_CLOSED)
