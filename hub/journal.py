"""What the engine of the hub writes in the log: a closed list. Never a name, an address or a content."""

from enum import StrEnum


class Event(StrEnum):
    """The value is the sentence."""

    STARTED = "the hub serves"
    STOPPING = "the hub stops and sends its clients away"
    STOPPED = "the hub has stopped"
    DATABASE_FAILED = "the database did not answer; calls in progress go on, new ones are refused"
    DATABASE_BACK = "the database answers again"
    START_FAILED = "the hub could not start"
    NODE_GONE = "another hub is gone; its clients are given time to come back"
    FENCED = "the other hubs held this one for dead; it sends its clients away and starts over"
    MOVED = "the installation was moved to another database; this hub stops"
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
    ROUTING_STALLED = "a free station and a caller it may take coexist: the router has a defect"
    TIMER_FAILED = "work that was due failed inside the hub"
    NETWORK_LOADED = "the network was read from the database"
    PURGED = "what is past its time was erased"
