"""What a decision has to tell the parties, before it is put into messages by the server.

Each notice carries the rows as they were when it was decided; they are sent in order, after the commit.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.core.rows import Call, LiveStation
from hub.protocol import RefusalReason

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


@dataclass(frozen=True, slots=True)
class Requeued:
    """To the kiosk: nobody is ringing any more, the place is kept."""

    call: Call


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
    CallStored | CallTurnedAway | Requeued | Ringing | Withdrawn | Accepted | PeerCounted | Ended | StationMoved
)
