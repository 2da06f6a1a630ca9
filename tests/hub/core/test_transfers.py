"""Passing a caller on: blind or announced, to a colleague, a pool or another partner."""

from dataclasses import replace
from typing import Any

import pytest

from hub.core.board import Rejected
from hub.core.events import EventName
from hub.core.hours import Opening
from hub.core.network import Motif, Policy, Pool
from hub.core.notices import Accepted, Ended, Requeued, Ringing, TransferMoved, Transferred, Withdrawn
from hub.core.requests import (
    Accept,
    AtStation,
    CancelTransfer,
    Decline,
    HangUp,
    HearMedia,
    Kiosk,
    LoseKiosk,
    LoseStation,
    Place,
    ReceiveTransfer,
    RenewPeer,
    SeeKiosk,
    SetRest,
    SettleTransfer,
    Transfer,
)
from hub.core.rows import CallState
from hub.protocol import EndCause, ErrorCode, MediaState, Outcome, StationState, TransferTarget
from tests.hub.core.invariants import check_rows, check_transfers
from tests.hub.core.world import World, partner, queued, station

K1 = Kiosk("k1")
S1, S2, M1 = AtStation("s1", 1), AtStation("s2", 1), AtStation("m1", 1)
COLLEAGUE = TransferTarget(kind="station", id="s2")
POOL = TransferTarget(kind="pool", id="county")
PARTNER = TransferTarget(kind="partner", id="msa", motif_id="care")
TARGETS = [COLLEAGUE, POOL, PARTNER]
RIGHTS = Motif("rights", "Rights", skills=frozenset({"rights"}))


def world(**more: Any) -> World:
    """k1 talks with s1 since 1000 (arrived then); 40 s have passed. s2 is in the pool, m1 at the other partner."""
    policy = Policy(pools=(Pool("county", "County"), Pool("empty", "Empty")))
    w = World(
        {
            "caf": partner(policy=policy, motifs=(Motif("rsa", "RSA"), RIGHTS)),
            "msa": partner("msa", motifs=(Motif("care", "Care", priority=1),)),
        },
        stations={
            "s1": station("s1"),
            "s2": station("s2", pool_id="county", idle_since=1.0, **more),
            "m1": station("m1", partner_id="msa"),
        },
    )
    w.apply("caf", Place(K1, "caf", "r1", "c1", "rsa", accompanied=True, language="en", site_id="hambye", node="n1"))
    w.apply("caf", Accept(S1, "c1", 1))
    w.apply("caf", HearMedia(K1, "c1", 1, MediaState.CONNECTED))
    w.advance(40)
    return w


def ask(w: World, to: TransferTarget, *, announced: bool = False, new: str = "c2") -> list[Any]:
    """All that is told, by partner after partner."""
    w.apply("caf", Transfer(S1, "c1", to, new, announced))
    return notices(w)


def notices(w: World) -> list[Any]:
    check_rows(w)
    check_transfers(w)
    return [notice for board in w.decided for notice in board.notices]


def moved(found: list[Any]) -> list[tuple[str, str]]:
    return [(n.station_id, n.state) for n in found if isinstance(n, TransferMoved)]


def there(to: TransferTarget) -> AtStation:
    """Who answers there."""
    return M1 if to.kind == "partner" else S2


def accept(w: World, to: TransferTarget) -> list[Any]:
    w.apply(w.calls["c2"].partner_id, Accept(there(to), "c2", w.calls["c2"].offer_no))
    return notices(w)


