"""One decision: a request, then everything that is due, then routing, on one partner's board.

Pure: the same board, request and instant always give the same changes. Whatever is repeated, late or out of order
either changes nothing or is rejected (I10).
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from hub.core import calls, deadlines, placing, presence, routing, summoning, tickets, transfers
from hub.core.board import Board, Rejected
from hub.core.calls import Ending
from hub.core.events import EventName
from hub.core.notices import Ended, Requeued, StationMoved, WithdrawalReason, Withdrawn
from hub.core.requests import (
    Accept,
    CancelTransfer,
    ClaimPlace,
    Decline,
    ExtendWrapUp,
    FinishWrapUp,
    HangUp,
    HearMedia,
    KeepPlace,
    Kiosk,
    Look,
    LoseKiosk,
    LoseNodes,
    LoseStation,
    Place,
    ReceiveTransfer,
    RenewPeer,
    Request,
    SeeKiosk,
    SetRest,
    SettleTransfer,
    TakeStation,
    Transfer,
)
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import EndCause, ErrorCode, Outcome, StationState


def decide(board: Board, request: Request) -> None:
    """Change the board as `request` and the time ask.

    Raises:
        Rejected: the request cannot be done; the board must then be thrown away.
    """
    calls_before, stations_before = dict(board.calls), dict(board.stations)
    said_before = len(board.notices)
    _HANDLERS[type(request)](board, request)
    deadlines.run_due(board)
    transfers.let_go(board)
    transfers.widen(board)
    routing.route(board)
    summoning.summon(board)
    deadlines.note_who_is_alone(board)
    transfers.tell_ringing(board, said_before)
    for call in board.calls.values():
        before = calls_before.get(call.id)
        rang = before is not None and before.state is CallState.OFFERED
        if rang and call.state is CallState.QUEUED and not call.is_announced:
            board.tell(Requeued(call, "not_answered"))
    _tell_stations(board, calls_before, stations_before)


def _tell_stations(board: Board, calls_before: dict[str, Call], stations_before: dict[str, LiveStation]) -> None:
    """Tell each station whose page shows something else now. Only those that the decision touched are looked at."""
    touched = set(board.changed_stations)
    for call_id in board.changed_calls | board.new_calls:
        for call in (calls_before.get(call_id), board.calls.get(call_id)):
            if call is not None and call.holds_station and call.station_id is not None:
                touched.add(call.station_id)
    if not touched:
        return
    before, after = _timings(calls_before), _timings(board.calls)
    for station_id in sorted(touched):
        station = board.stations[station_id]
        if _shown(stations_before[station_id], before) != _shown(station, after):
            board.tell(StationMoved(station))


Timings: TypeAlias = dict[str | None, tuple[Any, ...]]


def _timings(live: dict[str, Call]) -> Timings:
    """By station: what its page counts down."""
    holding = (call for call in live.values() if call.holds_station)
    return {call.station_id: (call.id, call.offer_expires_at, call.wrap_up_expires_at) for call in holding}


def _shown(station: LiveStation, timings: Timings) -> tuple[Any, ...]:
    """What a station's page shows of its state."""
    rest = (station.next_state, station.next_away_reason)
    return station.state, station.away_reason, rest, timings.get(station.id)


_HANG_UPS: dict[tuple[bool, str], Ending] = {
    (True, "hung_up"): Ending.KIOSK_HUNG_UP,
    (True, "idle"): Ending.KIOSK_IDLE,
    (True, "media_lost"): Ending.MEDIA_LOST,
    (False, "hung_up"): Ending.STATION_HUNG_UP,
    (False, "idle"): Ending.STATION_HUNG_UP,
    (False, "media_lost"): Ending.MEDIA_LOST,
}
"""By (from the kiosk, how)."""


def _hang_up(board: Board, request: HangUp) -> None:
    from_kiosk = isinstance(request.party, Kiosk)
    call = calls.of_party(board, request.party, request.call_id)
    if call.ended_at is not None:
        if from_kiosk and call.cause is EndCause.TRANSFERRED:
            if request.how != "media_lost":
                transfers.hang_up_onward(board, call)
            return
        board.tell(Ended(call, None if from_kiosk else call.station_id))
        return
    if not from_kiosk and not call.has_media:
        raise Rejected(ErrorCode.CONFLICT, "the call is not accepted: decline it")
    calls.end(board, call, _HANG_UPS[from_kiosk, request.how])


