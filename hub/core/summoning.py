"""When a number is called at its kiosk, for how long, and what when nobody comes."""

from collections.abc import Iterator

from hub.core import calls, routing
from hub.core.board import Board
from hub.core.call_queue import in_order
from hub.core.calls import Ending
from hub.core.events import EventName
from hub.core.notices import TicketsMoved
from hub.core.rows import Call, CallState

QUIET_S = 60.0
"""A number that was just taken is not called yet, unless an agent is free for it: its owner is still leaving."""
BUSY_RETRY_S = 15.0
"""How often a kiosk that is in a call at another partner is looked at again."""


def summon(board: Board) -> None:
    """Call the numbers whose turn it nearly is; once what waits at the kiosks was routed."""
    if any(call.is_ticket for call in board.calls.values()):
        _give_way(board)
        _Round(board).run()


def miss(board: Board, call: Call) -> None:
    """The number was called in vain: left alone for a while, then called once more; then it is over."""
    if call.kiosk_id in _busy_kiosks(board):
        _give_way(board)
        return
    summons = call.summons + 1
    board.log(EventName.NUMBER_MISSED, call, detail=str(summons))
    if summons >= board.rules.summons_limit:
        calls.end(board, board.set_call(call, summons=summons), Ending.NOT_BACK)
        return
    again_at = board.now + board.rules.summon_pause_s
    calls.move(board, call, CallState.KEPT, summons=summons, summon_at=again_at, summon_expires_at=None)
    board.tell(TicketsMoved(call.kiosk_id))


def _give_way(board: Board) -> None:
    """A number whose kiosk is in a call cannot be claimed: it is not counted as missed, and called again later."""
    busy = _busy_kiosks(board)
    for call in list(board.calls.values()):
        if call.state is CallState.SUMMONED and call.kiosk_id in busy:
            calls.move(board, call, CallState.KEPT, summon_expires_at=None)
            board.log(EventName.PLACE_KEPT, call, detail=str(call.ticket_no))
            board.tell(TicketsMoved(call.kiosk_id))


def _busy_kiosks(board: Board) -> set[str]:
    return {call.kiosk_id for call in board.calls.values() if call.holds_kiosk} | board.busy_elsewhere


def next_tries(board: Board) -> Iterator[float]:
    """When time alone, or a call at another partner that is over, may let a number be called."""
    for call in board.calls.values():
        if call.is_ticket and call.kiosk_id in board.busy_elsewhere:
            yield board.now + BUSY_RETRY_S
        elif call.state is CallState.KEPT:
            yield _quiet_until(call)
            if call.summon_at is not None:
                yield call.summon_at


def _quiet_until(call: Call) -> float:
    return (call.queued_at if call.waiting_since is None else call.waiting_since) + QUIET_S


class _Round:
    """One look at all numbers, in their order. What several of them ask for is worked out once."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._queue = in_order(board.calls.values())
        self._free = routing.available(board)
        self._on_post = [station for station in board.stations.values() if station.is_on_post]
        self._called = {call.id for call in self._queue if call.state is CallState.SUMMONED}
        # One number at a time is called at a kiosk, and none while it serves somebody.
        self._taken = _busy_kiosks(board) | {call.kiosk_id for call in self._queue if call.id in self._called}
        self._takers: dict[str, frozenset[str]] = {}

    def run(self) -> None:
        for call in self._queue:
            if call.state is CallState.SUMMONED:
                self._reserve(call)
            elif self._may_be_called(call) and (self._reserve(call) or self._is_nearly_its_turn(call)):
                self._call(call)

    def _may_be_called(self, call: Call) -> bool:
        if call.state is not CallState.KEPT or call.kiosk_id in self._taken:
            return False
        return call.summon_at is None or self._board.now >= call.summon_at

    def _reserve(self, call: Call) -> bool:
        """Whether a station is free for this number. It stays free for whoever waits, but not for other numbers."""
        able = routing.takers(self._board, call, self._free)
        if able:
            self._free.remove(able[0])
        return bool(able)

    def _is_nearly_its_turn(self, call: Call) -> bool:
        """Not more calls come before it than stations on post may take them and it.

        Those before it who wait for other agents than it does are not in its way; nor are numbers that cannot be
        called.
        """
        if self._board.now < _quiet_until(call):
            return False
        mine = self._takers_of(call)
        before = 0
        for other in self._queue:
            if other.id == call.id or before >= len(mine):
                break
            if other.is_waiting or other.id in self._called or self._may_be_called(other):
                before += not mine.isdisjoint(self._takers_of(other))
        return before < len(mine)

    def _takers_of(self, call: Call) -> frozenset[str]:
        if call.id not in self._takers:
            able = routing.takers(self._board, call, self._on_post)
            self._takers[call.id] = frozenset(station.id for station in able)
        return self._takers[call.id]

    def _call(self, call: Call) -> None:
        self._called.add(call.id)
        self._taken.add(call.kiosk_id)
        board = self._board
        expires = board.now + board.rules.summon_s
        call = calls.move(board, call, CallState.SUMMONED, summon_at=None, summon_expires_at=expires)
        board.log(EventName.NUMBER_CALLED, call, detail=str(call.ticket_no))
        board.tell(TicketsMoved(call.kiosk_id))
