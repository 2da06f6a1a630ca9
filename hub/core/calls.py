"""The life of a call: the table of states, the table of endings, and the moves between them."""

from enum import StrEnum
from typing import Any

from hub.core import presence
from hub.core.board import Board, Rejected
from hub.core.events import EventName
from hub.core.notices import Accepted, Ended, PeerCounted, Ringing, TicketsMoved, WithdrawalReason, Withdrawn
from hub.core.presence import ImpossibleMoveError
from hub.core.requests import AtStation, Party
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import EndCause, ErrorCode, MediaState, Outcome, Resolution, StationState

C = CallState

MOVES: dict[CallState, frozenset[CallState]] = {
    C.QUEUED: frozenset({C.OFFERED, C.KEPT, C.CLOSED}),
    C.KEPT: frozenset({C.SUMMONED, C.QUEUED, C.CLOSED}),
    C.SUMMONED: frozenset({C.QUEUED, C.KEPT, C.CLOSED}),
    C.OFFERED: frozenset({C.QUEUED, C.CONNECTING, C.CLOSED}),
    C.CONNECTING: frozenset({C.QUEUED, C.IN_CALL, C.CLOSED}),
    C.IN_CALL: frozenset({C.WRAP_UP, C.CLOSED}),
    C.WRAP_UP: frozenset({C.CLOSED}),
    C.CLOSED: frozenset(),
}
"""From each state, the states that may follow."""


class Ending(StrEnum):
    """What puts an end to a call."""

    KIOSK_HUNG_UP = "kiosk_hung_up"
    KIOSK_IDLE = "kiosk_idle"
    STATION_HUNG_UP = "station_hung_up"
    MEDIA_LOST = "media_lost"
    KIOSK_LOST = "kiosk_lost"
    STATION_LOST = "station_lost"
    WAITED_TOO_LONG = "waited_too_long"
    OUT_OF_HOURS = "out_of_hours"
    NOBODY_LEFT = "nobody_left"
    NOT_BACK = "not_back"
    TRANSFERRED = "transferred"
    TRANSFER_REFUSED = "transfer_refused"
    TRANSFER_DROPPED = "transfer_dropped"
    """The caller hung up on the first agent while an announced transfer rang."""


_WAITING = {
    Ending.KIOSK_HUNG_UP: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
    Ending.KIOSK_IDLE: (Outcome.ABANDONED, EndCause.IDLE),
    Ending.MEDIA_LOST: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
    Ending.KIOSK_LOST: (Outcome.ABANDONED, EndCause.KIOSK_LOST),
    Ending.WAITED_TOO_LONG: (Outcome.UNANSWERED, EndCause.NO_ANSWER),
    Ending.OUT_OF_HOURS: (Outcome.OUT_OF_HOURS, EndCause.SERVICE_CLOSED),
    Ending.NOBODY_LEFT: (Outcome.UNANSWERED, EndCause.NOBODY_LEFT),
    Ending.TRANSFER_REFUSED: (Outcome.DECLINED, EndCause.TRANSFER_REFUSED),
    Ending.TRANSFER_DROPPED: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
}
_TICKET = {
    Ending.KIOSK_HUNG_UP: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
    Ending.KIOSK_IDLE: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
    Ending.MEDIA_LOST: (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE),
    Ending.WAITED_TOO_LONG: (Outcome.UNANSWERED, EndCause.NO_ANSWER),
    Ending.OUT_OF_HOURS: (Outcome.OUT_OF_HOURS, EndCause.SERVICE_CLOSED),
    Ending.NOT_BACK: (Outcome.ABANDONED, EndCause.NOT_BACK),
}
ENDINGS: dict[CallState, dict[Ending, tuple[Outcome, EndCause]]] = {
    C.QUEUED: _WAITING,
    C.OFFERED: _WAITING,
    C.KEPT: _TICKET,
    C.SUMMONED: _TICKET,
    C.CONNECTING: {
        Ending.KIOSK_HUNG_UP: (Outcome.ABANDONED, EndCause.USAGER_HUNG_UP),
        Ending.KIOSK_IDLE: (Outcome.ABANDONED, EndCause.IDLE),
        Ending.STATION_HUNG_UP: (Outcome.FAILED, EndCause.AGENT_HUNG_UP),
        Ending.MEDIA_LOST: (Outcome.FAILED, EndCause.MEDIA_LOST),
        Ending.KIOSK_LOST: (Outcome.FAILED, EndCause.KIOSK_LOST),
        Ending.STATION_LOST: (Outcome.FAILED, EndCause.STATION_LOST),
        Ending.TRANSFERRED: (Outcome.COMPLETED, EndCause.TRANSFERRED),
    },
    C.IN_CALL: {
        Ending.KIOSK_HUNG_UP: (Outcome.COMPLETED, EndCause.USAGER_HUNG_UP),
        Ending.KIOSK_IDLE: (Outcome.COMPLETED, EndCause.IDLE),
        Ending.STATION_HUNG_UP: (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP),
        Ending.MEDIA_LOST: (Outcome.FAILED, EndCause.MEDIA_LOST),
        Ending.KIOSK_LOST: (Outcome.FAILED, EndCause.KIOSK_LOST),
        Ending.STATION_LOST: (Outcome.FAILED, EndCause.STATION_LOST),
        Ending.TRANSFERRED: (Outcome.COMPLETED, EndCause.TRANSFERRED),
    },
}
"""How a call that ends in this state is counted, and what both ends are told. An absent pair cannot happen."""


def move(board: Board, call: Call, state: CallState, **changes: Any) -> Call:
    """Put a call in another state, if the table knows the move."""
    if state not in MOVES[call.state]:
        raise ImpossibleMoveError(f"call {call.state} -> {state}")
    return board.set_call(call, state=state, **changes)


