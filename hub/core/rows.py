"""The rows that change while the service runs, as plain values: calls and stations.

Instants are UTC seconds since 1970, written by the hub only (`hub.store.tables` says what each column means).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from hub.protocol import AwayReason, EndCause, MediaState, Outcome, Resolution, StationState, TransferTarget

RestState: TypeAlias = Literal["available", "away"]
TransferState: TypeAlias = Literal["waiting", "ringing"]


class CallState(StrEnum):
    """The life-cycle of a call; exactly one at a time (the table is in `hub.core.calls`)."""

    QUEUED = "queued"
    KEPT = "kept"
    """Its place is kept under a number while the kiosk serves others."""
    SUMMONED = "summoned"
    """The number is called at the kiosk; whoever comes back is `queued` again, at the same place."""
    OFFERED = "offered"
    CONNECTING = "connecting"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an usager, from place_call to the end of the agent's wrap-up."""

    id: str
    request_id: str
    kiosk_id: str
    partner_id: str
    queued_at: float
    state: CallState = CallState.QUEUED
    motif_id: str | None = None
    site_id: str | None = None
    """Where the kiosk stood; says which pools the call may reach, and when."""
    accompanied: bool = False
    language: str = "fr"
    priority: int = 0
    """Class, from the motif; each is worth a head start on arrival (`hub.core.call_queue`)."""
    ahead: int = 0
    """How far it had to move up when it came: 0, a station could take it at once; 1, it was next (`steps_ahead`)."""
    waiting_since: float | None = None
    """When this wait began, for its limit, when that is not `queued_at`: the arrival may be an older call's."""
    alone_since: float | None = None
    """Since when nobody on post could ever take it."""
    ticket_no: int | None = None
    """The number taken away when the place is kept; still known when its owner is back."""
    summons: int = 0
    """How often the number was called in vain."""
    summon_at: float | None = None
    """Not to be called again before; None: as soon as it is its turn."""
    summon_expires_at: float | None = None
    only_station_id: str | None = None
    """Passed on to this colleague alone, until they decline, miss or leave."""
    only_pool_id: str | None = None
    origin_call_id: str | None = None
    """The leg that was transferred into this one; `queued_at` is the first leg's."""
    origin_partner_id: str | None = None
    origin_agent_id: str | None = None
    """Who passed it on."""
    transfer_call_id: str | None = None
    """The leg that this call was, or is being, transferred into."""
    transfer_to: str | None = None
    """Where to, as `kind:id` (`transfer_target`)."""
    transfer_state: TransferState | None = None
    """Of an announced transfer that is open."""
    is_announced: bool = False
    """Rings while the caller is still with the agent of `origin_call_id`: it does not hold the kiosk yet."""
    kiosk_node: str | None = None
    """The hub that holds the kiosk's link."""
    station_id: str | None = None
    agent_id: str | None = None
    offer_no: int = 0
    offer_expires_at: float | None = None
    peer_no: int = 0
    kiosk_lost_at: float | None = None
    kiosk_media: MediaState | None = None
    station_media: MediaState | None = None
    media_at: float | None = None
    accepted_at: float | None = None
    connected_at: float | None = None
    ended_at: float | None = None
    wrap_up_expires_at: float | None = None
    closed_at: float | None = None
    outcome: Outcome | None = None
    cause: EndCause | None = None
    resolution: Resolution | None = None

    @property
    def is_waiting(self) -> bool:
        """Somebody at the kiosk (or with the announcing agent) waits; nobody answered yet."""
        return self.state in (CallState.QUEUED, CallState.OFFERED)

    @property
    def is_ticket(self) -> bool:
        """The place is kept for somebody who is not at the kiosk."""
        return self.state in (CallState.KEPT, CallState.SUMMONED)

    @property
    def has_media(self) -> bool:
        """An agent answered and the call is not over."""
        return self.state in (CallState.CONNECTING, CallState.IN_CALL)

    @property
    def holds_kiosk(self) -> bool:
        """The kiosk is in this call (I2)."""
        return (self.is_waiting or self.has_media) and not self.is_announced

    @property
    def transfer_target(self) -> TransferTarget | None:
        if self.transfer_to is None:
            return None
        kind, _, target_id = self.transfer_to.partition(":")
        return TransferTarget.model_validate({"kind": kind, "id": target_id})

    @property
    def holds_station(self) -> bool:
        """`station_id` is in this call (I1)."""
        return self.state in (CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL, CallState.WRAP_UP)


@dataclass(frozen=True, slots=True)
class LiveStation:
    """A reception station as it is now."""

    id: str
    partner_id: str
    is_enabled: bool = True
    pool_id: str | None = None
    skills: frozenset[str] = frozenset()
    state: StationState = StationState.OFFLINE
    away_reason: AwayReason | None = None
    next_state: RestState | None = None
    next_away_reason: AwayReason | None = None
    agent_id: str | None = None
    since: float = 0.0
    idle_since: float = 0.0
    missed_offers: int = 0
    epoch: int = 0
    lost_at: float | None = None
    node_id: str | None = None
    """The hub that holds the page's link."""

    @property
    def is_linked(self) -> bool:
        """Somebody sits there and the hub hears them."""
        return self.agent_id is not None and self.lost_at is None and self.state is not StationState.OFFLINE

    @property
    def is_on_post(self) -> bool:
        """Somebody sits there to take calls, or is given time to come back."""
        if self.state is StationState.OFFLINE:
            return self.lost_at is not None and self.next_state == "available"
        return self.state is not StationState.AWAY
