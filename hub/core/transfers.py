"""Passing a caller on: to a colleague, a pool or another partner, with the original arrival.

Blind: the caller waits for the next agent at once, as a new leg of the call. Announced: the new leg rings while the
caller stays with the first agent, and does not hold the kiosk until it is taken. The two legs may belong to two
partners: their boards then talk by follow-ups, decided in the same transaction.
"""

from dataclasses import replace

from hub.core import calls, routing
from hub.core.board import Board, Rejected
from hub.core.call_queue import positions
from hub.core.calls import Ending
from hub.core.events import EventName
from hub.core.notices import Accepted, Ringing, TransferMoved, Transferred
from hub.core.requests import CancelTransfer, ReceiveTransfer, SettleTransfer, Transfer
from hub.core.rows import Call, CallState, TransferState
from hub.core.waiting_time import steps_ahead
from hub.protocol import EndCause, ErrorCode, TransferTarget

_CLOSED_TO_IT = {"transfer_call_id": None, "transfer_to": None, "transfer_state": None}


def transfer(board: Board, request: Transfer) -> None:
    """An agent passes the caller on. Asked for again as it was, it only says how far it is.

    Raises: Rejected, when the call is not in progress, another transfer is open, or nobody there could take it.
    """
    call = calls.of_party(board, request.station, request.call_id)
    to = f"{request.to.kind}:{request.to.id}"
    if call.transfer_to == to:
        board.tell(TransferMoved(request.station.id, call.id, call.transfer_state or "done", request.to))
        return
    if call.transfer_to is not None:
        raise Rejected(ErrorCode.CONFLICT, "another transfer of this call is open, or was made")
    if not call.has_media:
        raise Rejected(ErrorCode.CONFLICT, "the call is not in progress")
    leg = _leg(board, request, call)
    how = "announced" if request.announced else "blind"
    state: TransferState | None = "waiting" if request.announced else None
    call = board.set_call(call, transfer_call_id=leg.id, transfer_to=to, transfer_state=state)
    board.log(EventName.TRANSFER_ASKED, call, detail=f"{how}:{request.to.kind}")
    if not request.announced:
        _leave(board, call)
    else:
        board.tell(TransferMoved(request.station.id, call.id, "waiting", request.to))
    if leg.partner_id != board.partner.id:
        board.follow_ups.append(ReceiveTransfer(leg.partner_id, leg))
        return
    board.exclude(leg, request.station.id, "declined")
    _enter(board, leg)


def _leg(board: Board, request: Transfer, call: Call) -> Call:
    """The call as it goes on. Raises: Rejected, when this partner has no such target."""
    to = request.to
    if not _exists(board, request):
        raise Rejected(ErrorCode.NOT_FOUND, "no such target")
    is_elsewhere = to.kind == "partner"
    return Call(
        id=request.new_call_id,
        request_id=request.new_call_id,
        kiosk_id=call.kiosk_id,
        partner_id=to.id if is_elsewhere else board.partner.id,
        queued_at=call.queued_at,
        waiting_since=board.now,
        motif_id=to.motif_id if is_elsewhere else call.motif_id,
        site_id=call.site_id,
        accompanied=call.accompanied,
        language=call.language,
        only_station_id=to.id if to.kind == "station" else None,
        only_pool_id=to.id if to.kind == "pool" else None,
        origin_call_id=call.id,
        origin_partner_id=board.partner.id,
        origin_agent_id=call.agent_id,
        is_announced=request.announced,
        kiosk_node=call.kiosk_node,
        kiosk_lost_at=None if request.announced else call.kiosk_lost_at,
    )


def _exists(board: Board, request: Transfer) -> bool:
    match request.to.kind:
        case "station":
            station = board.stations.get(request.to.id)
            return station is not None and station.is_enabled and station.id != request.station.id
        case "pool":
            return board.partner.pool(request.to.id) is not None
        case "partner":
            # Whether it exists is known where it is decided on.
            return request.to.id != board.partner.id


