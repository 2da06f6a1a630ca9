"""One decision after the other: what each request does, and what it says."""

from dataclasses import replace
from typing import Any

import pytest

from hub.core import calls, presence
from hub.core.board import Rejected
from hub.core.calls import ENDINGS, Ending
from hub.core.hours import Opening
from hub.core.notices import CallStored, CallTurnedAway, Ended, Requeued, Ringing, StationMoved, Withdrawn
from hub.core.presence import ImpossibleMoveError
from hub.core.requests import (
    Accept,
    AtStation,
    Decline,
    ExtendWrapUp,
    FinishWrapUp,
    HangUp,
    HearMedia,
    Kiosk,
    LoseKiosk,
    LoseNodes,
    LoseStation,
    Place,
    RenewPeer,
    SeeKiosk,
    SetRest,
    TakeStation,
)
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import (
    AwayReason,
    EndCause,
    ErrorCode,
    MediaState,
    Outcome,
    RefusalReason,
    Resolution,
    StationState,
)
from tests.hub.core.world import World, partner, queued, station

S1 = AtStation("s1", 1)
K1 = Kiosk("k1")


def world(*stations: LiveStation, calls: tuple[Call, ...] = (), **of_partner: Any) -> World:
    return World(
        {"caf": partner(**of_partner)},
        stations={s.id: s for s in stations},
        calls={c.id: c for c in calls},
    )


def place(request_id: str = "r1", kiosk: Kiosk = K1, **more: Any) -> Place:
    return Place(kiosk, "caf", request_id, f"c-{request_id}", **more)


def talking(w: World) -> Call:
    """A call in progress between k1 and s1."""
    w.apply("caf", place())
    w.apply("caf", Accept(S1, "c-r1", 1))
    w.apply("caf", HearMedia(K1, "c-r1", 1, MediaState.CONNECTED))
    return w.calls["c-r1"]


def kinds(notices: list[Any]) -> list[str]:
    return [type(notice).__name__ for notice in notices]


# ---- placing ------------------------------------------------------------------------------------------------


def test_a_call_is_stored_then_offered() -> None:
    w = world(station())
    board = w.apply("caf", place(motif_id="rsa", accompanied=True))
    assert kinds(board.notices) == ["CallStored", "Ringing", "StationMoved"]
    assert w.calls["c-r1"].state is CallState.OFFERED
    assert w.calls["c-r1"].accompanied


def test_a_refused_call_is_not_stored() -> None:
    closed = Opening(False, "2026-11-23T14:00+01:00", 5.0)
    for w, request, reason in (
        (world(station(), is_enabled=False), place(), RefusalReason.UNKNOWN_PARTNER),
        (world(station()), place(kiosk_is_enabled=False), RefusalReason.KIOSK_DISABLED),
        (world(station()), place(motif_id="none"), RefusalReason.UNKNOWN_MOTIF),
        (world(station(), calls=(queued("c0", kiosk_id="k1"),)), place(), RefusalReason.CALL_IN_PROGRESS),
        (world(station(state=StationState.AWAY)), place(), RefusalReason.NOBODY_ON_POST),
        (world(station(is_enabled=False)), place(), RefusalReason.NOBODY_ON_POST),
        (
            World({"caf": partner()}, stations={"s1": station()}, openings={"caf": closed}),
            place(),
            RefusalReason.CLOSED,
        ),
    ):
        before = dict(w.calls)
        board = w.apply("caf", request)
        turned_away = [n for n in board.notices if isinstance(n, CallTurnedAway)]
        assert [n.reason for n in turned_away] == [reason]
        assert turned_away[0].opens_at == (closed.opens_at if reason is RefusalReason.CLOSED else None)
        assert "c-r1" not in w.calls
        assert before.keys() == w.calls.keys()


