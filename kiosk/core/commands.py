"""What the session wants done, for `kiosk.app` to carry out with the edges. Imperative, frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hub.protocol import Candidate, Description, IceServer
from kiosk.core.conversation import OfferPrint
from kiosk.core.ports import PageScanned, ScanSettings


@dataclass(frozen=True)
class SendToHub:
    """A message of `hub.protocol.FromKiosk`."""

    message: Any


@dataclass(frozen=True)
class SendToPeer:
    """A message of `kiosk.core.conversation.ToStationPeer`."""

    message: Any


@dataclass(frozen=True)
class HoldCall:
    """What `hello` will say of our call after a lost link; None: no call any more."""

    call_id: str | None


@dataclass(frozen=True)
class RetryHub:
    """Do not wait for the end of the pause between attempts."""


@dataclass(frozen=True)
class OpenDevices:
    """Camera and microphone: the usager is about to be seen, on this screen first."""


@dataclass(frozen=True)
class CloseDevices:
    """Camera and microphone let go."""


@dataclass(frozen=True)
class AnswerPeer:
    """Build the peer connection from the station's description."""

    call_id: str
    peer_no: int
    description: Description
    ice_servers: Sequence[IceServer]


@dataclass(frozen=True)
class AddCandidate:
    peer_no: int
    candidate: Candidate


@dataclass(frozen=True)
class ClosePeer:
    """No picture, no sound, no packet from here on; the agent's picture leaves the screen."""


@dataclass(frozen=True)
class Mute:
    """True: send black, or silence, instead."""

    camera: bool
    microphone: bool


@dataclass(frozen=True)
class SetVolume:
    """0..10."""

    volume: int


@dataclass(frozen=True)
class PlayChime:
    """Heard even when camera and sound are closed: the loudspeaker is then opened for it alone."""

    name: Literal["ringback", "agent_here", "attention", "number", "end"]


@dataclass(frozen=True)
class StartScan:
    job_no: int
    settings: ScanSettings


@dataclass(frozen=True)
class CancelScanJob:
    """Stop the running job; the worker is gone soon after."""


@dataclass(frozen=True)
class SealPage:
    """Make a key, seal the page under `transfer_id`, and let it travel."""

    scan_id: str
    transfer_id: str
    page_no: int
    page: PageScanned


@dataclass(frozen=True)
class ReleasePage:
    """Give the station the key: the usager pressed SEND."""

    transfer_id: str


@dataclass(frozen=True)
class DiscardPage:
    """Destroy the key and what still waits to travel."""

    transfer_id: str


@dataclass(frozen=True)
class ReceiveFile:
    offer: OfferPrint


@dataclass(frozen=True)
class RenderFile:
    print_id: str
    mime: str


@dataclass(frozen=True)
class PrintFile:
    print_id: str


@dataclass(frozen=True)
class CancelPrintJob:
    print_id: str


@dataclass(frozen=True)
class DropFile:
    """Forget the file, its pixels, and what still arrives of it."""

    print_id: str


@dataclass(frozen=True)
class ForgetAgent:
    """Somebody else will answer next: no key of a page and no unexpected file of the agent before is left."""


@dataclass(frozen=True)
class Erase:
    """Leave nothing of this session anywhere; `ErasureDone` answers."""


Command = (
    SendToHub
    | SendToPeer
    | HoldCall
    | RetryHub
    | OpenDevices
    | CloseDevices
    | AnswerPeer
    | AddCandidate
    | ClosePeer
    | Mute
    | SetVolume
    | PlayChime
    | StartScan
    | CancelScanJob
    | SealPage
    | ReleasePage
    | DiscardPage
    | ReceiveFile
    | RenderFile
    | PrintFile
    | CancelPrintJob
    | DropFile
    | ForgetAgent
    | Erase
)