def receive(board: Board, request: ReceiveTransfer) -> None:
    """A caller comes from another partner. Their agent's word is enough: admission rules are for kiosks.

    Raises: Rejected, when nobody here could take the call; nothing happens at the other partner either then.
    """
    leg = request.call
    if leg.id in board.calls:
        return
    if not board.partner.is_enabled:
        raise Rejected(ErrorCode.NOT_FOUND, "no such target")
    if leg.motif_id is not None and board.partner.motif(leg.motif_id) is None:
        raise Rejected(ErrorCode.NOT_FOUND, "no such motif there")
    if not board.opening.is_open:
        raise Rejected(ErrorCode.CONFLICT, "the partner is closed")
    _enter(board, leg)


def _enter(board: Board, leg: Call) -> None:
    if not routing.has_hope(board, leg, as_passed_on=True):
        raise Rejected(ErrorCode.CONFLICT, "nobody there could take the call")
    motif = board.partner.motif(leg.motif_id)
    board.add_call(replace(leg, priority=motif.priority if motif is not None else 0))
    leg = board.calls[leg.id]
    is_free = routing.choose(board, leg, routing.available(board)) is not None
    leg = board.set_call(leg, ahead=steps_ahead(positions(board)[leg.id] - 1, is_free=is_free))
    board.log(EventName.CALL_RECEIVED, leg, detail="announced" if leg.is_announced else "blind")
    if not leg.is_announced:
        board.tell(Transferred(leg.origin_call_id or "", leg))


def _leave(board: Board, call: Call) -> None:
    """The first leg is over: the caller is somebody else's, the agent wraps up."""
    to = _target(call)
    board.log(EventName.CALL_TRANSFERRED, call, detail=to.kind)
    calls.end(board, call, Ending.TRANSFERRED)
    board.tell(TransferMoved(call.station_id or "", call.id, "done", to))
    if to.kind == "partner":
        board.busy_elsewhere |= {call.kiosk_id}


def _target(call: Call) -> TransferTarget:
    to = call.transfer_target
    assert to is not None, "the call is not passed on"
    return to


# ---- an announced transfer that is open ----------------------------------------------------------------------


def take(board: Board, leg: Call) -> None:
    """The station that an announced leg rings at answers: the caller comes over, in the same transaction."""
    if leg.origin_partner_id != board.partner.id:
        # Announced until the first leg let go of the kiosk, there; `arrived` comes back.
        calls.accept(board, leg)
        board.follow_ups.append(SettleTransfer(leg.origin_partner_id or "", leg.origin_call_id or "", "taken"))
        return
    first = _let_go(board, leg.origin_call_id or "")
    _arrive(board, calls.accept(board, leg), first.kiosk_node, first.kiosk_lost_at)


def _let_go(board: Board, call_id: str) -> Call:
    """End the first leg of a transfer that was taken; the leg as it was before."""
    first = board.calls.get(call_id)
    if first is None or not first.has_media or first.transfer_state is None:
        raise Rejected(ErrorCode.CONFLICT, "the caller has left")
    board.log(EventName.TRANSFER_TAKEN, first)
    _leave(board, board.set_call(first, transfer_state=None))
    return first


def _arrive(board: Board, leg: Call, kiosk_node: str | None, kiosk_lost_at: float | None) -> None:
    leg = board.set_call(leg, is_announced=False, kiosk_node=kiosk_node, kiosk_lost_at=kiosk_lost_at)
    board.tell(Transferred(leg.origin_call_id or "", leg))
    board.tell(Accepted(leg))


def refuse(board: Board, leg: Call) -> None:
    """Nobody took the announced leg: the caller stays where they are."""
    calls.end(board, leg, Ending.TRANSFER_REFUSED)
    if leg.origin_partner_id == board.partner.id:
        _hear_refusal(board, leg.origin_call_id or "")
    else:
        board.follow_ups.append(SettleTransfer(leg.origin_partner_id or "", leg.origin_call_id or "", "refused"))


def _hear_refusal(board: Board, call_id: str) -> None:
    first = board.calls.get(call_id)
    if first is None or first.transfer_state is None:
        return
    to = _target(first)
    first = board.set_call(first, **_CLOSED_TO_IT)
    board.log(EventName.TRANSFER_REFUSED, first)
    board.tell(TransferMoved(first.station_id or "", first.id, "refused", to))


