"""The closed list of what the media write to the log."""

from enum import StrEnum


class Event(StrEnum):
    """Name and sentence of each record; fields hold numbers and states only."""

    PEER_ANSWERED = "answered the station's description"
    PEER_STATE = "the peer connection changed state"
    PEER_REFUSED = "the station's description cannot be used"
    PEER_CLOSE_SLOW = "the peer connection did not close in time and was abandoned"
    CANDIDATE_DROPPED = "a candidate of the station could not be read"
    MEDIA_STOP_SLOW = "the media thread did not stop in time and was abandoned"