def test_the_same_request_is_the_same_call_even_when_it_is_over() -> None:
    w = world(station())
    w.apply("caf", place())
    again = w.apply("caf", replace(place(), call_id="another"))
    assert [type(n) for n in again.notices] == [CallStored]
    assert list(w.calls) == ["c-r1"]
    w.apply("caf", HangUp(K1, "c-r1"))
    late = w.apply("caf", replace(place(), call_id="another"))
    assert kinds(late.notices) == ["CallStored", "Ended"]


# ---- offers --------------------------------------------------------------------------------------------------


def test_an_accept_needs_the_number_the_station_and_the_state() -> None:
    w = world(station("s1"), station("s2", idle_since=5.0))
    w.apply("caf", place())
    for stranger in (Accept(S1, "c-r1", 2), Accept(AtStation("s2", 1), "c-r1", 1), Accept(S1, "none", 1)):
        board = w.apply("caf", stranger)
        assert kinds(board.notices) == ["Withdrawn"]
        assert w.calls["c-r1"].state is CallState.OFFERED
    w.apply("caf", Accept(S1, "c-r1", 1))
    assert w.calls["c-r1"].state is CallState.CONNECTING
    late = w.apply("caf", Accept(AtStation("s2", 1), "c-r1", 1))
    assert [n.reason for n in late.notices if isinstance(n, Withdrawn)] == ["taken_elsewhere"]
    again = w.apply("caf", Accept(S1, "c-r1", 1))
    assert again.notices == []


def test_a_page_that_was_replaced_changes_nothing() -> None:
    w = world(station("s1", epoch=2))
    w.apply("caf", place())
    old = AtStation("s1", 1)
    for request in (
        Accept(old, "c-r1", 1),
        Decline(old, "c-r1", 1),
        HangUp(old, "c-r1"),
        SetRest(old, "away"),
        RenewPeer(old, "c-r1"),
        FinishWrapUp(old, "c-r1", Resolution.RESOLVED),
        ExtendWrapUp(old, "c-r1"),
    ):
        with pytest.raises(Rejected):
            w.apply("caf", request)
    w.apply("caf", LoseStation(old))
    assert w.calls["c-r1"].state is CallState.OFFERED
    assert w.stations["s1"].state is StationState.OFFERED


def test_a_declined_call_rings_elsewhere_and_the_decliner_stays_available() -> None:
    w = world(station("s1", missed_offers=1), station("s2", idle_since=5.0))
    w.apply("caf", place())
    board = w.apply("caf", Decline(S1, "c-r1", 1))
    assert kinds(board.notices)[:2] == ["Withdrawn", "Ringing"]
    assert w.calls["c-r1"].station_id == "s2"
    assert w.calls["c-r1"].queued_at == 1000.0
    assert (w.stations["s1"].state, w.stations["s1"].missed_offers) == (StationState.AVAILABLE, 0)


def test_a_call_that_nobody_takes_is_told_to_wait() -> None:
    w = world(station("s1"))
    w.apply("caf", place())
    board = w.apply("caf", Decline(S1, "c-r1", 1))
    assert [type(n) for n in board.notices] == [Withdrawn, Requeued, StationMoved]
    w.advance(29.9)
    assert w.calls["c-r1"].state is CallState.QUEUED
    w.advance(0.2)
    assert w.calls["c-r1"].state is CallState.OFFERED


def test_missed_offers_put_the_station_away_and_the_place_is_kept() -> None:
    w = world(station("s1"), missed_offers_limit=2)
    w.apply("caf", place())
    w.advance(25)
    assert (w.stations["s1"].state, w.stations["s1"].missed_offers) == (StationState.AVAILABLE, 1)
    w.advance(30 + 25)
    assert w.stations["s1"].state is StationState.AWAY
    assert w.stations["s1"].away_reason is AwayReason.MISSED_OFFERS
    assert w.calls["c-r1"].state is CallState.QUEUED
    w.advance(40)
    w.apply("caf", SetRest(S1, "available"))
    assert w.stations["s1"].missed_offers == 0
    assert w.calls["c-r1"].state is CallState.OFFERED


