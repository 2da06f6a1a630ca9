"""Who is let in, with which arrival, and what the others are told."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.core.hours import Opening
from hub.core.network import AdmissionMode, AdmissionRule, Motif, Overflow, OverflowStep, Policy
from hub.core.notices import CallStored, CallTurnedAway, Ended
from hub.core.requests import (
    Accept,
    AtStation,
    ClaimPlace,
    HangUp,
    HearMedia,
    KeepPlace,
    Kiosk,
    LoseKiosk,
    Place,
    SetRest,
)
from hub.core.rows import Call, CallState
from hub.protocol import EndCause, MediaState, Outcome, RefusalReason, StationState, WaitRange
from tests.hub.core.world import World, partner, queued, station

K1 = Kiosk("k1")
S1 = AtStation("s1", 1)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
LONG = WaitRange(min_s=4000, max_s=5000)


def place(request_id: str = "r1", kiosk: str = "k1", **more: Any) -> Place:
    return Place(Kiosk(kiosk), "caf", request_id, f"c-{request_id}", **more)


def busy(**of_partner: Any) -> World:
    """Somebody is on post, nobody is free, c0 waits."""
    world = World({"caf": partner(**of_partner)}, calls={"c0": queued("c0", queued_at=990.0)})
    talks = replace(queued("ct"), state=CallState.IN_CALL, station_id="s1", accepted_at=1.0, connected_at=1.0)
    world.calls["ct"] = replace(talks, kiosk_media=MediaState.CONNECTED)
    world.stations["s1"] = station("s1", state=StationState.IN_CALL)
    return world


def turned_away(world: World, request: Place) -> CallTurnedAway | None:
    found = [n for n in world.apply("caf", request).notices if isinstance(n, CallTurnedAway)]
    return found[0] if found else None


def failed(world: World) -> Call:
    """A call of k1 that was cut off while it lasted."""
    world.apply("caf", place())
    world.apply("caf", Accept(S1, "c-r1", 1))
    world.apply("caf", HearMedia(K1, "c-r1", 1, MediaState.CONNECTED))
    world.advance(30)
    world.apply("caf", HangUp(K1, "c-r1", "media_lost"))
    return world.calls["c-r1"]


# ---- what a call remembers -----------------------------------------------------------------------------------


def test_a_call_remembers_where_it_came_from_what_for_and_who_was_there() -> None:
    world = busy(motifs=(Motif("urgent", "Urgent", priority=2),))
    world.apply("caf", place(motif_id="urgent", site_id="hambye", node="n1"))
    call = world.calls["c-r1"]
    assert (call.priority, call.site_id, call.kiosk_node, call.ahead, call.queued_at) == (2, "hambye", "n1", 2, 1000.0)


def test_who_finds_a_free_agent_had_nobody_ahead() -> None:
    world = World({"caf": partner()}, stations={"s1": station()})
    world.apply("caf", place())
    assert (world.calls["c-r1"].state, world.calls["c-r1"].ahead) == (CallState.OFFERED, 0)


def test_a_clock_behind_the_queue_lets_nobody_jump_it_and_ends_nothing() -> None:
    world = busy()
    world.now = 500.0
    world.apply("caf", place("r1", "k1"))
    world.apply("caf", place("r2", "k2"))
    assert [world.calls[c].state for c in ("c0", "c-r1", "c-r2")] == [CallState.QUEUED] * 3
    assert 990.0 < world.calls["c-r1"].queued_at < world.calls["c-r2"].queued_at < 991.0
    world.apply("caf", HangUp(S1, "ct"))
    world.advance(121)
    assert world.calls["c0"].state is CallState.OFFERED


# ---- refusals --------------------------------------------------------------------------------------------------


def test_nobody_on_post_with_the_skills_is_nobody_on_post() -> None:
    motifs = (Motif("any", "Any"), Motif("rights", "Rights", skills=frozenset({"rights"})))
    world = World({"caf": partner(motifs=motifs)}, stations={"s1": station()})
    refused = turned_away(world, place(motif_id="rights"))
    assert refused is not None
    assert refused.reason is RefusalReason.NOBODY_ON_POST
    assert turned_away(world, place(motif_id="any")) is None


@pytest.mark.parametrize(("pool", "is_let_in"), [("town", True), ("county", True), ("elsewhere", False), (None, False)])
def test_a_pool_that_opens_later_is_somebody_on_post(pool: str | None, is_let_in: bool) -> None:
    policy = Policy(overflows=(Overflow(("near",), (OverflowStep("town"), OverflowStep("county", 60.0))),))
    world = World({"caf": partner(policy=policy)}, stations={"s1": station(pool_id=pool)})
    assert (turned_away(world, place(site_id="near")) is None) == is_let_in


def test_admission_rules_are_asked_with_the_local_time() -> None:
    closed = AdmissionRule(AdmissionMode.CLOSED, kiosks=("k1",))
    appointment = AdmissionRule(AdmissionMode.APPOINTMENT_ONLY, kiosks=("k2",))
    quota = AdmissionRule(AdmissionMode.OPEN, kiosks=("k3",), quota=2)
    world = World({"caf": partner(policy=Policy(admissions=(closed, appointment, quota)))}, stations={"s1": station()})
    world.local, world.placed_in_window = NOON, 2
    for kiosk, reason in (
        ("k1", RefusalReason.NOT_FROM_HERE),
        ("k2", RefusalReason.APPOINTMENT_ONLY),
        ("k3", RefusalReason.QUOTA_REACHED),
    ):
        refused = turned_away(world, place("r1", kiosk))
        assert refused is not None
        assert refused.reason is reason
    assert turned_away(world, place("r1", "k4")) is None


@pytest.mark.parametrize(
    ("policy", "wait", "is_refused"),
    [
        (Policy(max_waiting=1), None, True),
        (Policy(max_waiting=2), None, False),
        (Policy(max_wait_s=3600), LONG, True),
        (Policy(max_wait_s=3600), None, False),
        (Policy(), LONG, False),
    ],
)
def test_nobody_is_let_wait_for_too_long(policy: Policy, wait: WaitRange | None, is_refused: bool) -> None:
    refused = turned_away(busy(policy=policy), place(wait=wait))
    assert (refused is not None) == is_refused
    if refused is not None:
        assert (refused.reason, refused.wait) == (RefusalReason.WAIT_TOO_LONG, wait)


def test_nobody_is_dissuaded_while_an_agent_is_free() -> None:
    world = World({"caf": partner(policy=Policy(max_wait_s=60))}, stations={"s1": station()})
    assert turned_away(world, place(wait=LONG)) is None


def test_a_kiosk_has_one_call_at_any_partner() -> None:
    world = World(
        {"caf": partner(), "msa": partner("msa")},
        stations={"s1": station(), "m1": station("m1", partner_id="msa", state=StationState.IN_CALL)},
        calls={"c9": queued("c9", kiosk_id="k1", partner_id="msa")},
    )
    refused = turned_away(world, place())
    assert refused is not None
    assert refused.reason is RefusalReason.CALL_IN_PROGRESS


def test_a_number_does_not_keep_the_kiosk_from_others() -> None:
    world = busy()
    world.calls["c9"] = replace(queued("c9", kiosk_id="k1"), state=CallState.KEPT, ticket_no=1)
    assert turned_away(world, place()) is None


# ---- who was cut off -------------------------------------------------------------------------------------------


def test_the_next_call_after_one_that_failed_has_its_arrival() -> None:
    world = World({"caf": partner()}, stations={"s1": station()})
    assert failed(world).outcome is Outcome.FAILED
    world.apply("caf", place("r0", "k0"))
    world.advance(59.9)
    world.apply("caf", place("r2"))
    again = world.calls["c-r2"]
    assert (again.queued_at, again.waiting_since) == (1000.0, 1089.9)
    world.advance(61)
    assert world.calls["c-r2"].state is CallState.OFFERED
    assert world.calls["c-r0"].state is CallState.QUEUED


@pytest.mark.parametrize(("kiosk", "after_s", "partner_id"), [("k2", 10, "caf"), ("k1", 90, "caf"), ("k1", 10, "msa")])
def test_nobody_else_has_it(kiosk: str, after_s: float, partner_id: str) -> None:
    world = World({"caf": partner(), "msa": partner("msa")}, stations={"s1": station()})
    world.stations["m1"] = station("m1", partner_id="msa", state=StationState.IN_CALL)
    failed(world)
    world.stations["m1"] = station("m1", partner_id="msa")
    world.advance(after_s)
    world.apply(partner_id, replace(place("r2", kiosk), partner_id=partner_id))
    assert world.calls["c-r2"].queued_at == world.now


def test_a_call_that_ended_well_leaves_no_place() -> None:
    world = World({"caf": partner()}, stations={"s1": station()})
    failed(world)
    last = world.calls["c-r1"]
    world.calls["c-r1"] = replace(last, outcome=Outcome.COMPLETED, cause=EndCause.USAGER_HUNG_UP)
    world.advance(10)
    world.apply("caf", place("r2"))
    assert world.calls["c-r2"].queued_at == world.now


def test_who_was_cut_off_is_not_sent_away_by_the_queue_nor_by_a_quota() -> None:
    rules = (AdmissionRule(quota=1),)
    world = World({"caf": partner(policy=Policy(max_waiting=1, admissions=rules))}, stations={"s1": station()})
    failed(world)
    world.apply("caf", place("r0", "k0"))
    world.local, world.placed_in_window = NOON, 1
    assert turned_away(world, place("r2")) is None


def test_a_long_call_that_is_cut_off_does_not_make_the_next_one_wait_too_long() -> None:
    world = World({"caf": partner(wrap_up_s=0)}, stations={"s1": station()})
    world.apply("caf", place())
    world.apply("caf", Accept(S1, "c-r1", 1))
    world.apply("caf", HearMedia(K1, "c-r1", 1, MediaState.CONNECTED))
    world.advance(world.rules.queue_limit_s * 2)
    world.apply("caf", HangUp(K1, "c-r1", "media_lost"))
    world.apply("caf", SetRest(S1, "away"))
    world.apply("caf", SetRest(S1, "available"))
    world.apply("caf", place("r0", "k0"))
    world.apply("caf", place("r2"))
    assert world.calls["c-r2"].state is CallState.QUEUED


# ---- asked again -------------------------------------------------------------------------------------------------


def test_a_late_copy_of_a_request_places_nothing_though_its_place_was_kept_and_claimed() -> None:
    world = busy()
    world.apply("caf", place())
    world.apply("caf", KeepPlace(K1, "c-r1"))
    world.apply("caf", ClaimPlace(K1, "c-r1", "r2"))
    world.apply("caf", HangUp(K1, "c-r1"))
    late = world.apply("caf", replace(place(), call_id="another"))
    assert [type(n) for n in late.notices] == [CallStored, Ended]
    assert "another" not in world.calls


def test_a_kiosk_that_is_replaced_while_its_call_waits_finds_it_again_or_loses_it() -> None:
    world = busy()
    world.apply("caf", place(node="n1"))
    world.apply("caf", LoseKiosk(K1, "c-r1", "n1"))
    again = world.apply("caf", place(node="n2"))
    assert [type(n) for n in again.notices] == [CallStored]
    refused = turned_away(world, place("r2", kiosk_is_enabled=False))
    assert refused is not None
    assert refused.reason is RefusalReason.KIOSK_DISABLED
    world.advance(90)
    assert (world.calls["c-r1"].outcome, world.calls["c-r1"].cause) == (Outcome.ABANDONED, EndCause.KIOSK_LOST)


def test_a_partner_that_closed_meanwhile_says_when_it_opens() -> None:
    world = busy()
    world.openings["caf"] = Opening(False, "2026-11-24T09:00+01:00", 5.0)
    refused = turned_away(world, place())
    assert refused is not None
    assert (refused.reason, refused.opens_at) == (RefusalReason.CLOSED, "2026-11-24T09:00+01:00")