# ---- blind -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", TARGETS)
def test_blind_the_caller_waits_for_the_next_agent_with_the_first_arrival(to: TransferTarget) -> None:
    w = world()
    found = ask(w, to)
    first, leg = w.calls["c1"], w.calls["c2"]
    assert (first.state, first.outcome, first.cause) == (CallState.WRAP_UP, Outcome.COMPLETED, EndCause.TRANSFERRED)
    assert (first.transfer_call_id, first.transfer_target) == ("c2", to.model_copy(update={"motif_id": None}))
    assert (leg.state, leg.station_id, leg.queued_at, leg.waiting_since) == (
        CallState.OFFERED,
        there(to).id,
        1000.0,
        1040.0,
    )
    assert (leg.kiosk_id, leg.site_id, leg.accompanied, leg.language, leg.kiosk_node) == (
        "k1",
        "hambye",
        True,
        "en",
        "n1",
    )
    assert (leg.origin_call_id, leg.origin_partner_id, leg.origin_agent_id) == ("c1", "caf", "a-s1")
    assert (leg.motif_id, leg.priority) == (("care", 1) if to is PARTNER else ("rsa", 0))
    ended, transferred, ringing = (
        next(i for i, n in enumerate(found) if isinstance(n, kind)) for kind in (Ended, Transferred, Ringing)
    )
    assert not found[ended].is_for_kiosk
    assert found[ended].station_id == "s1"
    assert (found[transferred].call_id, found[transferred].new_call.id) == ("c1", "c2")
    assert transferred < ringing
    assert moved(found) == [("s1", "done")]
    assert w.stations["s1"].state is StationState.WRAP_UP


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("announced", [False, True])
def test_asked_twice_it_is_done_once(to: TransferTarget, announced: bool) -> None:
    w = world()
    ask(w, to, announced=announced)
    before = dict(w.calls)
    found = ask(w, to, announced=announced, new="c3")
    assert w.calls == before
    assert moved(found) == [("s1", "ringing" if announced else "done")]


def test_the_agent_who_passes_a_caller_on_does_not_get_them_back_while_another_may_take_them() -> None:
    w = world()
    w.partners["caf"] = replace(w.partners["caf"], wrap_up_s=0)
    w.stations["s1"] = replace(w.stations["s1"], pool_id="county")
    w.stations["s2"] = replace(w.stations["s2"], idle_since=2000.0)
    ask(w, POOL)
    assert w.stations["s1"].state is StationState.AVAILABLE
    assert w.calls["c2"].station_id == "s2"


@pytest.mark.parametrize("to", [COLLEAGUE, POOL])
def test_when_that_one_declines_anybody_may_take_the_caller(to: TransferTarget) -> None:
    w = world()
    w.stations["s3"] = station("s3", idle_since=0.0)
    ask(w, to)
    assert w.calls["c2"].station_id == "s2"
    w.apply("caf", Decline(S2, "c2", 1))
    leg = w.calls["c2"]
    assert (leg.only_station_id, leg.only_pool_id, leg.station_id) == (None, None, "s3")
    assert EventName.REACH_WIDENED in [e.name for e in w.events]


def test_a_busy_colleague_is_waited_for_until_they_leave() -> None:
    w = world()
    w.apply("caf", Place(Kiosk("k2"), "caf", "r9", "c9"))
    w.apply("caf", Accept(S2, "c9", 1))
    w.apply("caf", HearMedia(Kiosk("k2"), "c9", 1, MediaState.CONNECTED))
    ask(w, COLLEAGUE)
    w.stations["s3"] = station("s3")
    w.look()
    assert w.calls["c2"].state is CallState.QUEUED
    w.apply("caf", SetRest(S2, "away"))
    w.apply("caf", HangUp(S2, "c9"))
    w.advance(121)
    assert w.calls["c2"].station_id == "s3"


def test_after_a_long_call_the_caller_is_not_told_that_they_waited_too_long() -> None:
    w = world(state=StationState.AVAILABLE)
    w.advance(w.rules.queue_limit_s * 3)
    w.stations["s2"] = replace(w.stations["s2"], state=StationState.IN_CALL)
    w.calls["c9"] = replace(queued("c9"), state=CallState.IN_CALL, station_id="s2", accepted_at=1.0, connected_at=1.0)
    w.calls["c9"] = replace(w.calls["c9"], kiosk_media=MediaState.CONNECTED)
    ask(w, COLLEAGUE)
    assert w.calls["c2"].state is CallState.QUEUED


