"""Numbers: a place in the queue kept for somebody who left the kiosk to others.

A number holds no kiosk and is never proposed to a station: it never blocks anybody (I7). When it is nearly its
turn, the kiosk calls it for a while; whoever comes back waits again there, with the old arrival, so first.
"""

from collections.abc import Iterator
from dataclasses import replace

from hub.core import calls, presence, routing
from hub.core.board import Board, Rejected
from hub.core.call_queue import in_order
from hub.core.calls import Ending
from hub.core.events import EventName
from hub.core.notices import CallStored, CallTurnedAway, Ended, PlaceKept, TicketsMoved
from hub.core.requests import ClaimPlace, KeepPlace
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import ErrorCode, RefusalReason

HIGHEST_NUMBER = 999
QUIET_S = 60.0
"""A number that was just taken is not called yet, unless an agent is free for it: its owner is still leaving."""
BUSY_RETRY_S = 15.0
"""How often a kiosk that is in a call at another partner is looked at again."""


def keep(board: Board, request: KeepPlace) -> None:
    """Turn a waiting call into a number.

    Raises: Rejected, when there is no such call, it does not wait, or the partner gives no numbers.
    """
    call = calls.of_party(board, request.kiosk, request.call_id)
    if call.ended_at is not None:
        board.tell(Ended(call, None))
        return
    if call.is_ticket:
        board.tell(PlaceKept(call))
        return
    if not call.is_waiting:
        raise Rejected(ErrorCode.CONFLICT, "the call was answered")
    if board.partner.policy.keep_place_after_s <= 0:
        raise Rejected(ErrorCode.CONFLICT, "this partner gives no numbers")
    number = _free_number(board, call)
    if call.state is CallState.OFFERED:
        station = board.station(call.station_id)
        call = calls.requeue(board, call, EventName.OFFER_WITHDRAWN, "usager_left")
        presence.release(board, station, worked=False)
    call = calls.move(
        board,
        call,
        CallState.KEPT,
        ticket_no=number,
        waiting_since=board.now,
        alone_since=None,
        kiosk_lost_at=None,
        summons=0,
        summon_at=None,
    )
    board.log(EventName.PLACE_KEPT, call, detail=str(number))
    board.tell(PlaceKept(call))


def _free_number(board: Board, call: Call) -> int:
    """The one it had before; else one more than the highest that is kept at this kiosk, the smallest free one at last.

    Raises: Rejected, when all numbers are taken.
    """
    tickets = (c for c in (board.calls_of_kiosk | board.calls).values() if c.is_ticket)
    taken = {c.ticket_no for c in tickets if c.kiosk_id == call.kiosk_id and c.ticket_no is not None}
    if call.ticket_no is not None and call.ticket_no not in taken:
        return call.ticket_no
    following = max(taken, default=0) + 1
    if following <= HIGHEST_NUMBER:
        return following
    free = next((number for number in range(1, HIGHEST_NUMBER + 1) if number not in taken), None)
    if free is None:
        raise Rejected(ErrorCode.TOO_MANY, "no number is left at this kiosk")
    return free


def claim(board: Board, request: ClaimPlace) -> None:
    """The owner of a number is at the kiosk: they wait there again, at the place they had.

    A number that was not called yet may be claimed too: who stands there may wait there. A place that was claimed
    already is claimed once more. The row keeps the request that placed it: a late copy of that one places nothing.

    Raises: Rejected, when the kiosk has no such number.
    """
    call = calls.of_party(board, request.kiosk, request.call_id)
    if call.ended_at is not None:
        board.tell(Ended(call, None))
        return
    if not call.is_ticket:
        board.tell(CallStored(replace(call, request_id=request.request_id)))
        return
    reason = _no_claim(board, request)
    if reason is not None:
        board.log(EventName.CALL_REFUSED, call, detail=reason.value)
        board.tell(CallTurnedAway(request.kiosk.id, request.request_id, reason))
        return
    call = calls.move(
        board,
        call,
        CallState.QUEUED,
        kiosk_node=request.node,
        kiosk_lost_at=None,
        waiting_since=board.now,
        summons=0,
        summon_at=None,
        summon_expires_at=None,
    )
    board.log(EventName.PLACE_CLAIMED, call, detail=str(call.ticket_no))
    board.tell(CallStored(replace(call, request_id=request.request_id)))
    board.tell(TicketsMoved(call.kiosk_id))


