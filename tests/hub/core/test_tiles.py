"""What is shown before the touch."""

from dataclasses import replace

import pytest

from hub.core.board import Board
from hub.core.hours import Opening
from hub.core.rows import CallState, LiveStation
from hub.core.tiles import queue_news, tile
from hub.protocol import StationState, TileState, WaitRange
from tests.hub.core.world import partner, queued, station

WAIT = WaitRange(min_s=60, max_s=120)


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
