"""What the event log may say: a closed list. Statistics are a fold of these, so a name never changes meaning."""

from dataclasses import dataclass
from enum import StrEnum


class EventName(StrEnum):
    CALL_PLACED = "call_placed"
    CALL_REFUSED = "call_refused"
    CALL_OFFERED = "call_offered"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    OFFER_WITHDRAWN = "offer_withdrawn"
    CALL_REQUEUED = "call_requeued"
    PLACE_KEPT = "place_kept"
    NUMBER_CALLED = "number_called"
    NUMBER_MISSED = "number_missed"
    PLACE_CLAIMED = "place_claimed"
    TRANSFER_ASKED = "transfer_asked"
    TRANSFER_TAKEN = "transfer_taken"
    TRANSFER_REFUSED = "transfer_refused"
    TRANSFER_CANCELLED = "transfer_cancelled"
    CALL_TRANSFERRED = "call_transferred"
    CALL_RECEIVED = "call_received"
    REACH_WIDENED = "reach_widened"
    CALL_CONNECTED = "call_connected"
    PEER_RENEWED = "peer_renewed"
    CALL_ENDED = "call_ended"
    WRAP_UP_EXTENDED = "wrap_up_extended"
    CALL_CLOSED = "call_closed"
    STATION_TAKEN = "station_taken"
    STATION_CHANGED = "station_changed"
    STATION_LOST = "station_lost"
    STATION_FORGOTTEN = "station_forgotten"
    KIOSK_LOST = "kiosk_lost"
    KIOSK_BACK = "kiosk_back"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One line of the log. `detail` is made of closed words and numbers only."""

    name: EventName
    call_id: str | None = None
    station_id: str | None = None
    kiosk_id: str | None = None
    detail: str | None = None