def test_a_call_that_is_still_connecting_may_be_passed_on() -> None:
    w = world()
    w.calls["c1"] = replace(w.calls["c1"], state=CallState.CONNECTING, connected_at=None)
    ask(w, COLLEAGUE)
    assert (w.calls["c1"].state, w.calls["c1"].cause) == (CallState.CLOSED, EndCause.TRANSFERRED)
    assert w.calls["c2"].state is CallState.OFFERED


def test_a_kiosk_that_is_cut_off_keeps_its_place_in_the_new_queue() -> None:
    w = world()
    w.apply("caf", LoseKiosk(K1, "c1", "n1"))
    ask(w, PARTNER)
    assert (w.calls["c2"].state, w.calls["c2"].kiosk_lost_at) == (CallState.QUEUED, 1040.0)
    w.advance(50)
    w.apply("msa", SeeKiosk(K1, "c2", "c1", "n2"))
    assert w.calls["c2"].state is CallState.OFFERED
    w.apply("msa", Accept(M1, "c2", 1))
    # It was cut off again, and did not hear of the transfer yet.
    w.apply("msa", SeeKiosk(K1, "c2", "c1", "n2"))
    assert w.calls["c2"].state is CallState.CONNECTING


@pytest.mark.parametrize("to", TARGETS)
def test_who_hangs_up_just_then_means_the_call_wherever_it_is(to: TransferTarget) -> None:
    w = world()
    ask(w, to)
    w.apply("caf", HangUp(K1, "c1"))
    assert (w.calls["c2"].state, w.calls["c2"].outcome) == (CallState.CLOSED, Outcome.ABANDONED)
    assert [n.call.id for n in notices(w) if isinstance(n, Ended) and n.is_for_kiosk] == ["c2"]
    before = dict(w.calls)
    w.apply("caf", HangUp(K1, "c1"))
    assert w.calls == before


def test_the_media_that_goes_with_the_first_leg_is_no_reason_to_hang_up() -> None:
    w = world()
    ask(w, PARTNER)
    w.apply("caf", HangUp(K1, "c1", "media_lost"))
    w.apply("caf", RenewPeer(K1, "c1"))
    assert w.calls["c2"].state is CallState.OFFERED


# ---- announced -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", TARGETS)
def test_announced_it_rings_there_while_the_caller_stays(to: TransferTarget) -> None:
    w = world()
    found = ask(w, to, announced=True)
    first, leg = w.calls["c1"], w.calls["c2"]
    assert (first.state, first.transfer_state) == (CallState.IN_CALL, "ringing")
    assert (leg.state, leg.station_id, leg.is_announced, leg.holds_kiosk) == (
        CallState.OFFERED,
        there(to).id,
        True,
        False,
    )
    assert moved(found) == [("s1", "waiting"), ("s1", "ringing")]
    assert not any(isinstance(n, Transferred | Ended | Requeued) for n in found)


@pytest.mark.parametrize("to", TARGETS)
def test_taken_the_caller_comes_over_in_one_transaction(to: TransferTarget) -> None:
    w = world()
    ask(w, to, announced=True)
    w.apply("caf", LoseKiosk(K1, "c1"))
    w.apply("caf", SeeKiosk(K1, "c1", "c1", "n2"))
    found = accept(w, to)
    first, leg = w.calls["c1"], w.calls["c2"]
    assert (first.state, first.cause, first.transfer_state) == (CallState.WRAP_UP, EndCause.TRANSFERRED, None)
    assert (leg.state, leg.is_announced, leg.holds_kiosk, leg.kiosk_node, leg.agent_id) == (
        CallState.CONNECTING,
        False,
        True,
        "n2",
        f"a-{there(to).id}",
    )
    told = [n for n in found if isinstance(n, Transferred | Accepted)]
    assert [type(n) for n in told] == [Transferred, Accepted]
    assert not any(n.is_for_kiosk for n in found if isinstance(n, Ended))
    assert moved(found) == [("s1", "done")]
    again = dict(w.calls)
    accept(w, to)
    assert w.calls == again


