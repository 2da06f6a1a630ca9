"""What the kiosk needs of the world, as Protocols: devices, documents, the peer, the hub.

Owned by the core, implemented by the edges (`devices`, `media`, `link`) and by the simulated devices that
ship. Nothing here names a library. Pixels are NumPy arrays only where they must cross without a copy.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from hub.protocol import Candidate, Description, DeviceState, IceServer
from kiosk.core.conversation import PrintRefusal

DeviceStatus = DeviceState
"""ready, busy, cover_open, no_paper, jammed, unplugged, failed: words a person could say."""


class DeviceName(StrEnum):
    """The five devices of a kiosk."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"
    SCANNER = "scanner"
    PRINTER = "printer"


# ---- camera ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CameraFrame:
    """One picture. `i420` is a C-contiguous uint8 array of shape (height * 3 // 2, width): Y, then U, then V."""

    i420: Any
    width: int
    height: int
    captured_s: float
    """Monotonic seconds at capture."""
    number: int


class Camera(Protocol):
    """A camera that is closed outside calls and previews. Newest frame wins; nothing queues."""

    @property
    def status(self) -> DeviceStatus: ...

    def open(self) -> None:
        """Start capturing in the camera's own thread. Opening an open camera changes nothing."""

    def close(self) -> None:
        """Stop capturing and let go of the device before returning."""

    def latest(self) -> CameraFrame | None:
        """The newest frame, or None before the first or when the device is lost. Any thread."""


# ---- sound ----------------------------------------------------------------------------------------------

SAMPLE_RATE_HZ = 48_000
FRAME_SAMPLES = 480
"""10 ms of mono sound; every sound block in the kiosk is int16 of shape (480,)."""


class Sound(Protocol):
    """Microphone and loudspeaker with echo cancelled between them; one object because the echo links them."""

    @property
    def microphone_status(self) -> DeviceStatus: ...

    @property
    def loudspeaker_status(self) -> DeviceStatus: ...

    def open(self) -> None:
        """Start both directions. Opening twice changes nothing."""

    def close(self) -> None:
        """Stop both directions and let go of the devices before returning."""

    def set_listener(self, listener: Callable[[Any], None] | None) -> None:
        """`listener` gets each 10 ms block of cleaned microphone sound, in the audio thread; it must not block."""

    def set_source(self, source: Callable[[], Any] | None) -> None:
        """`source` gives each 10 ms block to play, in the audio thread; None means silence."""

    def microphone_level(self) -> float:
        """0..1, smoothed, of the last 100 ms: what the level meter shows."""

    def set_volume(self, volume: float) -> None:
        """0..1 of the loudspeaker; reset at the end of each session."""

    def play_chime(self, name: str) -> None:
        """Play a short sound of `assets/sounds`; unknown names raise ValueError.

        While the devices are open it is mixed into what is heard, and this returns at once. While they are closed the
        loudspeaker alone is opened for it, never the microphone, and this returns when it is over.
        """

    def hush(self) -> None:
        """Cut short a chime that plays while the devices are closed, so that they may be opened at once."""


# ---- scanner --------------------------------------------------------------------------------------------


class ScanSource(StrEnum):
    """Where the paper lies. AUTOMATIC takes the feeder when it holds paper, else the glass."""

    AUTOMATIC = "automatic"
    FLATBED = "flatbed"
    FEEDER = "feeder"


@dataclass(frozen=True)
class ScanSettings:
    """`dpi` is dots per inch; grey or colour, 8 bits a channel; always an A4 area at the most."""

    dpi: int = 200
    colour: bool = False
    source: ScanSource = ScanSource.AUTOMATIC


@dataclass(frozen=True)
class ScanProgress:
    """`fraction` 0..1 of the page being read, or None when the device does not tell."""

    page_no: int
    fraction: float | None


@dataclass(frozen=True)
class PageScanned:
    """A page, ready to travel: `jpeg` at full resolution, `preview_jpeg` at most 900 px high for the screen."""

    page_no: int
    jpeg: bytes
    preview_jpeg: bytes
    width_px: int
    height_px: int
    dpi: int


