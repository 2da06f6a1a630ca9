"""What the conductor conducts: the kiosk's parts behind their ports, as `kiosk.app` or a test gives them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.core.ports import (
    Camera,
    CameraFrame,
    DocumentRenderer,
    FrameSink,
    Hub,
    Peers,
    Printer,
    Scanner,
    Sound,
)
from kiosk.core.view import View
from kiosk.papers_held import FilesHeld, PagesHeld


class Window(Protocol):
    """The kiosk's window, see `kiosk.ui.window`."""

    @property
    def self_sink(self) -> FrameSink: ...

    def show_view(self, view: View) -> None: ...

    def set_level(self, level: float) -> None: ...


@dataclass(frozen=True)
class Parts:
    """What the conductor conducts."""

    window: Window
    remote_sink: FrameSink
    hub: Hub
    peers: Peers
    camera: Camera
    sound: Sound
    scanner: Scanner
    printer: Printer
    renderer: DocumentRenderer
    pages: PagesHeld
    files: FilesHeld
    runtime_dir: Path
    set_in_call: Callable[[bool], None]
    """Tells the supervisor of devices when an usager needs them: it then asks them nothing by itself."""


class SeenSink:
    """Passes the agent's pictures on, and says when the first one of a connection came."""

    def __init__(self, sink: FrameSink, on_first: Callable[[], None]) -> None:
        self._sink = sink
        self._on_first = on_first
        self._seen = False

    def show(self, frame: CameraFrame) -> None:
        self._sink.show(frame)
        if not self._seen:
            self._seen = True
            self._on_first()

    def clear(self) -> None:
        self._seen = False
        self._sink.clear()
