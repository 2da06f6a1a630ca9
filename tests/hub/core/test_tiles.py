"""What is shown before the touch."""

from dataclasses import replace

import pytest

from hub.core.admission import Audience, Standing
from hub.core.board import Board
from hub.core.hours import Opening
from hub.core.network import Motif, OverflowStep
from hub.core.rows import CallState, LiveStation
from hub.core.tiles import queue_news, tile
from hub.protocol import PartnerTile, StationState, TileState, WaitRange
from tests.hub.core.world import partner, queued, station

WAIT = WaitRange(min_s=60, max_s=120)
OPEN = Standing()


@pytest.mark.parametrize(
    ("stations", "waiting", "state"),
    [
        ([], 0, TileState.ABSENT),
        ([station(state=StationState.OFFLINE)], 0, TileState.ABSENT),
        ([station(state=StationState.AWAY)], 0, TileState.ABSENT),
        ([station(is_enabled=False)], 0, TileState.ABSENT),
        ([station()], 0, TileState.FREE),
        ([station()], 1, TileState.BUSY),
        ([station(state=StationState.IN_CALL)], 0, TileState.BUSY),
        ([station(state=StationState.WRAP_UP)], 2, TileState.BUSY),
        ([station(state=StationState.OFFLINE, lost_at=1.0, next_state="available")], 0, TileState.BUSY),
        ([station(state=StationState.OFFLINE, lost_at=1.0, next_state="away")], 0, TileState.ABSENT),
    ],
)
def test_the_tile_of_an_open_partner(stations: list[LiveStation], waiting: int, state: TileState) -> None:
    calls = {f"c{n}": queued(f"c{n}") for n in range(waiting)}
    found = tile(Board(partner(), 1.0, calls, {s.id: s for s in stations}), WAIT)
    assert (found.state, found.waiting) == (state, waiting)
    assert found.wait == (WAIT if state is TileState.BUSY else None)


def test_a_closed_partner_says_when_it_opens() -> None:
    opening = Opening(False, "2026-11-23T14:00+01:00", 5.0)
    found = tile(Board(partner(), 1.0, {}, {"s1": station()}, opening=opening), WAIT)
    assert (found.state, found.opens_at, found.wait) == (TileState.CLOSED, "2026-11-23T14:00+01:00", None)


def shown(board: Board, standing: Standing = OPEN, reach: tuple[OverflowStep, ...] = ()) -> PartnerTile:
    return tile(board, WAIT, Audience(standing, reach))


def test_what_the_rules_say_of_this_kiosk_comes_before_the_queue() -> None:
    board = Board(partner(), 1.0, {}, {"s1": station()})
    assert shown(board).state is TileState.FREE
    by_appointment = shown(board, Standing("appointment_only", "2026-11-24T00:00+01:00"))
    assert (by_appointment.state, by_appointment.opens_at) == (TileState.APPOINTMENT_ONLY, "2026-11-24T00:00+01:00")
    closed = shown(board, Standing("closed", "2026-12-07T09:00+01:00"))
    assert (closed.state, closed.opens_at) == (TileState.CLOSED, "2026-12-07T09:00+01:00")


def test_a_tile_is_free_only_when_a_station_that_this_site_reaches_now_is() -> None:
    steps = (OverflowStep("agence"), OverflowStep("departement", 300))
    ours, theirs = station("s1", pool_id="agence"), station("s2", pool_id="departement")
    elsewhere = station("s3", pool_id="autre")
    for stations, expected in (
        ([ours], TileState.FREE),
        ([theirs], TileState.BUSY),
        ([replace(ours, state=StationState.IN_CALL), theirs], TileState.BUSY),
        ([elsewhere], TileState.ABSENT),
        ([replace(ours, state=StationState.AWAY), elsewhere], TileState.ABSENT),
    ):
        board = Board(partner(), 1.0, {}, {s.id: s for s in stations})
        assert shown(board, reach=steps).state is expected
    assert shown(Board(partner(), 1.0, {}, {"s2": theirs}), reach=steps[1:]).state is TileState.BUSY


def test_somebody_who_waits_for_another_skill_keeps_nobody_from_a_free_station() -> None:
    signing = Motif("lsf", "Langue des signes", skills=frozenset({"lsf"}))
    with_motifs = replace(partner(), motifs=(*partner().motifs, signing))
    waits = {"c1": queued("c1", motif_id="lsf")}
    free = shown(Board(with_motifs, 1.0, waits, {"s1": station()}))
    assert (free.state, free.waiting) == (TileState.FREE, 0)
    both = {"s1": station(skills=frozenset({"lsf"}))}
    assert shown(Board(with_motifs, 1.0, waits, both)).state is TileState.BUSY


def test_a_number_taken_away_counts_among_those_before_but_holds_no_station() -> None:
    kept = {"c1": replace(queued("c1"), state=CallState.KEPT, ticket_no=1)}
    assert shown(Board(partner(), 1.0, kept, {"s1": station()})).state is TileState.FREE
    busy = shown(Board(partner(), 1.0, kept, {"s1": station(state=StationState.IN_CALL)}))
    assert (busy.state, busy.waiting) == (TileState.BUSY, 1)


def test_the_queue_counts_the_call_that_rings_and_not_the_one_that_was_answered() -> None:
    calls = [
        queued("a", queued_at=100.0),
        replace(queued("b", queued_at=90.0), state=CallState.OFFERED),
        replace(queued("c", queued_at=10.0), state=CallState.IN_CALL),
    ]
    news = queue_news(Board(partner(), 1.0, {c.id: c for c in calls}, {"s1": station()}), now=120.0)
    assert (news.waiting, news.longest_wait_s, news.available_stations) == (2, 30.0, 1)


def test_a_clock_that_went_back_gives_no_negative_wait() -> None:
    news = queue_news(Board(partner(), 1.0, {"a": queued("a", queued_at=100.0)}, {}), now=50.0)
    assert news.longest_wait_s == 0.0