def test_going_away_while_it_rings_declines() -> None:
    w = world(station("s1"), station("s2", idle_since=5.0))
    w.apply("caf", place())
    w.apply("caf", SetRest(S1, "away", AwayReason.LUNCH))
    assert (w.stations["s1"].state, w.stations["s1"].away_reason) == (StationState.AWAY, AwayReason.LUNCH)
    assert w.calls["c-r1"].station_id == "s2"


# ---- ends ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "how", "outcome", "cause"),
    [
        (K1, "hung_up", Outcome.COMPLETED, EndCause.USAGER_HUNG_UP),
        (K1, "idle", Outcome.COMPLETED, EndCause.IDLE),
        (K1, "media_lost", Outcome.FAILED, EndCause.MEDIA_LOST),
        (S1, "hung_up", Outcome.COMPLETED, EndCause.AGENT_HUNG_UP),
        (S1, "media_lost", Outcome.FAILED, EndCause.MEDIA_LOST),
    ],
)
def test_a_call_in_progress_ends_in_a_wrap_up(party: Any, how: Any, outcome: Outcome, cause: EndCause) -> None:
    w = world(station())
    talking(w)
    board = w.apply("caf", HangUp(party, "c-r1", how))
    call = w.calls["c-r1"]
    assert (call.state, call.outcome, call.cause) == (CallState.WRAP_UP, outcome, cause)
    assert [n.station_id for n in board.notices if isinstance(n, Ended)] == ["s1"]
    assert w.stations["s1"].state is StationState.WRAP_UP
    w.advance(120)
    assert w.calls["c-r1"].state is CallState.CLOSED
    assert w.calls["c-r1"].resolution is None
    assert w.stations["s1"].state is StationState.AVAILABLE
    assert w.stations["s1"].idle_since == 1120.0


def test_a_call_that_never_connected_is_not_wrapped_up() -> None:
    w = world(station())
    w.apply("caf", place())
    w.apply("caf", Accept(S1, "c-r1", 1))
    w.apply("caf", HangUp(K1, "c-r1"))
    assert (w.calls["c-r1"].state, w.calls["c-r1"].outcome) == (CallState.CLOSED, Outcome.ABANDONED)
    assert w.stations["s1"].state is StationState.AVAILABLE


def test_a_station_declines_rather_than_hangs_up_what_it_did_not_accept() -> None:
    w = world(station())
    w.apply("caf", place())
    with pytest.raises(Rejected) as caught:
        w.apply("caf", HangUp(S1, "c-r1"))
    assert caught.value.code is ErrorCode.CONFLICT


def test_every_state_has_an_ending_for_whatever_may_end_it() -> None:
    always = {Ending.KIOSK_HUNG_UP, Ending.KIOSK_IDLE, Ending.MEDIA_LOST, Ending.KIOSK_LOST}
    for state in (CallState.QUEUED, CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL):
        assert always <= ENDINGS[state].keys()
    for state in (CallState.CONNECTING, CallState.IN_CALL):
        assert {Ending.STATION_HUNG_UP, Ending.STATION_LOST} <= ENDINGS[state].keys()


def test_wrap_up_is_finished_extended_and_goes_where_it_was_asked() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", SetRest(S1, "away", AwayReason.MEETING))
    w.apply("caf", HangUp(K1, "c-r1"))
    w.apply("caf", ExtendWrapUp(S1, "c-r1"))
    assert w.calls["c-r1"].wrap_up_expires_at == 1240.0
    for _ in range(10):
        w.apply("caf", ExtendWrapUp(S1, "c-r1"))
    assert w.calls["c-r1"].wrap_up_expires_at == 1000.0 + w.rules.wrap_up_limit_s
    with pytest.raises(Rejected):
        w.apply("caf", FinishWrapUp(S1, "c-r1", Resolution.RESOLVED, "no-such-motif"))
    w.apply("caf", FinishWrapUp(S1, "c-r1", Resolution.TO_FOLLOW_UP, "rsa", "away", AwayReason.BREAK))
    call = w.calls["c-r1"]
    assert (call.state, call.resolution, call.motif_id) == (CallState.CLOSED, Resolution.TO_FOLLOW_UP, "rsa")
    assert (w.stations["s1"].state, w.stations["s1"].away_reason) == (StationState.AWAY, AwayReason.BREAK)


