"""What a decision has to tell the parties, before it is put into messages by the server.

Each notice carries the rows as they were when it was decided; they are sent in order, after the commit.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.core.rows import Call, LiveStation
from hub.protocol import RefusalReason, TransferTarget, WaitRange

WithdrawalReason: TypeAlias = Literal["expired", "declined", "usager_left", "taken_elsewhere", "gone"]


@dataclass(frozen=True, slots=True)
class CallStored:
    """To the kiosk: the request is in the database (again, when it was sent twice)."""

    call: Call


@dataclass(frozen=True, slots=True)
class CallTurnedAway:
    """To the kiosk: the request is not accepted."""

    kiosk_id: str
    request_id: str
    reason: RefusalReason
    opens_at: str | None = None
    wait: WaitRange | None = None


@dataclass(frozen=True, slots=True)
class Requeued:
    """To the kiosk: nobody is ringing any more, the place is kept."""

    call: Call
    because: Literal["agent_lost", "not_answered"] | None = None


@dataclass(frozen=True, slots=True)
class PlaceKept:
    """To the kiosk: the number that the usager takes away."""

    call: Call


@dataclass(frozen=True, slots=True)
class TicketsMoved:
    """To the kiosk: a number of its own was called, given back, or taken up again."""

    kiosk_id: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """To the kiosk: its call goes on as `new_call` (the row in the new partner's queue)."""

    call: Call
    new_call: Call


@dataclass(frozen=True, slots=True)
class TransferMoved:
    """To the station that passes a call on: what became of it."""

    station_id: str
    call_id: str
    state: Literal["waiting", "ringing", "done", "refused", "cancelled"]
    to: TransferTarget


@dataclass(frozen=True, slots=True)
class Ringing:
    """To the kiosk and to the station that is proposed the call."""

    call: Call


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """To one station: the offer is gone."""

    station_id: str
    call_id: str
    offer_no: int
    reason: WithdrawalReason


@dataclass(frozen=True, slots=True)
class Accepted:
    """To both parties."""

    call: Call


@dataclass(frozen=True, slots=True)
class PeerCounted:
    """To both parties: build peer connection `call.peer_no`."""

    call: Call


@dataclass(frozen=True, slots=True)
class Ended:
    """To the kiosk, and to the station when the call had one."""

    call: Call
    station_id: str | None


@dataclass(frozen=True, slots=True)
class StationMoved:
    """To the station: the hub's word on its state."""

    station: LiveStation


Notice: TypeAlias = (
    CallStored
    | CallTurnedAway
    | Requeued
    | PlaceKept
    | TicketsMoved
    | Transferred
    | TransferMoved
    | Ringing
    | Withdrawn
    | Accepted
    | PeerCounted
    | Ended
    | StationMoved
)
