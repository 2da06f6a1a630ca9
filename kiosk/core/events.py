"""What happened, as the edges tell it to the session. Past tense, frozen, nothing of a library."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.protocol import DeviceState, MediaState
from kiosk.core.conversation import PrintRefusal
from kiosk.core.ports import DeviceName, PrintEvent, ScanEvent
from kiosk.core.view import Touch


@dataclass(frozen=True)
class Touched:
    """The usager touched the screen."""

    touch: Touch


@dataclass(frozen=True)
class Ticked:
    """A second went by; all timers of the session hang on it."""


@dataclass(frozen=True)
class HubSaid:
    """A message of `hub.protocol.ToKiosk`."""

    message: Any


@dataclass(frozen=True)
class HubLost:
    """The link to the hub is down."""


@dataclass(frozen=True)
class HubRefused:
    """The hub does not want this kiosk."""


@dataclass(frozen=True)
class PeerMoved:
    """The peer connection `peer_no` changed state."""

    peer_no: int
    state: MediaState


@dataclass(frozen=True)
class PeerOpened:
    """The data channels of `peer_no` are open; the app has said hello and resumed transfers."""

    peer_no: int


@dataclass(frozen=True)
class PeerSaid:
    """A message of `kiosk.core.conversation.FromStationPeer`."""

    message: Any


@dataclass(frozen=True)
class AgentSeen:
    """The first picture of the agent came to the screen."""


@dataclass(frozen=True)
class OwnPicturePaused:
    """The link is too weak for our picture on `peer_no`: only the sound leaves; or there is room again."""

    peer_no: int
    paused: bool


@dataclass(frozen=True)
class DeviceChanged:
    """A device's status, on change."""

    device: DeviceName
    status: DeviceState


@dataclass(frozen=True)
class HeadsetUnplugged:
    """The sound left a headset or handset for the loudspeaker."""


@dataclass(frozen=True)
class ScanReported:
    """News of the running scan job. Jobs are numbered so that late news of a cancelled one is ignored."""

    job_no: int
    event: ScanEvent


@dataclass(frozen=True)
class PageTravelled:
    """`fraction` 0..1 of a sealed page is held by the station."""

    transfer_id: str
    fraction: float


@dataclass(frozen=True)
class FileTravelled:
    """`fraction` 0..1 of a file to print has come."""

    print_id: str
    fraction: float


@dataclass(frozen=True)
class FileArrived:
    """The whole file is here and its hash is right."""

    print_id: str


@dataclass(frozen=True)
class FileRefused:
    """The file cannot be printed."""

    print_id: str
    refusal: PrintRefusal


@dataclass(frozen=True)
class FileRendered:
    """The sandbox made pixels of the file."""

    print_id: str
    previews: Sequence[bytes]


@dataclass(frozen=True)
class PrintReported:
    """News of the print job of `print_id`."""

    print_id: str
    event: PrintEvent


@dataclass(frozen=True)
class ErasureDone:
    """Nothing of the session is left: memory dropped, jobs purged, directory emptied."""


Event = (
    Touched
    | Ticked
    | HubSaid
    | HubLost
    | HubRefused
    | PeerMoved
    | PeerOpened
    | PeerSaid
    | AgentSeen
    | OwnPicturePaused
    | DeviceChanged
    | HeadsetUnplugged
    | ScanReported
    | PageTravelled
    | FileTravelled
    | FileArrived
    | FileRefused
    | FileRendered
    | PrintReported
    | ErasureDone
)