def _no_claim(board: Board, request: ClaimPlace) -> RefusalReason | None:
    if not board.partner.is_enabled:
        return RefusalReason.UNKNOWN_PARTNER
    if not request.kiosk_is_enabled:
        return RefusalReason.KIOSK_DISABLED
    if any(c.holds_kiosk for c in (board.calls_of_kiosk | board.calls).values() if c.kiosk_id == request.kiosk.id):
        return RefusalReason.CALL_IN_PROGRESS
    return None


def miss(board: Board, call: Call) -> None:
    """The number was called in vain: left alone for a while, then called once more; then it is over."""
    if _is_busy(board, call.kiosk_id):
        _give_way(board)
        return
    summons = call.summons + 1
    board.log(EventName.NUMBER_MISSED, call, detail=str(summons))
    if summons >= board.rules.summons_limit:
        calls.end(board, board.set_call(call, summons=summons), Ending.NOT_BACK)
        return
    changes = {"summons": summons, "summon_at": board.now + board.rules.summon_pause_s, "summon_expires_at": None}
    calls.move(board, call, CallState.KEPT, **changes)
    board.tell(TicketsMoved(call.kiosk_id))


def summon(board: Board) -> None:
    """Call the numbers whose turn it nearly is; once what waits at the kiosks was routed."""
    if not any(call.is_ticket for call in board.calls.values()):
        return
    _give_way(board)
    free = routing.available(board)
    for call in in_order(call for call in board.calls.values() if call.is_ticket):
        if call.state is CallState.SUMMONED:
            _take_one(free, routing.takers(board, call, free))
        elif _may_be_called(board, call):
            could_now = routing.takers(board, call, free)
            if could_now or (_is_quiet_over(board, call) and _is_nearly_its_turn(board, call)):
                _take_one(free, could_now)
                _call_number(board, call)


def _give_way(board: Board) -> None:
    """A number whose kiosk is in a call cannot be claimed: it is not counted as missed, and called again later."""
    for call in list(board.calls.values()):
        if call.state is CallState.SUMMONED and _is_busy(board, call.kiosk_id):
            calls.move(board, call, CallState.KEPT, summon_expires_at=None)
            board.log(EventName.PLACE_KEPT, call, detail=str(call.ticket_no))
            board.tell(TicketsMoved(call.kiosk_id))


def _is_busy(board: Board, kiosk_id: str) -> bool:
    return kiosk_id in board.busy_elsewhere or board.call_of_kiosk(kiosk_id) is not None


def _may_be_called(board: Board, call: Call) -> bool:
    """One number at a time at each kiosk, and not while it serves somebody."""
    if call.state is not CallState.KEPT or (call.summon_at is not None and board.now < call.summon_at):
        return False
    if _is_busy(board, call.kiosk_id):
        return False
    return not any(c.state is CallState.SUMMONED and c.kiosk_id == call.kiosk_id for c in board.calls.values())


def _is_quiet_over(board: Board, call: Call) -> bool:
    return board.now >= (call.waiting_since or call.queued_at) + QUIET_S


def _is_nearly_its_turn(board: Board, call: Call) -> bool:
    """Not more calls come before it than stations on post may take them and it.

    Those before it who wait for other agents than it does are not in its way; nor are numbers that cannot be called.
    """
    on_post = [station for station in board.stations.values() if station.is_on_post]
    mine = {station.id for station in routing.takers(board, call, on_post)}
    before = 0
    for other in in_order(board.calls.values()):
        if other.id == call.id:
            return before < len(mine)
        if other.is_waiting or other.state is CallState.SUMMONED or _may_be_called(board, other):
            before += any(station.id in mine for station in routing.takers(board, other, on_post))
    return False


def _take_one(free: list[LiveStation], could: list[LiveStation]) -> None:
    if could:
        free.remove(could[0])


def _call_number(board: Board, call: Call) -> None:
    expires = board.now + board.rules.summon_s
    call = calls.move(board, call, CallState.SUMMONED, summon_at=None, summon_expires_at=expires)
    board.log(EventName.NUMBER_CALLED, call, detail=str(call.ticket_no))
    board.tell(TicketsMoved(call.kiosk_id))


def next_tries(board: Board) -> Iterator[float]:
    """When time alone, or a call at another partner that is over, may let a number be called."""
    for call in board.calls.values():
        if call.is_ticket and call.kiosk_id in board.busy_elsewhere:
            yield board.now + BUSY_RETRY_S
        elif call.state is CallState.KEPT:
            yield (call.waiting_since or call.queued_at) + QUIET_S
            if call.summon_at is not None:
                yield call.summon_at