def test_what_was_asked_during_the_call_is_done_when_the_wrap_up_runs_out() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", SetRest(S1, "away", AwayReason.MEETING))
    w.apply("caf", HangUp(K1, "c-r1"))
    w.advance(121)
    assert (w.stations["s1"].state, w.stations["s1"].away_reason) == (StationState.AWAY, AwayReason.MEETING)
    assert w.stations["s1"].next_state is None


def test_nobody_waits_longer_than_the_limit() -> None:
    w = world(station(state=StationState.IN_CALL, agent_id="a"), calls=(queued("c1"),))
    w.calls["c0"] = replace(queued("c0"), state=CallState.IN_CALL, station_id="s1", connected_at=1.0, accepted_at=1.0)
    w.calls["c0"] = replace(w.calls["c0"], kiosk_media=MediaState.CONNECTED)
    w.advance(w.rules.queue_limit_s)
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.UNANSWERED, EndCause.NO_ANSWER)
    assert w.calls["c0"].state is CallState.IN_CALL


def test_at_closing_time_those_who_wait_are_served_while_somebody_is_there() -> None:
    w = world(station("s1"), calls=(queued("c1", kiosk_lost_at=None),))
    w.apply("caf", SetRest(S1, "available"))
    w.openings["caf"] = Opening(is_open=False)
    w.look()
    assert w.calls["c1"].state is CallState.OFFERED
    w.apply("caf", SetRest(S1, "away"))
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.OUT_OF_HOURS, EndCause.SERVICE_CLOSED)


# ---- links ---------------------------------------------------------------------------------------------------


def test_a_kiosk_that_is_cut_off_keeps_its_place_for_90_seconds() -> None:
    w = world(station(state=StationState.AWAY), calls=(queued("c1", kiosk_id="k1"),))
    w.apply("caf", LoseKiosk(K1, "c1"))
    w.advance(89.9)
    w.apply("caf", SeeKiosk(K1, "c1", "c1"))
    assert w.calls["c1"].kiosk_lost_at is None
    w.apply("caf", LoseKiosk(K1, "c1"))
    w.apply("caf", SetRest(S1, "available"))
    assert w.calls["c1"].state is CallState.QUEUED
    w.advance(90)
    assert (w.calls["c1"].outcome, w.calls["c1"].cause) == (Outcome.ABANDONED, EndCause.KIOSK_LOST)


def test_a_kiosk_that_comes_back_is_offered_at_once() -> None:
    w = world(station(), calls=(queued("c1", kiosk_id="k1", kiosk_lost_at=995.0),))
    w.look()
    assert w.calls["c1"].state is CallState.QUEUED
    board = w.apply("caf", SeeKiosk(K1, "c1", "c1"))
    assert any(isinstance(n, Ringing) for n in board.notices)


def test_a_kiosk_that_no_longer_holds_its_answered_call_has_ended_it() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", LoseKiosk(K1, "c-r1"))
    w.apply("caf", SeeKiosk(K1, "c-r1", None))
    assert (w.calls["c-r1"].state, w.calls["c-r1"].cause) == (CallState.WRAP_UP, EndCause.KIOSK_LOST)


def test_a_call_whose_kiosk_has_no_network_is_kept_for_a_minute() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", LoseKiosk(K1, "c-r1"))
    w.apply("caf", HearMedia(S1, "c-r1", 1, MediaState.LOST))
    w.advance(59)
    assert w.calls["c-r1"].state is CallState.IN_CALL
    w.advance(1)
    assert (w.calls["c-r1"].outcome, w.calls["c-r1"].cause) == (Outcome.FAILED, EndCause.KIOSK_LOST)


