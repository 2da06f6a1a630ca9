"""Who comes first: class, then arrival. A call keeps its arrival through declines, cuts and time-outs (I5)."""

from collections.abc import Iterable

from hub.core.board import Board
from hub.core.rows import Call, CallState


def in_order(calls: Iterable[Call]) -> list[Call]:
    """Calls by class (higher first), then oldest first; the identifier only breaks ties."""
    return sorted(calls, key=lambda call: (-call.priority, call.queued_at, call.id))


def waiting(board: Board) -> list[Call]:
    """Calls that nobody answered yet, first to be served first; the one that rings is still there."""
    return in_order(call for call in board.calls.values() if call.is_waiting)


def eligible(board: Board) -> list[Call]:
    """Calls that may be proposed now: queued, with a kiosk that can hear it."""
    return [call for call in waiting(board) if call.state is CallState.QUEUED and call.kiosk_lost_at is None]


def positions(board: Board) -> dict[str, int]:
    """Place of each waiting call, from 1."""
    return {call.id: place for place, call in enumerate(waiting(board), start=1)}