@pytest.mark.parametrize("to", TARGETS)
def test_a_caller_who_is_cut_off_when_it_is_taken_has_time_to_come_back(to: TransferTarget) -> None:
    w = world()
    ask(w, to, announced=True)
    w.apply("caf", LoseKiosk(K1, "c1"))
    accept(w, to)
    assert w.calls["c2"].kiosk_lost_at == 1040.0


@pytest.mark.parametrize("to", TARGETS)
def test_refused_the_caller_stays_where_they_are(to: TransferTarget) -> None:
    w = world()
    ask(w, to, announced=True)
    w.apply(w.calls["c2"].partner_id, Decline(there(to), "c2", 1))
    found = notices(w)
    leg, first = w.calls["c2"], w.calls["c1"]
    assert (leg.outcome, leg.cause) == (Outcome.DECLINED, EndCause.TRANSFER_REFUSED)
    assert (first.state, first.transfer_state, first.transfer_to) == (CallState.IN_CALL, None, None)
    assert moved(found) == [("s1", "refused")]
    assert not any(isinstance(n, Requeued) for n in found)
    assert not any(n.is_for_kiosk for n in found if isinstance(n, Ended))
    # The next try is a new one.
    ask(w, TARGETS[2 if to is not PARTNER else 0], announced=True, new="c3")
    assert w.calls["c3"].state is CallState.OFFERED


@pytest.mark.parametrize("to", TARGETS)
def test_nobody_takes_it_in_a_minute_is_a_refusal(to: TransferTarget) -> None:
    w = world()
    w.partners = {p: replace(each, offer_timeout_s=100) for p, each in w.partners.items()}
    ask(w, to, announced=True)
    w.apply("caf", HearMedia(K1, "c1", 1, MediaState.WEAK))
    w.advance(59.9)
    assert w.calls["c1"].transfer_state == "ringing"
    w.advance(0.2)
    assert w.calls["c2"].cause is EndCause.TRANSFER_REFUSED
    assert (w.calls["c1"].state, w.calls["c1"].transfer_state) == (CallState.IN_CALL, None)
    assert w.stations[there(to).id].state is StationState.AVAILABLE


@pytest.mark.parametrize("to", TARGETS)
def test_taken_back_it_stops_ringing(to: TransferTarget) -> None:
    w = world()
    ask(w, to, announced=True)
    w.apply("caf", CancelTransfer(S1, "c1"))
    found = notices(w)
    assert (w.calls["c2"].state, w.calls["c2"].cause) == (CallState.CLOSED, EndCause.TRANSFER_REFUSED)
    assert moved(found) == [("s1", "cancelled")]
    assert [(n.station_id, n.reason) for n in found if isinstance(n, Withdrawn)] == [(there(to).id, "gone")]
    before = dict(w.calls)
    w.apply("caf", CancelTransfer(S1, "c1"))
    assert w.calls == before


@pytest.mark.parametrize("to", TARGETS)
def test_taken_back_too_late_it_was_made(to: TransferTarget) -> None:
    w = world()
    ask(w, to, announced=True)
    accept(w, to)
    w.apply("caf", CancelTransfer(S1, "c1"))
    assert moved(notices(w)) == [("s1", "done")]
    assert w.calls["c2"].state is CallState.CONNECTING


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("party", [K1, S1])
def test_whoever_hangs_up_ends_it_there_too(to: TransferTarget, party: Any) -> None:
    w = world()
    ask(w, to, announced=True)
    w.apply("caf", HangUp(party, "c1"))
    leg = w.calls["c2"]
    assert (leg.state, leg.outcome, leg.cause) == (CallState.CLOSED, Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE)
    assert [(n.station_id, n.reason) for n in notices(w) if isinstance(n, Withdrawn)] == [(there(to).id, "usager_left")]
    assert w.calls["c1"].cause in (EndCause.USAGER_HUNG_UP, EndCause.AGENT_HUNG_UP)


