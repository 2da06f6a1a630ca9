"""The wire between the hub and its clients: every message of the two WebSockets, as a model.

Imported by hub and kiosk; imports no module of ours. The prose is in PROTOCOL.md; the golden examples in
`tests/fixtures/protocol/` are read by the Python and the JavaScript tests alike. Rules: one JSON object per
text frame, discriminated by `type`; unknown keys are ignored, an unknown type or a wrong value is answered
with `error`; requests are imperatives, replies and news are past participles; durations are seconds
relative to the message (clients' wall clocks are not trusted). Nothing an usager says or shows is in here.
"""

from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, NewType, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

PROTOCOL_VERSION = 1
MAX_MESSAGE_BYTES = 64 * 1024
"""A description of a peer connection is about 6 kB; anything near this size is not ours."""

KIOSK_SOCKET = "/ws/kiosk"
STATION_SOCKET = "/ws/station"
"""Paths of the two WebSockets, below the hub's address."""

PING_INTERVAL_S = 10.0
PING_TIMEOUT_S = 10.0

CallId = NewType("CallId", str)
KioskId = NewType("KioskId", str)
StationId = NewType("StationId", str)
PartnerId = NewType("PartnerId", str)
AgentId = NewType("AgentId", str)

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Label = Annotated[str, Field(max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]


class CloseCode(IntEnum):
    """Why the hub closed a socket (RFC 6455 private range 4000-4999)."""

    PROTOCOL_ERROR = 4000
    REPLACED = 4001
    FORBIDDEN = 4003
    TOO_MANY = 4008
    RESTARTING = 1012


class StationState(StrEnum):
    """What a reception station is doing; exactly one at a time."""

    OFFLINE = "offline"
    AWAY = "away"
    AVAILABLE = "available"
    OFFERED = "offered"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"


class AwayReason(StrEnum):
    """Why a station is away. `missed_offers` and `technical` are set by the hub or the page, not chosen."""

    BREAK = "break"
    LUNCH = "lunch"
    MEETING = "meeting"
    FRONT_DESK = "front_desk"
    CASE_WORK = "case_work"
    TRAINING = "training"
    JUST_ARRIVED = "just_arrived"
    MISSED_OFFERS = "missed_offers"
    TECHNICAL = "technical"


class Outcome(StrEnum):
    """How a call ended. The only word that statistics count."""

    COMPLETED = "completed"
    ABANDONED = "abandoned"
    UNANSWERED = "unanswered"
    DECLINED = "declined"
    FAILED = "failed"
    OUT_OF_HOURS = "out_of_hours"


class EndCause(StrEnum):
    """Who or what ended a call; shown in words at both ends."""

    USAGER_HUNG_UP = "usager_hung_up"
    AGENT_HUNG_UP = "agent_hung_up"
    USAGER_LEFT_QUEUE = "usager_left_queue"
    NO_ANSWER = "no_answer"
    SERVICE_CLOSED = "service_closed"
    KIOSK_LOST = "kiosk_lost"
    STATION_LOST = "station_lost"
    MEDIA_LOST = "media_lost"
    IDLE = "idle"
    HUB_STOPPED = "hub_stopped"
    TRANSFERRED = "transferred"
    """This leg of the call ended because another station, pool or partner has it now."""
    TRANSFER_REFUSED = "transfer_refused"
    """An announced transfer that nobody took; the usager never left the first agent."""
    NOBODY_LEFT = "nobody_left"
    """The last agent who could have answered went away for good."""
    NOT_BACK = "not_back"
    """The place was kept, the number was called, and nobody came."""


class Resolution(StrEnum):
    """What the agent says of the call at wrap-up."""

    RESOLVED = "resolved"
    TO_FOLLOW_UP = "to_follow_up"
    APPOINTMENT_MADE = "appointment_made"
    WRONG_SERVICE = "wrong_service"
    CUT_OFF = "cut_off"
    NOBODY_THERE = "nobody_there"


class TileState(StrEnum):
    """What a partner's tile says before the touch."""

    FREE = "free"
    BUSY = "busy"
    ABSENT = "absent"
    CLOSED = "closed"
    APPOINTMENT_ONLY = "appointment_only"


class RefusalReason(StrEnum):
    """Why a call was not accepted by the hub; the usager reads a sentence for each."""

    CLOSED = "closed"
    NOBODY_ON_POST = "nobody_on_post"
    UNKNOWN_PARTNER = "unknown_partner"
    UNKNOWN_MOTIF = "unknown_motif"
    CALL_IN_PROGRESS = "call_in_progress"
    KIOSK_DISABLED = "kiosk_disabled"
    HUB_DEGRADED = "hub_degraded"
    WAIT_TOO_LONG = "wait_too_long"
    """Nobody is left to wait for nothing: the wait is beyond what the partner allows."""
    APPOINTMENT_ONLY = "appointment_only"
    NOT_FROM_HERE = "not_from_here"
    """The partner does not take calls from this kiosk at this hour; `opens_at` says when it does."""
    QUOTA_REACHED = "quota_reached"
    """The calls that the partner allows this kiosk are used up; `opens_at` says when there are more."""


class ErrorCode(StrEnum):
    """Closed list of protocol faults. `retryable` faults may be sent again as they are."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    WRONG_VERSION = "wrong_version"
    BAD_SIGNATURE = "bad_signature"
    UNAVAILABLE = "unavailable"


class MediaState(StrEnum):
    """What a party sees of the peer connection."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    WEAK = "weak"
    LOST = "lost"


class DeviceState(StrEnum):
    """The closed list of words for a device; `kiosk.core.ports` uses the same."""

    READY = "ready"
    BUSY = "busy"
    COVER_OPEN = "cover_open"
    NO_PAPER = "no_paper"
    JAMMED = "jammed"
    UNPLUGGED = "unplugged"
    FAILED = "failed"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


# ---- shared parts ---------------------------------------------------------------------------------------


class IceServer(_Model):
    """One STUN or TURN server, in the shape of W3C RTCIceServer."""

    urls: list[str] = Field(min_length=1, max_length=8)
    username: str | None = None
    credential: str | None = None


class Description(_Model):
    """A session description (RFC 8866), in the shape of W3C RTCSessionDescriptionInit."""

    type: Literal["offer", "answer"]
    sdp: str = Field(max_length=48 * 1024)


class Candidate(_Model):
    """An ICE candidate (RFC 8839), in the shape of W3C RTCIceCandidateInit; empty text: no more to come."""

    candidate: str = Field(max_length=1024)
    sdpMid: str | None = None
    sdpMLineIndex: int | None = None


class WaitRange(_Model):
    """An honest wait: 50th and 80th percentile of recent waits, in seconds."""

    min_s: Seconds
    max_s: Seconds


class MotifCard(_Model):
    """A reason for calling, with the papers to have at hand."""

    id: Identifier
    label: Label
    papers: list[Label] = []


class PartnerCard(_Model):
    """What does not change during the day: shown on the tile and on the motif screen."""

    id: Identifier
    name: Label
    full_name: Label
    tagline: Label = ""
    motifs: list[MotifCard] = []


class PartnerTile(_Model):
    """What changes: pushed to kiosks at most once a second and partner."""

    partner_id: Identifier
    state: TileState
    waiting: int = Field(ge=0)
    wait: WaitRange | None = None
    opens_at: str | None = Field(default=None, max_length=40)
    """Next opening, ISO 8601 local time of the site, when the state is `closed` or `appointment_only`."""


class Ticket(_Model):
    """A place kept in a partner's queue while the kiosk serves others: the number that the usager took away."""

    call_id: Identifier
    number: int = Field(ge=1, le=999)
    partner_id: Identifier
    state: Literal["kept", "called"]
    """`called`: the kiosk rings for this number now."""
    wait: WaitRange | None = None
    expires_in_s: Seconds | None = None
    """Time left to come back, when called."""


class TransferTarget(_Model):
    """Where a call is passed on to: one station (a colleague), one pool, or another partner."""

    kind: Literal["station", "pool", "partner"]
    id: Identifier
    motif_id: Identifier | None = None
    """At another partner: its motif, when known."""


class DeviceReport(_Model):
    """State of one device of a kiosk, for the fleet page."""

    device: Literal["camera", "microphone", "loudspeaker", "scanner", "printer"]
    state: DeviceState


# ---- kiosk -> hub ---------------------------------------------------------------------------------------


class Hello(_Model):
    """Answer to `challenge`: who I am, proved by an Ed25519 signature (RFC 8032) over `signed_challenge`."""

    type: Literal["hello"] = "hello"
    protocol: int
    kiosk_id: Identifier
    signature: str = Field(max_length=128)
    """Base64 of the 64-byte signature."""
    software: str = Field(max_length=40)
    live_call_id: Identifier | None = None
    """The call that this kiosk still holds, after a lost link."""


class PlaceCall(_Model):
    """Ask for an agent. `request_id` is the idempotency key: sent again, it gives the same call."""

    type: Literal["place_call"] = "place_call"
    request_id: Identifier
    partner_id: Identifier
    motif_id: Identifier | None = None
    accompanied: bool = False
    language: str = Field(default="fr", max_length=8)


class HangUp(_Model):
    """Leave the queue, or end the call. From a kiosk or a station."""

    type: Literal["hang_up"] = "hang_up"
    call_id: Identifier
    cause: Literal["hung_up", "idle", "media_lost"] = "hung_up"


class RelayDescription(_Model):
    """Relay a description to the other party. `peer_no` counts the peer connections of the call, from 1."""

    type: Literal["description"] = "description"
    call_id: Identifier
    peer_no: int = Field(ge=1)
    description: Description


class RelayCandidate(_Model):
    """Relay a candidate to the other party."""

    type: Literal["candidate"] = "candidate"
    call_id: Identifier
    peer_no: int = Field(ge=1)
    candidate: Candidate


class ReportMedia(_Model):
    """What this party sees of the peer connection `peer_no`."""

    type: Literal["report_media"] = "report_media"
    call_id: Identifier
    peer_no: int = Field(ge=1)
    state: MediaState


class RenewPeer(_Model):
    """Ask for a new peer connection in the same call (page reloaded, media lost).

    `peer_no` is the connection that is no good: asked by both sides at once, or again, it is replaced once. Absent: whatever
    it is, another one.
    """

    type: Literal["renew_peer"] = "renew_peer"
    call_id: Identifier
    peer_no: int | None = Field(default=None, ge=1)


class KeepPlace(_Model):
    """Leave the kiosk to others and keep the place: answered by `place_kept`."""

    type: Literal["keep_place"] = "keep_place"
    call_id: Identifier


class ClaimPlace(_Model):
    """« C'est moi »: the usager whose number is called is back. Answered by `call_queued` with this `request_id`."""

    type: Literal["claim_place"] = "claim_place"
    call_id: Identifier
    request_id: Identifier


class ReportDevices(_Model):
    """State of the kiosk's devices, on change."""

    type: Literal["report_devices"] = "report_devices"
    devices: list[DeviceReport] = Field(max_length=8)


# ---- hub -> kiosk ---------------------------------------------------------------------------------------


class Challenge(_Model):
    """First message on a kiosk's socket: sign this."""

    type: Literal["challenge"] = "challenge"
    nonce: str
    """Base64 of 32 random bytes."""


class WelcomeKiosk(_Model):
    """The kiosk is known: everything its screens need, and the call it may still hold."""

    type: Literal["welcome_kiosk"] = "welcome_kiosk"
    protocol: int = PROTOCOL_VERSION
    kiosk_id: Identifier
    kiosk_name: Label
    site_name: Label
    partners: list[PartnerCard]
    tiles: list[PartnerTile]
    call: "CallSnapshot | None" = None
    tickets: list[Ticket] = []


class CallSnapshot(_Model):
    """A live call as the hub knows it, given after a lost link or a reload."""

    call_id: Identifier
    state: Literal["queued", "offered", "connecting", "in_call"]
    peer_no: int = Field(ge=0)
    partner_id: Identifier
    agent_name: Label = ""
    position: int | None = None
    wait: WaitRange | None = None
    may_keep_place: bool = False
    ice_servers: list[IceServer] = []
    origin_call_id: Identifier | None = None
    """To a kiosk: the `live_call_id` of its `hello`, when that call was transferred into this one meanwhile."""


class PartnersChanged(_Model):
    """Live tiles that changed; after a change of the network, all the cards as well."""

    type: Literal["partners_changed"] = "partners_changed"
    tiles: list[PartnerTile]
    partners: list[PartnerCard] | None = None
    """The whole list, in the order of the screen; absent: as it was."""


class CallQueued(_Model):
    """The request is stored: it survives the death of the hub."""

    type: Literal["call_queued"] = "call_queued"
    request_id: Identifier
    call_id: Identifier
    position: int = Field(ge=1)
    wait: WaitRange | None = None
    may_keep_place: bool = False
    """The wait is long enough that `keep_place` is worth offering."""


class CallRefused(_Model):
    """The request was not accepted, and why."""

    type: Literal["call_refused"] = "call_refused"
    request_id: Identifier
    reason: RefusalReason
    opens_at: str | None = None
    wait: WaitRange | None = None
    """How long one would have waited, when the reason is `wait_too_long`."""


class QueueMoved(_Model):
    """New position; positions are never announced upwards."""

    type: Literal["queue_moved"] = "queue_moved"
    call_id: Identifier
    position: int = Field(ge=1)
    wait: WaitRange | None = None
    may_keep_place: bool = False
    because: Literal["agent_lost", "not_answered"] | None = None
    """Why the call waits again: the agent who had answered vanished, or the station that rang did not answer."""


class PlaceKept(_Model):
    """The place is kept under this number; the kiosk is free for others."""

    type: Literal["place_kept"] = "place_kept"
    ticket: Ticket


class TicketsChanged(_Model):
    """All the numbers of this kiosk, oldest first; the whole list each time."""

    type: Literal["tickets_changed"] = "tickets_changed"
    tickets: list[Ticket]


class CallTransferred(_Model):
    """The call goes on under another identifier: the kiosk drops its peer connection and waits for the next agent."""

    type: Literal["call_transferred"] = "call_transferred"
    call_id: Identifier
    new_call_id: Identifier
    partner_id: Identifier
    position: int = Field(ge=1)
    wait: WaitRange | None = None


class CallRinging(_Model):
    """The call is being proposed to a station. `attempt` counts stations tried, from 1."""

    type: Literal["call_ringing"] = "call_ringing"
    call_id: Identifier
    attempt: int = Field(ge=1)


class CallAccepted(_Model):
    """An agent answered. Sent to both parties; the station then sends its description."""

    type: Literal["call_accepted"] = "call_accepted"
    call_id: Identifier
    peer_no: int = Field(ge=1)
    agent_name: Label = ""
    ice_servers: list[IceServer]


class PeerRenewed(_Model):
    """Both parties drop their peer connection and build number `peer_no`."""

    type: Literal["peer_renewed"] = "peer_renewed"
    call_id: Identifier
    peer_no: int = Field(ge=1)
    ice_servers: list[IceServer]


class CallEnded(_Model):
    """The call is over, for both parties."""

    type: Literal["call_ended"] = "call_ended"
    call_id: Identifier
    outcome: Outcome
    cause: EndCause


class ErrorReply(_Model):
    """A message could not be used. `detail` is for developers, never shown, never personal."""

    type: Literal["error"] = "error"
    code: ErrorCode
    detail: str = Field(default="", max_length=300)
    in_reply_to: str | None = None
    """`request_id` or `call_id` of the message, when it had one."""


# ---- station -> hub -------------------------------------------------------------------------------------


class TakeStation(_Model):
    """Sit at a station of my partner (« Prendre mon poste »). The socket is already authenticated."""

    type: Literal["take_station"] = "take_station"
    protocol: int
    station_id: Identifier
    take_over: bool = False
    """Take it even if another page of the same agent holds it."""


class SetAvailability(_Model):
    """Available, or away with a reason. During a call or wrap-up: the state to go to afterwards."""

    type: Literal["set_availability"] = "set_availability"
    state: Literal["available", "away"]
    away_reason: AwayReason | None = None


class AcceptOffer(_Model):
    """Answer the call. A compare-and-swap on (call, offer number): one winner."""

    type: Literal["accept_offer"] = "accept_offer"
    call_id: Identifier
    offer_no: int = Field(ge=1)


class DeclineOffer(_Model):
    """Pass the call to a colleague."""

    type: Literal["decline_offer"] = "decline_offer"
    call_id: Identifier
    offer_no: int = Field(ge=1)


class FinishWrapUp(_Model):
    """Close the call's file and say what comes next."""

    type: Literal["finish_wrap_up"] = "finish_wrap_up"
    call_id: Identifier
    resolution: Resolution
    motif_id: Identifier | None = None
    next_state: Literal["available", "away"] = "available"
    away_reason: AwayReason | None = None


class ExtendWrapUp(_Model):
    """More time for the wrap-up."""

    type: Literal["extend_wrap_up"] = "extend_wrap_up"
    call_id: Identifier


# ---- hub -> station -------------------------------------------------------------------------------------


class TransferCall(_Model):
    """Pass the caller on, with the original arrival time and what the agent knows of the call.

    Not announced: this call ends at once and the caller waits for the next agent. Announced: the caller stays here
    until the other side has answered.
    """

    type: Literal["transfer_call"] = "transfer_call"
    call_id: Identifier
    to: TransferTarget
    announced: bool = False


class CancelTransfer(_Model):
    """Take back an announced transfer that nobody answered yet."""

    type: Literal["cancel_transfer"] = "cancel_transfer"
    call_id: Identifier


class CallCard(_Model):
    """What an agent knows of a call: never who the usager is."""

    call_id: Identifier
    site_name: Label
    kiosk_name: Label
    motif: MotifCard | None = None
    accompanied: bool = False
    language: str = "fr"
    waited_s: Seconds = 0
    is_priority: bool = False
    from_elsewhere: bool = False
    """The caller's own pool could not answer in time."""
    transferred_by: Label = ""
    """The agent who passes the caller on, as usagers read the name; empty: not a transfer."""
    transferred_from: Label = ""
    """That agent's partner."""
    is_announced: bool = False
    """The other agent is still with the caller."""


class WelcomeStation(_Model):
    """You sit at this station; its state, and the call it still holds."""

    type: Literal["welcome_station"] = "welcome_station"
    protocol: int = PROTOCOL_VERSION
    station_id: Identifier
    station_name: Label
    agent_name: Label
    partner: PartnerCard
    state: StationState
    away_reason: AwayReason | None = None
    waiting: int = 0
    longest_wait_s: Seconds = 0
    next_state: Literal["available", "away"] | None = None
    next_away_reason: AwayReason | None = None
    """What comes after the call, as it was chosen during it."""
    call: "StationCall | None" = None
    transfer: "TransferChanged | None" = None
    """An announced transfer of this call that is still open."""


class StationCall(_Model):
    """The live call of a station, given after a reload. `renew_peer` brings the media back."""

    card: CallCard
    state: Literal["offered", "connecting", "in_call", "wrap_up"]
    offer_no: int = 0
    peer_no: int = 0
    expires_in_s: Seconds | None = None
    """Of the offer or of the wrap-up."""


class StationChanged(_Model):
    """The hub's word on the state of this station."""

    type: Literal["station_changed"] = "station_changed"
    state: StationState
    away_reason: AwayReason | None = None
    next_state: Literal["available", "away"] | None = None
    next_away_reason: AwayReason | None = None
    wrap_up_call_id: Identifier | None = None
    expires_in_s: Seconds | None = None
    """Time left of the offer or the wrap-up, when there is one."""


class TransferChanged(_Model):
    """What became of a transfer that this station asked for."""

    type: Literal["transfer_changed"] = "transfer_changed"
    call_id: Identifier
    state: Literal["waiting", "ringing", "done", "refused", "cancelled"]
    """`refused`: nobody there took it; the caller is still here, when it was announced."""
    to: Label = ""
    """Where to, in words."""


class QueueChanged(_Model):
    """The partner's queue, at most once a second."""

    type: Literal["queue_changed"] = "queue_changed"
    waiting: int = Field(ge=0)
    longest_wait_s: Seconds = 0
    available_stations: int = Field(ge=0)


class Offer(_Model):
    """A call is proposed to this station alone."""

    type: Literal["offer"] = "offer"
    offer_no: int = Field(ge=1)
    expires_in_s: Seconds
    card: CallCard


class OfferWithdrawn(_Model):
    """The offer is gone; a late accept gets this too."""

    type: Literal["offer_withdrawn"] = "offer_withdrawn"
    call_id: Identifier
    offer_no: int = Field(ge=1)
    reason: Literal["expired", "declined", "usager_left", "taken_elsewhere", "gone"]


FromKiosk: TypeAlias = Annotated[
    Hello
    | PlaceCall
    | HangUp
    | RelayDescription
    | RelayCandidate
    | ReportMedia
    | RenewPeer
    | ReportDevices
    | KeepPlace
    | ClaimPlace,
    Field(discriminator="type"),
]
ToKiosk: TypeAlias = Annotated[
    Challenge
    | WelcomeKiosk
    | PartnersChanged
    | CallQueued
    | CallRefused
    | QueueMoved
    | PlaceKept
    | TicketsChanged
    | CallTransferred
    | CallRinging
    | CallAccepted
    | PeerRenewed
    | RelayDescription
    | RelayCandidate
    | CallEnded
    | ErrorReply,
    Field(discriminator="type"),
]
FromStation: TypeAlias = Annotated[
    TakeStation
    | SetAvailability
    | AcceptOffer
    | DeclineOffer
    | HangUp
    | RelayDescription
    | RelayCandidate
    | ReportMedia
    | RenewPeer
    | FinishWrapUp
    | ExtendWrapUp
    | TransferCall
    | CancelTransfer,
    Field(discriminator="type"),
]
ToStation: TypeAlias = Annotated[
    WelcomeStation
    | StationChanged
    | TransferChanged
    | QueueChanged
    | Offer
    | OfferWithdrawn
    | CallAccepted
    | PeerRenewed
    | RelayDescription
    | RelayCandidate
    | ReportMedia
    | CallEnded
    | ErrorReply,
    Field(discriminator="type"),
]

FROM_KIOSK: TypeAdapter[Any] = TypeAdapter(FromKiosk)
TO_KIOSK: TypeAdapter[Any] = TypeAdapter(ToKiosk)
FROM_STATION: TypeAdapter[Any] = TypeAdapter(FromStation)
TO_STATION: TypeAdapter[Any] = TypeAdapter(ToStation)


class ProtocolError(Exception):
    """A frame that is not a message. The text of the frame is not kept: it may be personal."""

    def __init__(self, code: ErrorCode, detail: str = "", in_reply_to: str | None = None) -> None:
        self.code = code
        self.detail = detail
        self.in_reply_to = in_reply_to
        super().__init__(f"{code.value}: {detail}")

    def as_reply(self) -> ErrorReply:
        return ErrorReply(code=self.code, detail=self.detail[:300], in_reply_to=self.in_reply_to)


def decode(adapter: TypeAdapter[Any], frame: str | bytes) -> Any:
    """Turn a text frame into a message of the union behind `adapter`.

    Raises:
        ProtocolError: the frame is too large, not JSON, of an unknown type, or holds a wrong value.
    """
    size = len(frame) if isinstance(frame, bytes) else len(frame.encode("utf-8", "surrogatepass"))
    if size > MAX_MESSAGE_BYTES:
        raise ProtocolError(ErrorCode.TOO_LARGE, f"{size} bytes; at most {MAX_MESSAGE_BYTES}")
    try:
        return adapter.validate_json(frame)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        kind, where = first["type"], ".".join(str(part) for part in first["loc"])
        if kind == "json_invalid" or (where == "" and kind in ("model_attributes_type", "dict_type")):
            raise ProtocolError(ErrorCode.MALFORMED, "not a JSON object") from None
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            raise ProtocolError(ErrorCode.UNKNOWN_TYPE, "no such message type here") from None
        raise ProtocolError(ErrorCode.INVALID, f"{where}: {kind}") from None


def encode(message: BaseModel) -> str:
    """The text frame of a message; absent optional values are left out."""
    return message.model_dump_json(exclude_none=True)


def signed_challenge(nonce: str, kiosk_id: str) -> bytes:
    """The bytes that a kiosk signs: bound to this protocol, this kiosk and this socket."""
    return b"visio-relais kiosk hello v1\0" + kiosk_id.encode() + b"\0" + nonce.encode()