def _accept(board: Board, request: Accept) -> None:
    """Compare-and-swap on (call, offer number): one winner; everybody else is told that the offer is gone."""
    presence.require_epoch(board, request.station.id, request.station.epoch)
    call = board.calls.get(request.call_id)
    if call is not None and call.station_id == request.station.id and call.offer_no == request.offer_no:
        if call.state is CallState.OFFERED:
            (transfers.take if call.is_announced else calls.accept)(board, call)
        return
    _offer_is_gone(board, request)


def _decline(board: Board, request: Decline) -> None:
    station = presence.require_epoch(board, request.station.id, request.station.epoch)
    call = board.calls.get(request.call_id)
    if (
        call is None
        or call.state is not CallState.OFFERED
        or (call.station_id, call.offer_no) != (station.id, request.offer_no)
    ):
        _offer_is_gone(board, request)
        return
    board.exclude(call, station.id, "declined")
    calls.requeue(board, call, EventName.OFFER_DECLINED, "declined")
    presence.move(board, station, StationState.AVAILABLE, missed_offers=0)


def _offer_is_gone(board: Board, request: Accept | Decline) -> None:
    call = board.calls.get(request.call_id) or board.past_calls.get(request.call_id)
    passed = board.exclusions.get((request.call_id, request.station.id))
    reason: WithdrawalReason = "gone"
    if call is not None and call.has_media:
        reason = "taken_elsewhere"
    elif passed is not None:
        reason = "declined" if passed.how == "declined" else "expired"
    elif call is not None and call.outcome is Outcome.ABANDONED:
        reason = "usager_left"
    board.tell(Withdrawn(request.station.id, request.call_id, request.offer_no, reason))


def _hear_media(board: Board, request: HearMedia) -> None:
    call = calls.of_party(board, request.party, request.call_id)
    if call.has_media and call.peer_no == request.peer_no:
        calls.hear_media(board, call, from_kiosk=isinstance(request.party, Kiosk), state=request.state)


def _renew_peer(board: Board, request: RenewPeer) -> None:
    call = calls.of_party(board, request.party, request.call_id)
    if call.has_media:
        # Both sides notice a dead connection, often together: the second to ask has what it wants already.
        if request.peer_no is None or request.peer_no == call.peer_no:
            calls.renew_peer(board, call)
    elif call.ended_at is not None:
        board.tell(Ended(call, None if isinstance(request.party, Kiosk) else call.station_id))


def _set_rest(board: Board, request: SetRest) -> None:
    station = presence.require_epoch(board, request.station.id, request.station.epoch)
    if station.state is StationState.OFFERED and request.state == "away":
        call = board.call_of_station(station.id)
        if call is not None:
            board.exclude(call, station.id, "declined")
            calls.requeue(board, call, EventName.OFFER_DECLINED, "declined")
            station = presence.move(board, station, StationState.AVAILABLE)
    presence.set_rest(board, station, request.state, request.away_reason)


def _finish_wrap_up(board: Board, request: FinishWrapUp) -> None:
    call = calls.of_party(board, request.station, request.call_id)
    if call.state is CallState.CLOSED:
        return
    if call.state is not CallState.WRAP_UP:
        raise Rejected(ErrorCode.CONFLICT, "the call is not over")
    if request.motif_id is not None and board.partner.motif(request.motif_id) is None:
        raise Rejected(ErrorCode.INVALID, "no such motif")
    calls.close(board, call, request.resolution, request.motif_id)
    station = board.station(request.station.id)
    station = board.set_station(station, next_state=request.next_state, next_away_reason=request.away_reason)
    presence.release(board, station, worked=True)


def _extend_wrap_up(board: Board, request: ExtendWrapUp) -> None:
    call = calls.of_party(board, request.station, request.call_id)
    if call.state is CallState.CLOSED:
        return
    if call.state is not CallState.WRAP_UP:
        raise Rejected(ErrorCode.CONFLICT, "the call is not over")
    until = max(call.wrap_up_expires_at or board.now, board.now) + board.partner.wrap_up_s
    latest = (call.ended_at or board.now) + board.rules.wrap_up_limit_s
    board.set_call(call, wrap_up_expires_at=min(until, max(latest, call.wrap_up_expires_at or latest)))
    board.log(EventName.WRAP_UP_EXTENDED, call)


