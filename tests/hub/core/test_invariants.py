"""Each check of an invariant fails on a world where that invariant is broken, and only then."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.core.board import Board, Exclusion
from hub.core.events import EventName, LoggedEvent
from hub.core.network import Motif, Overflow, OverflowStep, Policy
from hub.core.notices import Ringing
from hub.core.requests import Kiosk, Look, Place, Request
from hub.core.rows import Call, CallState
from hub.protocol import EndCause, Outcome, StationState
from tests.hub.core.invariants import (
    Ledger,
    check_numbers,
    check_offers,
    check_partners,
    check_routing,
    check_rows,
    check_transfers,
)
from tests.hub.core.player import MOTIFS, PARTNERS, POLICY, STATIONS, Player
from tests.hub.core.world import OverslepError, World, partner, queued, station

C = CallState


def sound() -> World:
    """One caller talks (c1 at s1), one is being proposed (c2 at s2), one waits (c3), one has a number (c4)."""
    talks = replace(queued("c1"), state=C.IN_CALL, station_id="s1", accepted_at=1.0, connected_at=2.0)
    rings = replace(queued("c2"), state=C.OFFERED, station_id="s2", offer_expires_at=1025.0, offer_no=1)
    waits = queued("c3", queued_at=1001.0)
    number = replace(queued("c4", queued_at=1002.0), state=C.KEPT, ticket_no=1)
    return World(
        {"caf": partner(motifs=MOTIFS, policy=POLICY), "msa": partner("msa")},
        now=1010.0,
        stations={
            "s1": station("s1", state=StationState.IN_CALL, pool_id="town"),
            "s2": station("s2", state=StationState.OFFERED, pool_id="town"),
            "m1": station("m1", partner_id="msa", state=StationState.AWAY),
        },
        calls={call.id: call for call in (talks, rings, waits, number)},
    )


def check_all(world: World) -> None:
    for check in (check_rows, check_transfers, check_numbers, check_routing):
        check(world)


def test_a_sound_world_passes() -> None:
    check_all(sound())


Breaking = Callable[[World], None]


def call(call_id: str, **changes: Any) -> Breaking:
    def change(world: World) -> None:
        world.calls[call_id] = replace(world.calls.get(call_id) or queued(call_id), **changes)

    return change


def at(station_id: str, **changes: Any) -> Breaking:
    def change(world: World) -> None:
        world.stations[station_id] = replace(world.stations[station_id], **changes)

    return change


ENDED = {"outcome": Outcome.COMPLETED, "cause": EndCause.TRANSFERRED, "ended_at": 5.0, "closed_at": 5.0}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ([call("c2", station_id="s1")], "I1"),
        ([call("c3", kiosk_id="k-c1")], "I2"),
        ([call("c3", state=C.CLOSED)], "I3"),
        ([call("c1", state=C.WRAP_UP)], "I3"),
        ([call("c1", outcome=Outcome.FAILED)], "I3"),
        ([call("c1", station_id="m1")], "I8"),
        ([call("c3", station_id="s1")], "a waiting call, at a station"),
        ([call("c4", station_id="s2")], "a number, or a waiting call, at a station"),
        ([at("m1", state=StationState.WRAP_UP)], "busy with nothing"),
        ([at("s1", state=StationState.AVAILABLE)], "disagree"),
        ([at("s2", lost_at=5.0)], "I9"),
        ([at("s2", agent_id=None)], "I9"),
        ([call("c5", state=C.SUMMONED, ticket_no=1, kiosk_id="k-c4", summon_expires_at=9.0)], "the same number twice"),
        ([call("c3", state=C.CLOSED, **ENDED)], "passed on to nobody"),
        ([call("c5", origin_call_id="c1")], "goes on whose call ended otherwise"),
        (
            [
                call("c3", state=C.CLOSED, transfer_call_id="c5", **ENDED),
                call("c5", origin_call_id="c3", queued_at=1005.0),
            ],
            "I5",
        ),
        ([call("c1", transfer_state="waiting", transfer_call_id="c3")], "without its leg"),
        ([call("c5", origin_call_id="c1", is_announced=True)], "nobody waits for"),
        ([at("m1", state=StationState.AVAILABLE), call("c5", partner_id="msa")], "I14"),
    ],
)
def test_a_broken_world_is_seen(broken: list[Breaking], says: str) -> None:
    world = sound()
    for each in broken:
        each(world)
    with pytest.raises(AssertionError, match=says):
        check_all(world)


def test_a_station_that_passed_a_call_is_left_alone_for_a_while_only() -> None:
    world = sound()
    world.stations["s2"] = station("s2", pool_id="town")
    world.calls["c2"] = queued("c2")
    world.exclusions["c2", "s2"] = Exclusion("c2", "s2", 1005.0, "declined")
    world.exclusions["c3", "s2"] = Exclusion("c3", "s2", 1005.0, "declined")
    check_routing(world)
    world.now = 1035.0
    with pytest.raises(AssertionError, match="I14"):
        check_routing(world)


# ---- offers ----------------------------------------------------------------------------------------------------


def offer_check(offered: Call, others: list[Call], **of_station: Any) -> None:
    """Judge the offer of `offered` to s1, while `others` wait; at 2000 s."""
    policy = Policy(overflows=(Overflow(("near",), (OverflowStep("town"), OverflowStep("county", 40))),))
    motifs = (Motif("any", "Any"), Motif("rights", "Rights", skills=frozenset({"rights"})))
    world = World({"caf": partner(motifs=motifs, policy=policy)}, now=2000.0)
    world.stations["s1"] = station("s1", **({"pool_id": "county"} | of_station))
    rings = replace(offered, state=C.OFFERED, station_id="s1")
    calls = {c.id: c for c in (rings, *others)}
    check_offers(world, Board(world.partners["caf"], world.now, calls, notices=[Ringing(rings)]))


@pytest.mark.parametrize(
    ("offered", "other"),
    [
        ({}, {"queued_at": 1000.5}),
        ({}, {"queued_at": 900.0, "kiosk_lost_at": 950.0}),
        ({}, {"queued_at": 900.0, "motif_id": "rights"}),
        ({"priority": 1}, {"queued_at": 701.0}),
        ({}, {"queued_at": 1301.0, "priority": 1}),
    ],
)
def test_a_fair_offer_passes(offered: dict[str, Any], other: dict[str, Any]) -> None:
    offer_check(queued("c1", **offered), [queued("c2", **other)])


@pytest.mark.parametrize(
    ("offered", "other", "of_station", "says"),
    [
        ({}, {"queued_at": 999.0}, {}, "I5"),
        ({"priority": 1}, {"queued_at": 699.0}, {}, "I6"),
        ({}, {"queued_at": 1299.0, "priority": 1}, {}, "no head start"),
        ({"motif_id": "rights"}, {}, {}, "I8"),
        ({}, {}, {"partner_id": "msa"}, "I8"),
        ({"site_id": "near"}, {}, {"pool_id": "elsewhere"}, "I8"),
        ({"site_id": "near", "queued_at": 1990.0}, {"queued_at": 1995.0}, {}, "I8"),
        ({"only_station_id": "s2"}, {}, {}, "I8"),
        ({"only_pool_id": "town"}, {}, {}, "I8"),
        ({}, {}, {"is_enabled": False}, "I9"),
    ],
)
def test_an_unfair_offer_is_seen(
    offered: dict[str, Any], other: dict[str, Any], of_station: dict[str, Any], says: str
) -> None:
    with pytest.raises(AssertionError, match=says):
        offer_check(queued("c1", **offered), [queued("c2", **({"queued_at": 1001.0} | other))], **of_station)


# ---- the log, partners, repetition, time ---------------------------------------------------------------------


def test_a_log_that_tells_another_story_is_seen() -> None:
    placed = LoggedEvent(EventName.CALL_PLACED, "c1")
    ended = LoggedEvent(EventName.CALL_ENDED, "c1", detail="abandoned:idle")
    offered = LoggedEvent(EventName.CALL_OFFERED, "c1")
    over = replace(
        queued("c1"), state=C.CLOSED, outcome=Outcome.ABANDONED, cause=EndCause.IDLE, ended_at=5.0, closed_at=5.0
    )
    for rows, events, says in (
        ({"c1": over}, [placed, ended], None),
        ({"c1": over}, [ended], "I11"),
        ({"c1": over}, [placed, placed, ended], "I11"),
        ({"c1": over}, [placed], "I11"),
        ({"c1": over}, [placed, ended, ended], "I3"),
        ({"c1": replace(over, cause=EndCause.USAGER_LEFT_QUEUE)}, [placed, ended], "I11"),
        ({"c1": queued("c1")}, [placed, ended], "I11"),
        ({"c1": over}, [placed, offered, ended], "I11"),
    ):
        world = World({"caf": partner()}, calls=dict(rows), events=list(events))
        if says is None:
            Ledger().check(world)
        else:
            with pytest.raises(AssertionError, match=says):
                Ledger().check(world)


def test_a_decision_that_touches_another_partner_is_seen() -> None:
    board = Board(partner("caf"), 0.0)
    board.add_call(queued("c1", partner_id="msa"))
    with pytest.raises(AssertionError, match="I7"):
        check_partners(board)


class Forgetful(World):
    """Takes each request for a new one, of a new kiosk."""

    def apply(self, partner_id: str, request: Request) -> Board:
        number = len(self.calls)
        assert isinstance(request, Place)
        new = replace(request, kiosk=Kiosk(f"k{number}"), request_id=f"r{number}", call_id=f"c{number}")
        return super().apply(partner_id, new)


def test_a_request_that_is_done_twice_is_seen() -> None:
    player = Player(World({p: partner(p) for p in PARTNERS}, stations=dict(STATIONS)), lambda among: among[0])
    player.world = Forgetful(player.world.partners, stations=player.world.stations)
    with pytest.raises(AssertionError, match="I10"):
        player.ask("caf", Place(Kiosk("k"), "caf", "r", "c"))


class Deaf(World):
    """Knows of no deadline."""

    def next_at(self) -> float | None:
        return None


def test_what_no_deadline_announced_is_seen() -> None:
    world = Deaf({"caf": partner()}, stations={"s1": station()}, calls={"c1": queued("c1")})
    world.apply("caf", Look("caf"))
    assert world.calls["c1"].state is C.OFFERED
    with pytest.raises(OverslepError):
        world.advance(25)
