"""Stations: who sits there and what they are doing. The table of states, and the moves between them."""

from typing import Any

from hub.core.board import Board, Rejected
from hub.core.events import EventName
from hub.core.rows import LiveStation, RestState
from hub.protocol import AwayReason, ErrorCode, StationState

S = StationState

MOVES: dict[StationState, frozenset[StationState]] = {
    S.OFFLINE: frozenset({S.AWAY, S.AVAILABLE}),
    S.AWAY: frozenset({S.AVAILABLE, S.AWAY, S.OFFLINE}),
    S.AVAILABLE: frozenset({S.AWAY, S.OFFERED, S.OFFLINE}),
    S.OFFERED: frozenset({S.AVAILABLE, S.AWAY, S.IN_CALL, S.OFFLINE}),
    S.IN_CALL: frozenset({S.WRAP_UP, S.AVAILABLE, S.AWAY, S.OFFLINE}),
    S.WRAP_UP: frozenset({S.AVAILABLE, S.AWAY, S.OFFLINE}),
}
"""From each state, the states that may follow. `offered` is only reached from `available` (I9)."""

BUSY = frozenset({S.IN_CALL, S.WRAP_UP})


class ImpossibleMoveError(AssertionError):
    """A decision asked for a move that the table does not know: a defect of ours, never a client's."""


def move(board: Board, station: LiveStation, state: StationState, **changes: Any) -> LiveStation:
    """Put a station in another state, if the table knows the move."""
    if state not in MOVES[station.state]:
        raise ImpossibleMoveError(f"station {station.state} -> {state}")
    if state is not S.AWAY:
        changes.setdefault("away_reason", None)
    reason = changes.get("away_reason")
    board.log(EventName.STATION_CHANGED, None, station.id, f"{state.value}:{reason.value}" if reason else state.value)
    return board.set_station(station, state=state, since=board.now, **changes)


def take(board: Board, station_id: str, agent_id: str, take_over: bool, node: str | None) -> LiveStation:
    """Sit at a station: what was there within the grace is found again, else one starts away.

    Raises: Rejected, when it is disabled, or somebody else's, or held by another page and `take_over` is false.
    """
    station = board.station(station_id)
    if not station.is_enabled:
        raise Rejected(ErrorCode.FORBIDDEN, "this station is disabled")
    if station.agent_id not in (None, agent_id) and (station.is_linked or station.state in BUSY):
        raise Rejected(ErrorCode.CONFLICT, "another agent sits there")
    if station.agent_id == agent_id and station.is_linked and not take_over:
        raise Rejected(ErrorCode.CONFLICT, "another page holds this station")
    _leave_others(board, station, agent_id, take_over)
    board.log(EventName.STATION_TAKEN, None, station.id)
    if station.agent_id == agent_id and station.state is S.OFFLINE and station.lost_at is not None:
        rest, reason = station.next_state or "away", station.next_away_reason
        station = _rest(board, station, rest, reason or AwayReason.JUST_ARRIVED)
    elif station.state is S.OFFLINE or station.agent_id != agent_id:
        if station.state is not S.OFFLINE:
            station = move(board, station, S.OFFLINE)
        station = move(
            board,
            station,
            S.AWAY,
            away_reason=AwayReason.JUST_ARRIVED,
            next_state=None,
            next_away_reason=None,
            missed_offers=0,
            idle_since=board.now,
        )
    call = board.call_of_station(station.id)
    if call is not None and call.has_media:
        # The media has to be built again: count its time from here.
        board.set_call(call, media_at=board.now)
    return board.set_station(station, agent_id=agent_id, epoch=station.epoch + 1, lost_at=None, node_id=node)


def _leave_others(board: Board, station: LiveStation, agent_id: str, take_over: bool) -> None:
    """One agent sits at one station: calls could not be answered at two."""
    for other in list(board.stations.values()):
        if other.id == station.id or other.agent_id != agent_id or other.state is S.OFFLINE:
            continue
        if other.state in BUSY or other.state is S.OFFERED or (other.is_linked and not take_over):
            raise Rejected(ErrorCode.CONFLICT, "this agent sits at another station")
        other = move(board, other, S.OFFLINE)
        board.set_station(other, agent_id=None, lost_at=None, next_state=None, next_away_reason=None)


def lose(board: Board, station: LiveStation) -> LiveStation:
    """The link is gone. An idle station is out of the pool at once; a call in progress is kept for a while.

    A station that is being offered a call has to be freed by the caller first (`hub.core.calls.requeue`).
    """
    if station.lost_at is not None or station.state is S.OFFLINE:
        return station
    board.log(EventName.STATION_LOST, None, station.id, station.state.value)
    if station.state in BUSY:
        return board.set_station(station, lost_at=board.now)
    rest: RestState = "away" if station.state is S.AWAY else "available"
    return move(board, station, S.OFFLINE, lost_at=board.now, next_state=rest, next_away_reason=station.away_reason)


def forget(board: Board, station: LiveStation) -> LiveStation:
    """The grace is over: nobody sits there any more."""
    board.log(EventName.STATION_FORGOTTEN, None, station.id)
    if station.state is not S.OFFLINE:
        station = move(board, station, S.OFFLINE)
    return board.set_station(
        station, agent_id=None, lost_at=None, next_state=None, next_away_reason=None, missed_offers=0
    )


def set_rest(board: Board, station: LiveStation, state: RestState, reason: AwayReason | None) -> None:
    """Available or away; during a call, what comes after it."""
    reason = None if state == "available" else reason or AwayReason.BREAK
    if station.state in BUSY:
        board.set_station(station, next_state=state, next_away_reason=reason)
    elif station.state is S.OFFERED and state == "available":
        return
    elif station.state.value != state or station.away_reason is not reason:
        _rest(board, station, state, reason, missed_offers=0)


def release(board: Board, station: LiveStation, *, worked: bool) -> LiveStation:
    """A call leaves the station: it goes to the state asked for, or is available again.

    Args:
        worked: a call was answered there, so that its idle time starts now.
    """
    if station.lost_at is not None:
        rest = station.next_state or "available"
        changes: dict[str, Any] = {"next_state": rest, "idle_since": board.now}
        return move(board, station, S.OFFLINE, **changes)
    if worked:
        station = board.set_station(station, idle_since=board.now, missed_offers=0)
    return _rest(board, station, station.next_state or "available", station.next_away_reason)


def miss(board: Board, station: LiveStation) -> LiveStation:
    """An offer rang in vain."""
    missed = station.missed_offers + 1
    if missed >= board.partner.missed_offers_limit:
        return move(board, station, S.AWAY, away_reason=AwayReason.MISSED_OFFERS, missed_offers=missed)
    return move(board, station, S.AVAILABLE, missed_offers=missed)


def _rest(
    board: Board, station: LiveStation, state: RestState, reason: AwayReason | None, **changes: Any
) -> LiveStation:
    return move(
        board,
        station,
        StationState(state),
        away_reason=None if state == "available" else reason or AwayReason.BREAK,
        next_state=None,
        next_away_reason=None,
        **changes,
    )


def require_epoch(board: Board, station_id: str, epoch: int) -> LiveStation:
    """The station, if the page that speaks is the one that took it last (fencing).

    Raises: Rejected.
    """
    station = board.station(station_id)
    if station.epoch != epoch or station.state is StationState.OFFLINE:
        raise Rejected(ErrorCode.CONFLICT, "this station was taken by another page")
    return station
