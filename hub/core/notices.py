"""What a decision has to tell the parties, before it is put into messages by the server.

Each notice carries the rows as they were when it was decided; they are sent in order, after the commit.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.core.rows import Call, LiveStation
from hub.protocol import EndCause, RefusalReason, TransferTarget, WaitRange

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
    """To the kiosk: nobody is ringing any more, the place is kept. Never said of an announced leg."""

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
    """To the kiosk: the call `call_id` goes on as `new_call`. Said by the new leg's partner, before anything else of it.

    A kiosk that was cut off meanwhile learns the same from its welcome.
    """

    call_id: str
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
    """To the station that is proposed the call, and to the kiosk unless the call is announced."""

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
    """To the kiosk (`is_for_kiosk`), and to the station when the call had one."""

    call: Call
    station_id: str | None

    @property
    def is_for_kiosk(self) -> bool:
        """False: it goes on as another leg (the kiosk hears `Transferred`), or the kiosk never heard of this one."""
        return self.call.cause is not EndCause.TRANSFERRED and not self.call.is_announced


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