@pytest.mark.parametrize("to", TARGETS)
def test_an_agent_who_vanishes_announces_nobody(to: TransferTarget) -> None:
    w = world()
    w.apply("caf", HearMedia(K1, "c1", 1, MediaState.LOST))
    ask(w, to, announced=True)
    w.apply("caf", LoseStation(S1))
    w.advance(20)
    assert w.calls["c1"].cause is EndCause.STATION_LOST
    assert w.calls["c2"].state is CallState.CLOSED
    notices(w)


def test_the_kiosk_does_not_know_of_an_announced_leg() -> None:
    w = world()
    ask(w, COLLEAGUE, announced=True)
    with pytest.raises(Rejected) as caught:
        w.apply("caf", HangUp(K1, "c2"))
    assert caught.value.code is ErrorCode.NOT_FOUND


# ---- what cannot be --------------------------------------------------------------------------------------------------


def rejected(w: World, request: Any) -> ErrorCode:
    before = dict(w.calls)
    with pytest.raises(Rejected) as caught:
        w.apply("caf", request)
    assert w.calls == before
    return caught.value.code


@pytest.mark.parametrize("announced", [False, True])
@pytest.mark.parametrize(
    ("to", "code"),
    [
        (TransferTarget(kind="station", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="station", id="s1"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="station", id="m1"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="pool", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="pool", id="empty"), ErrorCode.CONFLICT),
        (TransferTarget(kind="partner", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="partner", id="caf"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="partner", id="msa", motif_id="none"), ErrorCode.NOT_FOUND),
    ],
)
def test_a_target_that_is_not_one(to: TransferTarget, code: ErrorCode, announced: bool) -> None:
    assert rejected(world(), Transfer(S1, "c1", to, "c2", announced)) is code


def test_a_target_where_nobody_could_take_the_call() -> None:
    away = world()
    away.stations["s2"] = station("s2", pool_id="county", state=StationState.AWAY)
    away.stations["m1"] = station("m1", partner_id="msa", state=StationState.AWAY)
    unskilled = world()
    unskilled.calls["c1"] = replace(unskilled.calls["c1"], motif_id="rights")
    closed = world()
    closed.openings["msa"] = Opening(is_open=False)
    for w, to in ((away, COLLEAGUE), (away, POOL), (away, PARTNER), (unskilled, COLLEAGUE), (closed, PARTNER)):
        assert rejected(w, Transfer(S1, "c1", to, "c2")) is ErrorCode.CONFLICT


def test_a_target_that_is_disabled() -> None:
    w = world(is_enabled=False)
    w.partners["msa"] = replace(w.partners["msa"], is_enabled=False)
    for to in (COLLEAGUE, PARTNER):
        assert rejected(w, Transfer(S1, "c1", to, "c2")) is ErrorCode.NOT_FOUND


def test_a_call_that_cannot_be_passed_on() -> None:
    w = world()
    assert rejected(w, Transfer(S2, "c1", POOL, "c2")) is ErrorCode.NOT_FOUND
    assert rejected(w, Transfer(S1, "none", POOL, "c2")) is ErrorCode.NOT_FOUND
    assert rejected(w, Transfer(AtStation("s1", 0), "c1", POOL, "c2")) is ErrorCode.CONFLICT
    assert rejected(w, CancelTransfer(S2, "c1")) is ErrorCode.NOT_FOUND
    ask(w, COLLEAGUE, announced=True)
    assert rejected(w, Transfer(S1, "c1", POOL, "c3")) is ErrorCode.CONFLICT
    over = world()
    over.apply("caf", HangUp(K1, "c1"))
    assert rejected(over, Transfer(S1, "c1", COLLEAGUE, "c2")) is ErrorCode.CONFLICT


