"""Numbers: a place in the queue kept for somebody who left the kiosk to others.

A number holds no kiosk and is never proposed to a station: it never blocks anybody (I7). When it is nearly its
turn, the kiosk calls it (`hub.core.summoning`); whoever comes back waits again there, with the old arrival, so first.
"""

from dataclasses import replace

from hub.core import calls, presence
from hub.core.board import Board, Rejected
from hub.core.events import EventName
from hub.core.notices import CallStored, CallTurnedAway, Ended, PlaceKept, TicketsMoved
from hub.core.requests import ClaimPlace, KeepPlace
from hub.core.rows import Call, CallState
from hub.protocol import ErrorCode, RefusalReason

HIGHEST_NUMBER = 999


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
