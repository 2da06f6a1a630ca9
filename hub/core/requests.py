"""What may happen to a partner's calls and stations: requests of the parties, and news of their links.

`epoch` says which taking of the station speaks: an older page changes nothing (fencing).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.core.rows import RestState
from hub.protocol import AwayReason, MediaState, Resolution

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


@dataclass(frozen=True, slots=True)
class HangUp:
    party: Party
    call_id: str
    how: Hanging = "hung_up"


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


@dataclass(frozen=True, slots=True)
class LoseStation:
    station: AtStation


@dataclass(frozen=True, slots=True)
class SeeKiosk:
    """The kiosk is linked again; `held_call_id` is the call that it says it still holds."""

    kiosk: Kiosk
    call_id: str
    held_call_id: str | None


@dataclass(frozen=True, slots=True)
class LoseKiosk:
    kiosk: Kiosk
    call_id: str


@dataclass(frozen=True, slots=True)
class LoseEverybody:
    """The hub starts: no link is left, each party has its grace to come back."""

    partner_id: str


@dataclass(frozen=True, slots=True)
class Look:
    """Time has passed, or the network was changed."""

    partner_id: str


Request: TypeAlias = (
    Place
    | HangUp
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
    | LoseEverybody
    | Look
)
