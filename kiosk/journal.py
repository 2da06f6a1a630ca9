"""The closed list of what the kiosk writes to its log. The value is the sentence; `hub.logbook.record` writes it."""

from enum import StrEnum


class Event(StrEnum):
    """One member per kind of event; fields are numbers, states or identifiers, never content."""

    # the kiosk
    STARTED = "the kiosk started"
    STOPPED = "the kiosk stopped"
    SCREEN_SHOWN = "another screen is shown"
    SESSION_ERASED = "nothing of the session is left"
    WORK_FAILED = "a piece of work failed and was given up"
    HUB_REFUSED = "the hub does not want this kiosk"
    PEER_MOVED = "the peer connection changed state"
    CONTROL_UNUSABLE = "a message of the station was unusable and was dropped"

    # devices
    DEVICE_CHANGED = "a device changed state"
    DEVICE_FAULT_LASTS = "a device stays out of order, a person must look at it"
    PROBE_FAILED = "asking a device for its state failed"
    WORKER_DIED = "a device worker ended without a last word"
    WORKER_GARBLED = "a device worker said something unreadable and was killed"
    WORKER_TIMED_OUT = "a device worker took too long and was killed"
    CAMERA_LOST = "the camera stopped giving pictures"
    CAMERA_BACK = "the camera gives pictures again"
    HOTPLUG_SEEN = "devices were plugged or unplugged"
    HOTPLUG_UNAVAILABLE = "udev is not available, devices are asked from time to time instead"
    SANDBOX_MISSING = "bubblewrap cannot run, documents are refused"
    PRINT_POLICY_SET = "the print queue was set to give up a failed job instead of stopping"
    PRINT_POLICY_WRONG = "the print queue stops at the first failed job and could not be changed"
    PRINT_JOBS_LEFT = "print jobs could not be purged"

    # media
    PEER_ANSWERED = "answered the station's description"
    PEER_STATE = "the peer connection's packets say how it is"
    PICTURE_PAUSED = "the link is too weak for our picture, only the sound is sent"
    PICTURE_RESUMED = "there is room for our picture again"
    PEER_REFUSED = "the station's description cannot be used"
    PEER_CLOSE_SLOW = "the peer connection did not close in time and was abandoned"
    CANDIDATE_DROPPED = "a candidate of the station could not be read and was dropped"
    STUN_SILENT = "the STUN server did not say which address this kiosk has"
    RELAY_READY = "a TURN server lends an address"
    RELAY_UNUSABLE = "a TURN server cannot be used this way"
    ADDRESS_GONE = "the address that the peer connection uses is gone"
    MEDIA_STOP_SLOW = "the media thread did not stop in time and was abandoned"
    SOUND_LOST = "the sound card stopped, it is opened again from time to time"
    SOUND_ABANDONED = "the sound card did not close in time and was abandoned, the sound server hangs"
    HEADSET_PLUGGED = "a headset or handset is there, the loudspeaker is silent"
    HEADSET_UNPLUGGED = "the headset or handset is gone, the loudspeaker swells"

    # link to the hub
    LINK_UP = "the hub knows this kiosk"
    LINK_DOWN = "the link to the hub is down, it is being built again"
    LINK_SILENT = "the link to the hub is dead without knowing it and was cut"
    LINK_REFUSED = "the hub closed the link because it does not want this kiosk"
    LINK_FRAME_DROPPED = "a message of the hub was unusable and was dropped"
