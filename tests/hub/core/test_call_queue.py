"""Who comes first."""

from dataclasses import replace

from hub.core.board import Board
from hub.core.call_queue import eligible, in_order, positions
from hub.core.rows import CallState
from tests.hub.core.world import partner, queued


def test_a_class_is_a_head_start_that_waiting_makes_up_for() -> None:
    plain = queued("plain", queued_at=1000.0)
    soon, late = queued("soon", queued_at=1299.0, priority=1), queued("late", queued_at=1301.0, priority=1)
    urgent = queued("urgent", queued_at=1899.0, priority=3)
    assert [call.id for call in in_order([late, plain, soon, urgent])] == ["soon", "urgent", "plain", "late"]


def test_class_then_arrival_then_identifier() -> None:
    late, early = queued("a", queued_at=20.0), queued("b", queued_at=10.0)
    twin, urgent = queued("c", queued_at=10.0), queued("d", queued_at=30.0, priority=1)
    assert [call.id for call in in_order([late, twin, early, urgent])] == ["d", "b", "c", "a"]


def test_a_call_that_rings_keeps_its_position_and_is_not_offered_twice() -> None:
    rings = replace(queued("a", queued_at=1.0), state=CallState.OFFERED, station_id="s1")
    answered = replace(queued("b", queued_at=0.0), state=CallState.CONNECTING, station_id="s2")
    board = Board(partner(), 10.0, {c.id: c for c in (queued("c", queued_at=2.0), rings, answered)})
    assert positions(board) == {"a": 1, "c": 2}
    assert [call.id for call in eligible(board)] == ["c"]


def test_a_number_counts_among_those_who_wait_and_is_not_offered() -> None:
    kept = replace(queued("a", queued_at=1.0), state=CallState.KEPT, ticket_no=1)
    called = replace(queued("b", queued_at=2.0), state=CallState.SUMMONED, ticket_no=1)
    board = Board(partner(), 10.0, {c.id: c for c in (queued("c", queued_at=3.0), called, kept)})
    assert positions(board) == {"a": 1, "b": 2, "c": 3}
    assert [call.id for call in eligible(board)] == ["c"]


def test_a_kiosk_that_cannot_hear_keeps_its_place_but_is_not_offered() -> None:
    lost = queued("a", queued_at=1.0, kiosk_lost_at=5.0)
    board = Board(partner(), 10.0, {c.id: c for c in (lost, queued("b", queued_at=2.0))})
    assert positions(board) == {"a": 1, "b": 2}
    assert [call.id for call in eligible(board)] == ["b"]