def _take_station(board: Board, request: TakeStation) -> None:
    station = board.station(request.station_id)
    call = board.call_of_station(station.id)
    if call is not None and call.state is CallState.OFFERED and station.agent_id != request.agent_id:
        raise Rejected(ErrorCode.CONFLICT, "another agent sits there")
    presence.take(board, request.station_id, request.agent_id, request.take_over, request.node)


def _lose_station(board: Board, request: LoseStation) -> None:
    station = board.station(request.station.id)
    if station.epoch == request.station.epoch:
        _lose_link(board, station.id)


def _lose_link(board: Board, station_id: str) -> None:
    station = board.station(station_id)
    call = board.call_of_station(station_id)
    if call is not None and call.state is CallState.OFFERED:
        calls.requeue(board, call, EventName.CALL_REQUEUED, "gone")
    presence.lose(board, station)


def _see_kiosk(board: Board, request: SeeKiosk) -> None:
    call = board.calls.get(request.call_id)
    if call is None or call.kiosk_id != request.kiosk.id or not call.holds_kiosk:
        return
    if call.kiosk_node != request.node:
        call = board.set_call(call, kiosk_node=request.node)
    if call.kiosk_lost_at is not None:
        board.log(EventName.KIOSK_BACK, call)
        call = board.set_call(call, kiosk_lost_at=None, media_at=board.now if call.has_media else call.media_at)
    # A kiosk that was cut off while its call was transferred holds the leg before this one.
    if call.has_media and request.held_call_id not in (call.id, call.origin_call_id or call.id):
        # The kiosk started anew, or both parties ended it between them while the hub was away.
        calls.end(board, call, Ending.KIOSK_LOST)


def _lose_kiosk(board: Board, request: LoseKiosk) -> None:
    call = board.calls.get(request.call_id)
    if call is None or call.kiosk_id != request.kiosk.id or not call.holds_kiosk or call.kiosk_lost_at is not None:
        return
    if request.node is not None and call.kiosk_node not in (None, request.node):
        return
    board.log(EventName.KIOSK_LOST, call)
    board.set_call(call, kiosk_lost_at=board.now)


def _lose_nodes(board: Board, request: LoseNodes) -> None:
    """Links of dead hubs are lost now: times that ran since an older loss start again, once.

    When no party of this board is linked to a hub that lives, nobody could come back meanwhile: all times start
    again.
    """
    held_by = {s.node_id for s in board.stations.values() if s.is_linked}
    held_by |= {c.kiosk_node for c in board.calls.values() if c.holds_kiosk and c.kiosk_lost_at is None}
    none_lives = held_by.isdisjoint(request.living)
    for station_id in [s.id for s in board.stations.values() if s.node_id not in request.living]:
        station = board.stations[station_id]
        if station.lost_at is None:
            _lose_link(board, station_id)
        elif none_lives or station.node_id is not None:
            board.set_station(station, lost_at=board.now)
        if station.node_id is not None:
            board.set_station(board.stations[station_id], node_id=None)
    for call in list(board.calls.values()):
        if call.holds_kiosk and call.kiosk_node not in request.living:
            if call.kiosk_lost_at is None or none_lives or call.kiosk_node is not None:
                board.set_call(call, kiosk_lost_at=board.now, kiosk_node=None)
        elif none_lives and call.state is CallState.SUMMONED:
            board.set_call(call, summon_expires_at=board.now + board.rules.summon_s)
        if none_lives and call.alone_since is not None:
            board.set_call(board.calls[call.id], alone_since=board.now)


def _look(_board: Board, _request: Look) -> None:
    """Nothing but what is due."""


_HANDLERS: dict[type[Any], Callable[[Board, Any], None]] = {
    Place: placing.place,
    HangUp: _hang_up,
    KeepPlace: tickets.keep,
    ClaimPlace: tickets.claim,
    Transfer: transfers.transfer,
    CancelTransfer: transfers.cancel,
    ReceiveTransfer: transfers.receive,
    SettleTransfer: transfers.settle,
    Accept: _accept,
    Decline: _decline,
    HearMedia: _hear_media,
    RenewPeer: _renew_peer,
    SetRest: _set_rest,
    FinishWrapUp: _finish_wrap_up,
    ExtendWrapUp: _extend_wrap_up,
    TakeStation: _take_station,
    LoseStation: _lose_station,
    SeeKiosk: _see_kiosk,
    LoseKiosk: _lose_kiosk,
    LoseNodes: _lose_nodes,
    Look: _look,
}
