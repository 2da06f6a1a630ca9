"""An usager asks for an agent: let in, or told why not."""

from dataclasses import replace

from hub.core import admission, ladder, routing
from hub.core.board import Board
from hub.core.call_queue import positions
from hub.core.events import EventName
from hub.core.notices import CallStored, CallTurnedAway, Ended, PlaceKept
from hub.core.requests import Place
from hub.core.rows import Call
from hub.core.waiting_time import steps_ahead
from hub.protocol import Outcome, RefusalReason

_AFTER_S = 0.001


def place(board: Board, request: Place) -> None:
    """Store the call, or turn it away. The same request is the same call, whatever became of it."""
    same = next((c for c in board.calls_of_kiosk.values() if c.request_id == request.request_id), None)
    if same is not None:
        _tell_again(board, board.calls.get(same.id, same))
        return
    call = _new_call(board, request)
    turned_away = _refusal(board, request, call)
    if turned_away is not None:
        board.log(EventName.CALL_REFUSED, detail=turned_away.reason.value)
        board.tell(turned_away)
        return
    is_free = routing.choose(board, call, routing.available(board)) is not None
    call = replace(call, ahead=steps_ahead(len(positions(board)), is_free=is_free))
    board.add_call(call)
    board.log(EventName.CALL_PLACED, call)
    board.tell(CallStored(call))


def _tell_again(board: Board, call: Call) -> None:
    if call.is_ticket:
        board.tell(PlaceKept(call))
        return
    board.tell(CallStored(call))
    if call.ended_at is not None:
        board.tell(Ended(call, None))


def _new_call(board: Board, request: Place) -> Call:
    motif = board.partner.motif(request.motif_id)
    failed = _cut_off(board, request)
    return Call(
        id=request.call_id,
        request_id=request.request_id,
        kiosk_id=request.kiosk.id,
        partner_id=board.partner.id,
        queued_at=failed.queued_at if failed is not None else _arrival(board),
        waiting_since=board.now if failed is not None else None,
        motif_id=request.motif_id,
        site_id=request.site_id,
        accompanied=request.accompanied,
        language=request.language,
        priority=motif.priority if motif is not None else 0,
        kiosk_node=request.node,
    )


def _cut_off(board: Board, request: Place) -> Call | None:
    """The call that failed under this caller just now: its place is still theirs."""
    last = board.cut_off_call
    if (
        last is None
        or (last.kiosk_id, last.partner_id) != (request.kiosk.id, board.partner.id)
        or last.outcome is not Outcome.FAILED
        or last.ended_at is None
        or board.now - last.ended_at >= board.rules.kept_place_s
    ):
        return None
    return last


def _arrival(board: Board) -> float:
    """Now; just after those who wait already, when the clock is behind them."""
    latest = max((c.queued_at for c in board.calls.values() if c.is_waiting or c.is_ticket), default=board.now)
    return board.now if latest <= board.now else latest + _AFTER_S


def _refusal(board: Board, request: Place, call: Call) -> CallTurnedAway | None:
    reason = _impossible(board, request)
    if reason is not None:
        return _turned_away(request, reason)
    if not board.opening.is_open:
        return _turned_away(request, RefusalReason.CLOSED, _opens_at(board, request))
    is_back = call.waiting_since is not None
    if board.local is not None and not is_back:
        refused = admission.refusal(
            board.partner,
            request.kiosk.id,
            request.site_id,
            request.motif_id,
            board.local,
            board.placed_in_window,
        )
        if refused is not None:
            return _turned_away(request, refused.reason, refused.opens_at)
    if not routing.has_hope(board, call):
        return _turned_away(request, RefusalReason.NOBODY_ON_POST)
    is_free = routing.choose(board, call, routing.available(board)) is not None
    if not is_free and not is_back and ladder.is_too_long(board.partner, len(positions(board)), request.wait):
        return CallTurnedAway(request.kiosk.id, request.request_id, RefusalReason.WAIT_TOO_LONG, wait=request.wait)
    return None


def _opens_at(board: Board, request: Place) -> str | None:
    """When the partner opens for this caller: not always when it opens for everybody."""
    if board.local is None or not board.partner.policy.admissions:
        return board.opening.opens_at
    return admission.next_chance(board.partner, request.kiosk.id, request.site_id, request.motif_id, board.local)


def _impossible(board: Board, request: Place) -> RefusalReason | None:
    """What no rule of the partner can change."""
    if not board.partner.is_enabled:
        return RefusalReason.UNKNOWN_PARTNER
    if not request.kiosk_is_enabled:
        return RefusalReason.KIOSK_DISABLED
    if request.motif_id is not None and board.partner.motif(request.motif_id) is None:
        return RefusalReason.UNKNOWN_MOTIF
    if any(call.holds_kiosk for call in board.calls_of_kiosk.values()):
        return RefusalReason.CALL_IN_PROGRESS
    return None


def _turned_away(request: Place, reason: RefusalReason, opens_at: str | None = None) -> CallTurnedAway:
    return CallTurnedAway(request.kiosk.id, request.request_id, reason, opens_at)
