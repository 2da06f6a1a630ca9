"""What the engine of the hub writes in the log: a closed list. Never a name, an address or a content."""

from enum import StrEnum


class Event(StrEnum):
    """The value is the sentence."""

    STARTED = "the hub serves"
    STOPPING = "the hub stops and sends its clients away"
    STOPPED = "the hub has stopped"
    DATABASE_FAILED = "the database did not answer; calls in progress go on, new ones are refused"
    DATABASE_BACK = "the database answers again"
    KIOSK_JOINED = "a kiosk is linked"
    KIOSK_LEFT = "a kiosk's link is gone"
    KIOSK_REFUSED = "a kiosk could not prove who it is"
    STATION_JOINED = "a station was taken"
    STATION_LEFT = "a station's link is gone"
    STATION_REFUSED = "a station could not be taken"
    SOCKET_REPLACED = "a newer link of the same party replaced this one"
    PROTOCOL_ERRORS = "a client was cut off after too many unusable messages"
    FLOOD = "a client was cut off because it sent too much"
    TOO_SLOW = "a client was cut off because it does not read what it is sent"
    MESSAGE_FAILED = "a message failed inside the hub"
    TIMER_FAILED = "work that was due failed inside the hub"
    NETWORK_LOADED = "the network was read from the database"
    PURGED = "what is past its time was erased"