def of_party(board: Board, party: Party, call_id: str) -> Call:
    """The call, live or past, if the party is in it.

    Raises: Rejected.
    """
    call = board.calls.get(call_id) or board.past_calls.get(call_id)
    if isinstance(party, AtStation):
        presence.require_epoch(board, party.id, party.epoch)
        if call is not None and call.station_id == party.id:
            return call
    elif call is not None and call.kiosk_id == party.id and not call.is_announced:
        return call
    raise Rejected(ErrorCode.NOT_FOUND, "no such call here")


def offer(board: Board, call: Call, station: LiveStation) -> Call:
    """Propose the call to one available station."""
    expires = board.now + board.partner.offer_timeout_s
    call = move(
        board,
        call,
        C.OFFERED,
        station_id=station.id,
        offer_no=call.offer_no + 1,
        offer_expires_at=expires,
        alone_since=None,
    )
    presence.move(board, station, StationState.OFFERED)
    board.log(EventName.CALL_OFFERED, call, station.id, str(call.offer_no))
    board.tell(Ringing(call))
    return call


def accept(board: Board, call: Call) -> Call:
    """The station that is proposed the call answers it. An announced call is told when its caller has arrived."""
    station = board.station(call.station_id)
    call = move(
        board,
        call,
        C.CONNECTING,
        agent_id=station.agent_id,
        accepted_at=board.now,
        media_at=board.now,
        offer_expires_at=None,
        peer_no=call.peer_no + 1,
    )
    presence.move(board, station, StationState.IN_CALL, missed_offers=0)
    board.log(EventName.OFFER_ACCEPTED, call, detail=str(call.offer_no))
    if not call.is_announced:
        board.tell(Accepted(call))
    return call


def requeue(board: Board, call: Call, name: EventName, reason: WithdrawalReason) -> Call:
    """The call goes back to its place in the queue. What happens to the station is for the one who asks."""
    board.log(name, call, detail=str(call.offer_no))
    if call.station_id is not None and call.state is C.OFFERED:
        board.tell(Withdrawn(call.station_id, call.id, call.offer_no, reason))
    return move(
        board,
        call,
        C.QUEUED,
        station_id=None,
        agent_id=None,
        offer_expires_at=None,
        accepted_at=None,
        kiosk_media=None,
        station_media=None,
        media_at=None,
    )


def hear_media(board: Board, call: Call, *, from_kiosk: bool, state: MediaState) -> Call:
    """A party's word on the media; the first `connected` begins the call proper."""
    before = call.kiosk_media if from_kiosk else call.station_media
    if before is state:
        return call
    party = "kiosk_media" if from_kiosk else "station_media"
    call = board.set_call(call, **{party: state, "media_at": board.now})
    if state is MediaState.CONNECTED and call.state is C.CONNECTING:
        call = move(board, call, C.IN_CALL, connected_at=board.now)
        board.log(EventName.CALL_CONNECTED, call)
    return call


def renew_peer(board: Board, call: Call) -> Call:
    """Both parties build a new peer connection under the same call."""
    call = board.set_call(call, peer_no=call.peer_no + 1, kiosk_media=None, station_media=None, media_at=board.now)
    board.log(EventName.PEER_RENEWED, call, detail=str(call.peer_no))
    board.tell(PeerCounted(call))
    return call


def end(board: Board, call: Call, ending: Ending) -> Call:
    """The call is over for the kiosk; a call that took place is then wrapped up by the agent."""
    outcome, cause = ENDINGS[call.state][ending]
    station = board.stations.get(call.station_id or "")
    if station is not None and call.state is C.OFFERED:
        board.log(EventName.OFFER_WITHDRAWN, call, detail=str(call.offer_no))
        reason: WithdrawalReason = "gone" if ending is Ending.TRANSFER_REFUSED else "usager_left"
        board.tell(Withdrawn(station.id, call.id, call.offer_no, reason))
    if call.is_ticket:
        board.tell(TicketsMoved(call.kiosk_id))
    was = call.state
    facts: dict[str, Any] = {
        "ended_at": board.now,
        "outcome": outcome,
        "cause": cause,
        "offer_expires_at": None,
        "summon_expires_at": None,
        "kiosk_lost_at": None,
        "alone_since": None,
    }
    board.log(EventName.CALL_ENDED, call, detail=f"{outcome.value}:{cause.value}")
    told = station.id if station is not None and call.has_media else None
    if was is C.IN_CALL and board.partner.wrap_up_s > 0 and station is not None and ending is not Ending.STATION_LOST:
        call = move(board, call, C.WRAP_UP, wrap_up_expires_at=board.now + board.partner.wrap_up_s, **facts)
        presence.move(board, station, StationState.WRAP_UP)
    else:
        # An offer that was not accepted did not take place at the station.
        kept = call.station_id if was is not C.OFFERED else None
        call = move(board, call, C.CLOSED, closed_at=board.now, station_id=kept, **facts)
        if station is not None:
            presence.release(board, station, worked=was is C.IN_CALL)
    board.tell(Ended(call, told))
    return call


def close(board: Board, call: Call, resolution: Resolution | None, motif_id: str | None) -> Call:
    """The agent's wrap-up is done, or its time is over; the station is for the one who asks."""
    call = move(
        board,
        call,
        C.CLOSED,
        closed_at=board.now,
        wrap_up_expires_at=None,
        resolution=resolution,
        motif_id=motif_id or call.motif_id,
    )
    board.log(EventName.CALL_CLOSED, call, detail=resolution.value if resolution else None)
    return call