def cancel(board: Board, request: CancelTransfer) -> None:
    """The agent takes the transfer back; too late, they are told that it was made. Twice changes nothing.

    Raises: Rejected, when the call is not theirs.
    """
    call = calls.of_party(board, request.station, request.call_id)
    if call.transfer_state is not None:
        to = _target(call)
        _drop(board, call, "cancelled")
        board.log(EventName.TRANSFER_CANCELLED, call)
        board.tell(TransferMoved(request.station.id, call.id, "cancelled", to))
    elif call.cause is EndCause.TRANSFERRED:
        board.tell(TransferMoved(request.station.id, call.id, "done", _target(call)))


def _drop(board: Board, call: Call, how: str) -> None:
    """Let the announced leg of this call go; the call itself is as it is."""
    to, leg_id = _target(call), call.transfer_call_id or ""
    board.set_call(call, **_CLOSED_TO_IT)
    if to.kind == "partner":
        board.follow_ups.append(SettleTransfer(to.id, leg_id, "cancelled" if how == "cancelled" else "dropped"))
    else:
        _end_dropped(board, leg_id, how)


def _end_dropped(board: Board, leg_id: str, how: str) -> None:
    leg = board.calls.get(leg_id)
    if leg is None or leg.ended_at is not None:
        return
    if leg.is_announced:
        calls.end(board, leg, Ending.TRANSFER_REFUSED if how == "cancelled" else Ending.TRANSFER_DROPPED)
    else:
        calls.end(board, leg, Ending.KIOSK_HUNG_UP)


def hang_up_onward(board: Board, call: Call) -> None:
    """The usager hung up on a leg that was just passed on: they mean the call, wherever it is now."""
    to, leg_id = _target(call), call.transfer_call_id or ""
    if to.kind == "partner":
        board.follow_ups.append(SettleTransfer(to.id, leg_id, "dropped"))
    else:
        _end_dropped(board, leg_id, "dropped")


def settle(board: Board, request: SettleTransfer) -> None:
    """How a transfer went at its other end. What is no longer so changes nothing."""
    match request.how:
        case "taken":
            first = _let_go(board, request.call_id)
            to, leg_id = _target(first), first.transfer_call_id or ""
            arrived = SettleTransfer(to.id, leg_id, "arrived", first.kiosk_node, first.kiosk_lost_at)
            board.follow_ups.append(arrived)
        case "arrived":
            leg = board.calls.get(request.call_id)
            if leg is not None and leg.is_announced and leg.has_media:
                _arrive(board, leg, request.kiosk_node, request.kiosk_lost_at)
        case "refused":
            _hear_refusal(board, request.call_id)
        case "ringing":
            _hear_ringing(board, request.call_id)
        case "dropped" | "cancelled":
            _end_dropped(board, request.call_id, request.how)


def _hear_ringing(board: Board, call_id: str) -> None:
    first = board.calls.get(call_id)
    if first is not None and first.transfer_state == "waiting":
        board.set_call(first, transfer_state="ringing")
        board.tell(TransferMoved(first.station_id or "", first.id, "ringing", _target(first)))


# ---- what follows from other decisions -----------------------------------------------------------------------


def let_go(board: Board) -> None:
    """Where the first leg is over, or waits again, nobody announces anything any more."""
    for call_id in sorted(board.changed_calls):
        call = board.calls.get(call_id) or board.past_calls[call_id]
        if call.transfer_state is not None and not call.has_media:
            _drop(board, call, "dropped")


def widen(board: Board) -> None:
    """A caller who was passed on to somebody who declined, missed or left waits for anybody."""
    for call in list(board.calls.values()):
        is_restricted = call.only_station_id is not None or call.only_pool_id is not None
        if call.state is not CallState.QUEUED or call.is_announced or not is_restricted:
            continue
        if not routing.has_hope(board, call, as_passed_on=True):
            board.set_call(call, only_station_id=None, only_pool_id=None)
            board.log(EventName.REACH_WIDENED, call)


def tell_ringing(board: Board, said_before: int) -> None:
    """Tell the agents who announce a caller that it rings there. `said_before`: notices of former decisions."""
    for notice in board.notices[said_before:]:
        if not isinstance(notice, Ringing) or not notice.call.is_announced:
            continue
        leg = notice.call
        if leg.origin_partner_id == board.partner.id:
            _hear_ringing(board, leg.origin_call_id or "")
        else:
            board.follow_ups.append(SettleTransfer(leg.origin_partner_id or "", leg.origin_call_id or "", "ringing"))