@dataclass(frozen=True)
class ScanStopped:
    """Always the last event of a job: how it ended, in one of the device's words, and pages read so far."""

    status: DeviceStatus
    """`ready` when all went well (or cancelled), else what is wrong."""
    pages: int
    cancelled: bool = False


ScanEvent = ScanProgress | PageScanned | ScanStopped


class Scanner(Protocol):
    """One job at a time; never raises for a device fault: the fault is the status of `ScanStopped`."""

    @property
    def status(self) -> DeviceStatus: ...

    def scan(self, settings: ScanSettings) -> AsyncIterator[ScanEvent]:
        """Read one page from the glass or all pages of the feeder; ends with exactly one `ScanStopped`."""

    async def cancel(self) -> None:
        """Stop the running job, if any; returns when the worker is gone, within 5 s."""

    async def probe(self) -> DeviceStatus:
        """Ask the driver whether the device is really there, and remember it as `status`."""


# ---- documents and printer ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RenderedDocument:
    """A file turned into pixels by the sandbox: what is previewed is what is printed."""

    pages: Sequence[bytes]
    """One JPEG per page, 150 dpi of A4."""
    previews: Sequence[bytes]
    """The same, at most 900 px high."""


class DocumentRefused(Exception):
    """The file cannot be printed; `refusal` says why in a closed word. Never carries content."""

    def __init__(self, refusal: PrintRefusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class DocumentRenderer(Protocol):
    """Turns a file that arrived into pixels, in a process without network, files or devices."""

    async def render(self, data: bytes, mime: str) -> RenderedDocument:
        """Raises DocumentRefused: too many pages, unreadable, wrong type, locked, or it took too long."""


@dataclass(frozen=True)
class PrintProgress:
    """State of the running job. `status` other than ready/busy: the printer needs a person, the job waits."""

    status: DeviceStatus
    page: int
    """Pages out so far; 0 while nothing is known."""
    pages: int


@dataclass(frozen=True)
class PrintStopped:
    """Always the last event of a job."""

    printed: bool
    status: DeviceStatus
    pages: int
    cancelled: bool = False


PrintEvent = PrintProgress | PrintStopped


class Printer(Protocol):
    """One job at a time; never raises for a device fault."""

    @property
    def status(self) -> DeviceStatus: ...

    def print_pages(self, pages: Sequence[bytes]) -> AsyncIterator[PrintEvent]:
        """Print JPEG pages as one job with a neutral title; ends with exactly one `PrintStopped`."""

    async def cancel(self) -> None:
        """Cancel the running job, if any."""

    async def purge(self) -> None:
        """Remove every job of this kiosk, finished or not, with its spooled files. End of each session."""

    async def probe(self) -> DeviceStatus:
        """Ask the print service, and remember it as `status`."""


# ---- the peer connection --------------------------------------------------------------------------------


class PeerListener(Protocol):
    """What happens on the peer connection; called on the kiosk's main loop, never on the media loop."""

    def on_peer_state(self, peer_no: int, state: str) -> None:
        """`state` is a `hub.protocol.MediaState` value."""

    def on_peer_control(self, peer_no: int, text: str) -> None:
        """A text frame of the control channel."""

    def on_peer_control_open(self, peer_no: int) -> None:
        """Both channels are open: say hello."""

    def on_peer_chunk(self, peer_no: int, message: bytes) -> None:
        """A binary frame of the documents channel."""

    def on_peer_picture_paused(self, peer_no: int, paused: bool) -> None:
        """The link is too weak for our picture: it is not sent for the moment; or it is again."""

    def on_peer_candidate(self, peer_no: int, candidate: Candidate) -> None:
        """A local candidate to relay; it may come before the answer."""


@dataclass(frozen=True)
class MediaFigures:
    """What a connection measures of itself: numbers only, never content. None: not known (yet, or to this side).

    Counters run since the connection began; rates are those of the last second or two.
    """

    peer_no: int
    state: str
    """A `hub.protocol.MediaState` value."""
    path: str | None = None
    """Kinds of the two candidates in use and transport: "host-srflx udp", "relay-host tls"."""
    round_trip_s: float | None = None
    # Sending.
    estimate_bps: int | None = None
    """What the link is thought to carry from here, everything included."""
    target_bps: int | None = None
    """What the picture may take of it; 0: sound only."""
    sent_bps: int | None = None
    sent_loss: float | None = None
    """0..1, as the other side tells."""
    sent_height: int | None = None
    frames_sent: int | None = None
    documents_bps: int | None = None
    """What documents may take; None: no limit."""
    # Receiving.
    received_bps: int | None = None
    received_loss: float | None = None
    received_height: int | None = None
    frames_shown: int | None = None
    key_frames_asked: int | None = None
    packets_asked_again: int | None = None
    packets_rebuilt: int | None = None
    """Packets of pictures that did not come, rebuilt so far from the protection of others."""
    picture_held_s: float | None = None
    """How long pictures that come in time are held, to hide the stops of the others."""
    sound_depth_s: float | None = None
    """Sound held before the loudspeaker."""
    sound_concealed_s: float | None = None
    """Sound invented so far where none came."""
    sound_recovered_s: float | None = None
    """Sound rebuilt so far from the redundancy of later packets."""
    sound_ahead_s: float | None = None
    """How much the sound is played ahead of the picture of the same instant; negative: behind."""


class Peers(Protocol):
    """Builds the peer connections of the kiosk, one at a time, on the media loop. Safe from the main loop."""

    async def answer(self, peer_no: int, description: Description, ice_servers: Sequence[IceServer]) -> Description:
        """Build connection `peer_no`, take the station's offer, return the answer. Replaces an older one."""

    async def add_candidate(self, peer_no: int, candidate: Candidate) -> None:
        """A remote candidate; ignored when the connection is not the current one."""

    async def send_control(self, text: str) -> bool:
        """Queue a text frame; False when the channel is not open (the caller resends after `hello`)."""

    async def send_chunk(self, message: bytes) -> bool:
        """Queue a binary frame, waiting for room below 64 KiB; False when the channel is gone."""

    async def close(self) -> None:
        """Close the current connection; returns when no packet leaves any more."""

    def set_muted(self, *, camera: bool, microphone: bool) -> None:
        """Send black or silence instead."""

    def set_motion(self, motion: bool) -> None:
        """Keep the frames of our picture rather than its size, as sign language needs; until `close`."""

    async def figures(self) -> MediaFigures | None:
        """What the current connection measures of itself; None when there is none."""


class FrameSink(Protocol):
    """Shows pictures. Called on any thread with the newest frame; must return at once."""

    def show(self, frame: CameraFrame) -> None: ...

    def clear(self) -> None: ...


# ---- the hub --------------------------------------------------------------------------------------------


class HubListener(Protocol):
    """News of the link to the hub; called on the kiosk's main loop."""

    def on_hub_message(self, message: Any) -> None:
        """A decoded `hub.protocol.ToKiosk` message; `welcome_kiosk` is the first after each connection."""

    def on_hub_lost(self) -> None:
        """The link is down; it is being built again. Called once per loss."""

    def on_hub_refused(self, code: int) -> None:
        """The hub does not want this kiosk (close code 4003: unknown, disabled, wrong key)."""


class Hub(Protocol):
    """The link to the hub: one WebSocket, built again for ever with full jitter."""

    def start(self) -> None:
        """Begin connecting, on the running loop."""

    async def stop(self) -> None:
        """Close the link and stop trying."""

    def send(self, message: Any) -> bool:
        """Queue a `hub.protocol.FromKiosk` message; False when the link is down (nothing is kept for later)."""

    def set_live_call(self, call_id: str | None) -> None:
        """What `hello` says of the call still held, at the next connection."""

    def retry_now(self) -> None:
        """Do not wait for the end of the current pause."""