def test_a_follow_up_that_comes_again_changes_nothing() -> None:
    w = world()
    ask(w, PARTNER, announced=True)
    accept(w, PARTNER)
    before = dict(w.calls)
    w.apply("msa", ReceiveTransfer("msa", replace(w.calls["c2"], state=CallState.QUEUED, station_id=None)))
    for partner_id, call_id, how in (
        ("caf", "c1", "refused"),
        ("caf", "c1", "ringing"),
        ("msa", "c2", "arrived"),
        ("msa", "none", "dropped"),
    ):
        w.apply(partner_id, SettleTransfer(partner_id, call_id, how))  # type: ignore[arg-type]
    assert w.calls == before
    with pytest.raises(Rejected):
        w.apply("caf", SettleTransfer("caf", "c1", "taken"))


def test_each_leg_is_one_call_in_the_statistics() -> None:
    w = world()
    ask(w, PARTNER)
    names = [(e.name, e.call_id) for e in w.events]
    for call_id, began in (("c1", EventName.CALL_PLACED), ("c2", EventName.CALL_RECEIVED)):
        assert names.count((began, call_id)) == 1
    assert names.count((EventName.CALL_ENDED, "c1")) == 1
    w.apply("msa", HangUp(K1, "c2"))
    assert [(e.name, e.call_id) for e in w.events].count((EventName.CALL_ENDED, "c2")) == 1


def test_many_transfers_may_be_refused_by_one_decision() -> None:
    w = world()
    for number in range(3, 20):
        call_id, station_id = f"t{number}", f"s{number}"
        w.stations[station_id] = station(station_id, state=StationState.IN_CALL)
        talks = replace(queued(call_id), state=CallState.IN_CALL, station_id=station_id, accepted_at=1.0)
        w.calls[call_id] = replace(talks, connected_at=1.0, kiosk_media=MediaState.CONNECTED)
        w.apply("caf", Transfer(AtStation(station_id, 1), call_id, PARTNER, f"n{number}", announced=True))
    w.apply("msa", SetRest(M1, "away"))
    refused = [n for n in notices(w) if isinstance(n, TransferMoved) and n.state == "refused"]
    assert len(refused) == 17


def test_in_a_pool_the_next_one_is_asked_and_the_kiosk_hears_nothing() -> None:
    w = world()
    busy = replace(queued("c9"), state=CallState.IN_CALL, station_id="s3", accepted_at=1.0, connected_at=1.0)
    w.calls["c9"] = replace(busy, kiosk_media=MediaState.CONNECTED)
    w.stations["s3"] = station("s3", pool_id="county", state=StationState.IN_CALL)
    ask(w, POOL, announced=True)
    w.apply("caf", Decline(S2, "c2", 1))
    assert w.calls["c2"].state is CallState.QUEUED
    assert not any(isinstance(n, Requeued) for n in notices(w))
    w.partners["caf"] = replace(w.partners["caf"], wrap_up_s=0)
    w.apply("caf", HangUp(AtStation("s3", 1), "c9"))
    assert (w.calls["c2"].state, w.calls["c2"].station_id) == (CallState.OFFERED, "s3")


def test_a_number_is_not_called_at_a_kiosk_whose_caller_goes_on_elsewhere() -> None:
    w = world()
    w.calls["c9"] = replace(queued("c9", kiosk_id="k1"), state=CallState.KEPT, ticket_no=1)
    ask(w, PARTNER, announced=True)
    assert w.calls["c9"].state is CallState.KEPT
    accept(w, PARTNER)
    assert w.calls["c9"].state is CallState.KEPT
    w.apply("msa", HangUp(K1, "c2"))
    w.advance(15)
    assert w.calls["c9"].state is CallState.SUMMONED
