"""Who comes first: arrival, with a head start for each class. A call keeps its arrival through declines, cuts,
time-outs, transfers and kept places (I5).

A head start is not a right of way: whoever has waited longer by more than it is served before, so that calls of
a low class age and nobody starves (I6).
"""

from collections.abc import Iterable

from hub.core.board import Board
from hub.core.rows import Call, CallState

CLASS_HEAD_START_S = 300.0
"""What one class is worth, in seconds of waiting."""


def rank(call: Call) -> tuple[float, str]:
    """Sorts calls, first to be served first; the identifier only breaks ties."""
    return call.queued_at - call.priority * CLASS_HEAD_START_S, call.id


def in_order(calls: Iterable[Call]) -> list[Call]:
    return sorted(calls, key=rank)


def waiting(board: Board) -> list[Call]:
    """Calls that nobody answered yet, first to be served first; the one that rings is still there."""
    return in_order(call for call in board.calls.values() if call.is_waiting)


def eligible(board: Board) -> list[Call]:
    """Calls that may be proposed now: queued, with a kiosk that can hear it."""
    return [call for call in waiting(board) if call.state is CallState.QUEUED and call.kiosk_lost_at is None]


def positions(board: Board) -> dict[str, int]:
    """Place of each waiting call and of each number, from 1."""
    counted = in_order(call for call in board.calls.values() if call.is_waiting or call.is_ticket)
    return {call.id: place for place, call in enumerate(counted, start=1)}