def test_a_station_lost_while_connecting_gives_the_call_back_after_the_grace() -> None:
    w = world(station("s1"))
    w.apply("caf", place())
    w.apply("caf", Accept(S1, "c-r1", 1))
    w.apply("caf", place("r2", Kiosk("k2")))
    w.apply("caf", LoseStation(S1))
    w.advance(19)
    assert w.calls["c-r1"].state is CallState.CONNECTING
    w.advance(1)
    assert w.calls["c-r1"].state is CallState.QUEUED
    assert w.stations["s1"].state is StationState.OFFLINE
    # Head of the queue: whoever takes a station next gets it first.
    w.apply("caf", TakeStation("s1", "a-s1"))
    w.apply("caf", SetRest(AtStation("s1", 2), "available"))
    assert w.calls["c-r1"].station_id == "s1"


@pytest.mark.parametrize("media", [MediaState.CONNECTED, MediaState.WEAK])
def test_a_call_in_progress_outlives_a_link_while_the_other_party_sees_it(media: MediaState) -> None:
    w = world(station())
    talking(w)
    w.apply("caf", HearMedia(K1, "c-r1", 1, media))
    w.apply("caf", LoseStation(S1))
    w.advance(3000)
    assert w.calls["c-r1"].state is CallState.IN_CALL
    w.apply("caf", HearMedia(K1, "c-r1", 1, MediaState.LOST))
    w.advance(19)
    assert w.calls["c-r1"].state is CallState.IN_CALL
    w.advance(1)
    assert (w.calls["c-r1"].state, w.calls["c-r1"].cause) == (CallState.CLOSED, EndCause.STATION_LOST)
    assert w.stations["s1"].state is StationState.OFFLINE


def test_a_restart_gives_everybody_time_and_ends_what_nobody_reports() -> None:
    w = world(station("s1"), station("s2", idle_since=5.0, agent_id="a-s2"))
    talking(w)
    w.apply("caf", place("r2", Kiosk("k2")))
    w.apply("caf", LoseNodes("caf"))
    assert w.calls["c-r2"].state is CallState.QUEUED
    assert w.stations["s2"].state is StationState.OFFLINE
    w.advance(10)
    w.apply("caf", SeeKiosk(Kiosk("k2"), "c-r2", "c-r2"))
    w.apply("caf", TakeStation("s2", "a-s2"))
    assert w.calls["c-r2"].station_id == "s2"
    w.advance(49)
    assert w.calls["c-r1"].state is CallState.IN_CALL
    w.advance(1)
    assert (w.calls["c-r1"].outcome, w.calls["c-r1"].cause) == (Outcome.FAILED, EndCause.MEDIA_LOST)


def test_media_that_neither_party_sees_ends_the_call() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", RenewPeer(S1, "c-r1"))
    assert w.calls["c-r1"].peer_no == 2
    # A word on the former peer connection says nothing of this one.
    w.apply("caf", HearMedia(K1, "c-r1", 1, MediaState.CONNECTED))
    assert w.calls["c-r1"].kiosk_media is None
    w.advance(60)
    assert w.calls["c-r1"].cause is EndCause.MEDIA_LOST


def test_both_sides_asking_for_a_new_connection_at_once_get_one() -> None:
    w = world(station())
    talking(w)
    w.apply("caf", RenewPeer(S1, "c-r1", 1))
    again = w.apply("caf", RenewPeer(K1, "c-r1", 1))
    assert w.calls["c-r1"].peer_no == 2
    assert again.notices == []
    w.apply("caf", RenewPeer(K1, "c-r1", 2))
    w.apply("caf", RenewPeer(S1, "c-r1"))
    assert w.calls["c-r1"].peer_no == 4, "a page that was reloaded does not know which it was"


# ---- stations ------------------------------------------------------------------------------------------------


