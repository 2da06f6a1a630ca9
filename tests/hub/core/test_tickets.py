"""Numbers: taken, claimed, given back."""

from dataclasses import replace
from typing import Any

import pytest

from hub.core.board import Rejected
from hub.core.call_queue import positions
from hub.core.hours import Opening
from hub.core.network import Policy
from hub.core.notices import CallStored, CallTurnedAway, Ended, PlaceKept, Requeued, TicketsMoved, Withdrawn
from hub.core.requests import (
    ClaimPlace,
    HangUp,
    KeepPlace,
    Kiosk,
    LoseKiosk,
    LoseNodes,
    Place,
    SetRest,
)
from hub.core.rows import CallState
from hub.core.summoning import QUIET_S
from hub.core.tickets import HIGHEST_NUMBER
from hub.protocol import EndCause, ErrorCode, Outcome, RefusalReason, StationState
from tests.hub.core.ticket_world import K1, S1, free_station, kept, talking, world
from tests.hub.core.world import World, partner, queued, station

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


# ---- how it ends ---------------------------------------------------------------------------------------------------


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


def test_who_comes_back_late_has_all_the_time_to_wait_there() -> None:
    w = kept()
    w.apply("caf", Place(Kiosk("k2"), "caf", "r9", "c9"))
    w.calls["c1"] = replace(w.calls["c1"], summon_at=1e9)
    w.advance(w.rules.queue_limit_s + 1)
    w.apply("caf", ClaimPlace(K1, "c1", "r2"))
    w.advance(w.rules.queue_limit_s - 1)
    assert w.calls["c1"].state is CallState.QUEUED
    w.advance(1)
    assert w.calls["c1"].cause is EndCause.NO_ANSWER
