"""What may happen to a partner's calls and stations: requests of the parties, and news of their links.

`epoch` says which taking of the station speaks: an older page changes nothing (fencing).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.core.rows import Call, RestState
from hub.protocol import AwayReason, MediaState, Resolution, TransferTarget, WaitRange

Hanging: TypeAlias = Literal["hung_up", "idle", "media_lost"]


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A party: the usager's side."""

    id: str


@dataclass(frozen=True, slots=True)
class AtStation:
    """A party: the agent's side."""

    id: str
    epoch: int


Party: TypeAlias = Kiosk | AtStation


@dataclass(frozen=True, slots=True)
class Place:
    """An usager asks for an agent. `call_id` is the identifier to give to a new call."""

    kiosk: Kiosk
    partner_id: str
    request_id: str
    call_id: str
    motif_id: str | None = None
    accompanied: bool = False
    language: str = "fr"
    kiosk_is_enabled: bool = True
    site_id: str | None = None
    wait: WaitRange | None = None
    """The honest wait of who comes now, when enough is known."""
    node: str | None = None
    """The hub that holds the kiosk's link (here and below: never a party's word)."""


@dataclass(frozen=True, slots=True)
class HangUp:
    party: Party
    call_id: str
    how: Hanging = "hung_up"


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Take a number, leave the kiosk to others."""

    kiosk: Kiosk
    call_id: str


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """The usager whose number is called is back at the kiosk."""

    kiosk: Kiosk
    call_id: str
    request_id: str
    kiosk_is_enabled: bool = True
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Pass the caller on. `new_call_id` is the identifier of the leg to come."""

    station: AtStation
    call_id: str
    to: TransferTarget
    new_call_id: str
    announced: bool = False


@dataclass(frozen=True, slots=True)
class CancelTransfer:
    """Take back an announced transfer that nobody answered yet."""

    station: AtStation
    call_id: str


@dataclass(frozen=True, slots=True)
class ReceiveTransfer:
    """Follow-up at the partner that a call is passed on to: the new leg enters its queue."""

    partner_id: str
    call: Call


@dataclass(frozen=True, slots=True)
class SettleTransfer:
    """Follow-up at the other end of a transfer to another partner: how it went.

    `ringing`, `taken`, `refused`: to the partner of the first leg, `call_id` is the first leg. `arrived`: to the
    partner of the new leg, in answer to `taken`: the first leg is over, the caller is here. `dropped`, `cancelled`: to
    the partner of the new leg; the caller hung up, or the agent took the transfer back.
    """

    partner_id: str
    call_id: str
    how: Literal["ringing", "taken", "refused", "arrived", "dropped", "cancelled"]
    kiosk_node: str | None = None
    kiosk_lost_at: float | None = None
    """With `arrived`: the kiosk's link, as the first leg knew it."""


@dataclass(frozen=True, slots=True)
class Accept:
    station: AtStation
    call_id: str
    offer_no: int


@dataclass(frozen=True, slots=True)
class Decline:
    station: AtStation
    call_id: str
    offer_no: int


@dataclass(frozen=True, slots=True)
class HearMedia:
    party: Party
    call_id: str
    peer_no: int
    state: MediaState


@dataclass(frozen=True, slots=True)
class RenewPeer:
    party: Party
    call_id: str
    peer_no: int | None = None
    """The connection to replace; None: whichever it is."""


@dataclass(frozen=True, slots=True)
class SetRest:
    station: AtStation
    state: RestState
    away_reason: AwayReason | None = None


@dataclass(frozen=True, slots=True)
class FinishWrapUp:
    station: AtStation
    call_id: str
    resolution: Resolution
    motif_id: str | None = None
    next_state: RestState = "available"
    away_reason: AwayReason | None = None


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    station: AtStation
    call_id: str


@dataclass(frozen=True, slots=True)
class TakeStation:
    station_id: str
    agent_id: str
    take_over: bool = False
    node: str | None = None


@dataclass(frozen=True, slots=True)
class LoseStation:
    station: AtStation


@dataclass(frozen=True, slots=True)
class SeeKiosk:
    """The kiosk is linked again; `held_call_id` is the call that it says it still holds."""

    kiosk: Kiosk
    call_id: str
    held_call_id: str | None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class LoseKiosk:
    """`node` is the hub that held the link: its word is late when another hub holds the kiosk by now."""

    kiosk: Kiosk
    call_id: str
    node: str | None = None


@dataclass(frozen=True, slots=True)
class LoseNodes:
    """Hubs died: the links they held are lost, each party has its grace to come back.

    `living` are the hubs whose lease holds; a link held by any other (or by nobody known) is lost.
    """

    partner_id: str
    living: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """Time has passed, or the network was changed."""

    partner_id: str


FollowUp: TypeAlias = ReceiveTransfer | SettleTransfer

Request: TypeAlias = (
    Place
    | HangUp
    | KeepPlace
    | ClaimPlace
    | Transfer
    | CancelTransfer
    | ReceiveTransfer
    | SettleTransfer
    | Accept
    | Decline
    | HearMedia
    | RenewPeer
    | SetRest
    | FinishWrapUp
    | ExtendWrapUp
    | TakeStation
    | LoseStation
    | SeeKiosk
    | LoseKiosk
    | LoseNodes
    | Look
)