def test_who_may_sit_where() -> None:
    w = world(station("s1"), station("s2", state=StationState.OFFLINE, agent_id=None), station("s3", is_enabled=False))
    for request, code in (
        (TakeStation("s1", "other", True), ErrorCode.CONFLICT),
        (TakeStation("s1", "a-s1"), ErrorCode.CONFLICT),
        (TakeStation("s2", "a-s1"), ErrorCode.CONFLICT),
        (TakeStation("s3", "a-s3", True), ErrorCode.FORBIDDEN),
        (TakeStation("none", "a-s1"), ErrorCode.NOT_FOUND),
    ):
        with pytest.raises(Rejected) as caught:
            w.apply("caf", request)
        assert caught.value.code is code
    w.apply("caf", TakeStation("s1", "a-s1", True))
    assert (w.stations["s1"].state, w.stations["s1"].epoch) == (StationState.AVAILABLE, 2)
    w.apply("caf", TakeStation("s2", "a-s1", True))
    assert (w.stations["s2"].state, w.stations["s2"].away_reason) == (StationState.AWAY, AwayReason.JUST_ARRIVED)
    assert (w.stations["s1"].state, w.stations["s1"].agent_id) == (StationState.OFFLINE, None)


def test_an_agent_in_a_call_cannot_move() -> None:
    w = world(station("s1"), station("s2", state=StationState.OFFLINE, agent_id=None))
    talking(w)
    with pytest.raises(Rejected):
        w.apply("caf", TakeStation("s2", "a-s1", True))


@pytest.mark.parametrize("state", [StationState.AVAILABLE, StationState.AWAY])
def test_within_the_grace_one_finds_what_one_left(state: StationState) -> None:
    reason = AwayReason.LUNCH if state is StationState.AWAY else None
    w = world(station("s1", state=state, away_reason=reason, idle_since=7.0))
    w.apply("caf", LoseStation(S1))
    assert w.stations["s1"].state is StationState.OFFLINE
    w.advance(19)
    w.apply("caf", TakeStation("s1", "a-s1"))
    assert (w.stations["s1"].state, w.stations["s1"].away_reason) == (state, reason)
    assert w.stations["s1"].idle_since == 7.0


def test_after_the_grace_the_station_is_nobodys() -> None:
    w = world(station("s1"))
    w.apply("caf", LoseStation(S1))
    w.advance(20)
    assert (w.stations["s1"].agent_id, w.stations["s1"].lost_at) == (None, None)
    w.apply("caf", TakeStation("s1", "other"))
    assert w.stations["s1"].away_reason is AwayReason.JUST_ARRIVED


def test_a_break_does_not_cost_the_turn() -> None:
    w = world(station("s1", idle_since=1.0), station("s2", idle_since=2.0))
    w.apply("caf", SetRest(S1, "away"))
    w.advance(600)
    w.apply("caf", SetRest(S1, "available"))
    w.apply("caf", place())
    assert w.calls["c-r1"].station_id == "s1"


# ---- the tables ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", CallState)
@pytest.mark.parametrize("after", CallState)
def test_a_call_only_moves_as_the_table_says(before: CallState, after: CallState) -> None:
    w = world(calls=(replace(queued("c1"), state=before),))
    board = w.board("caf")
    if after in calls.MOVES[before]:
        assert calls.move(board, w.calls["c1"], after).state is after
    else:
        with pytest.raises(ImpossibleMoveError):
            calls.move(board, w.calls["c1"], after)


@pytest.mark.parametrize("before", StationState)
@pytest.mark.parametrize("after", StationState)
def test_a_station_only_moves_as_the_table_says(before: StationState, after: StationState) -> None:
    w = world(station("s1", state=before))
    board = w.board("caf")
    if after in presence.MOVES[before]:
        assert presence.move(board, w.stations["s1"], after).state is after
    else:
        with pytest.raises(ImpossibleMoveError):
            presence.move(board, w.stations["s1"], after)
