"""What a rehearsal measures: it stands between two parts, notes instants and numbers, and passes everything on.

Called from many threads; each list is only appended to. Instants are monotonic; `Clock.unix` gives all of them on the
wall's scale by one difference taken at the start, so that a step of the wall clock in between changes nothing.
"""

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.core.ports import Camera, CameraFrame, DeviceStatus, FrameSink, PeerListener, Sound
from kiosk.devices import frame_number

AUDIBLE = 64
"""Of 32768 (-54 dBFS): louder than the noise that a silent line may carry."""
SAVE_EVERY_S = 2.0
SAVE_UNREAD_AFTER_S = 1.0
"""A picture due to be kept waits so long for one with a readable number."""
MAX_WAITING = 90
"""Pictures not read yet; with more, the machine has no time and their numbers are not read."""


class Moment(StrEnum):
    """What happened."""

    STARTED = "started"
    LINKED = "linked"
    PLACED = "placed"
    RINGING = "ringing"
    ACCEPTED = "accepted"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    WEAK = "weak"
    LOST = "lost"
    PICTURE_PAUSED = "picture_paused"
    PICTURE_RESUMED = "picture_resumed"
    CHANNELS_OPEN = "channels_open"
    FIRST_PICTURE = "first_picture"
    FIRST_SOUND = "first_sound"
    DOCUMENTS_BEGUN = "documents_begun"
    DOCUMENTS_DONE = "documents_done"
    HUNG_UP = "hung_up"
    ENDED = "ended"
    ERASED = "erased"


@dataclass(frozen=True)
class Noted:
    """An instant of the rehearsal; `peer_no` where a connection is meant."""

    moment: Moment
    at_s: float
    peer_no: int | None = None


@dataclass(frozen=True)
class Clock:
    """Monotonic seconds, and what to add to them for Unix time."""

    monotonic: Callable[[], float]
    offset_s: float

    def unix(self, at_s: float) -> float:
        return round(at_s + self.offset_s, 6)


@dataclass
class Record:
    """Everything noted so far."""

    clock: Clock
    moments: list[Noted] = field(default_factory=list)
    shown: list[tuple[float, int | None, int, int]] = field(default_factory=list)
    """For each picture shown: instant, number read in it, width, height. In the order in which they were read."""
    given: dict[float, int] = field(default_factory=dict)
    """For each picture of the camera that somebody looked at: instant of capture -> its number."""
    series: list[dict[str, Any]] = field(default_factory=list)
    pictures: int = 0
    unread: int = 0
    """Pictures whose number was not looked for, for want of time."""
    peer_no: int | None = None
    sounded: bool = False
    microphone_blocks: int = 0
    microphone_peak: int = 0
    """0..32767, the loudest sample of the microphone."""

    def note(self, moment: Moment, peer_no: int | None = None) -> None:
        self.moments.append(Noted(moment, self.clock.monotonic(), peer_no))

    def note_once(self, moment: Moment) -> None:
        if not any(each.moment is moment for each in self.moments):
            self.note(moment)

    def first(self, moment: Moment) -> float | None:
        """The instant of the first one of this kind."""
        return next((each.at_s for each in self.moments if each.moment is moment), None)


class ShownPictures:
    """A sink that notes each picture and shows it on, where there is a screen.

    A thread of its own reads the numbers, so that the media loop only waits for a queue; it also keeps, in `folder`,
    about one picture every two seconds exactly as it was shown: `NUMBER-MILLISECONDS.npy`, I420 as in `CameraFrame`.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(self, record: Record, sink: FrameSink | None, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._record = record
        self._sink = sink
        self._folder = folder
        self._first = True
        self._next_save_s = 0.0
        self._waiting: queue.Queue[tuple[float, CameraFrame] | None] = queue.Queue(MAX_WAITING)
        self._reader = threading.Thread(target=self._read, name="rehearsal", daemon=True)
        self._reader.start()

    def show(self, frame: CameraFrame) -> None:
        """See `FrameSink`. Any thread."""
        now_s = self._record.clock.monotonic()
        if self._first and self._record.first(Moment.ENDED) is None:
            self._first = False
            self._record.note(Moment.FIRST_PICTURE, self._record.peer_no)
        self._record.pictures += 1
        try:
            self._waiting.put_nowait((now_s, frame))
        except queue.Full:
            self._record.unread += 1
            self._record.shown.append((now_s, None, frame.width, frame.height))
        if self._sink is not None:
            self._sink.show(frame)

    def clear(self) -> None:
        """See `FrameSink`."""
        self._first = True
        if self._sink is not None:
            self._sink.clear()

    def close(self) -> None:
        """Returns when every picture was read."""
        self._waiting.put(None)
        self._reader.join()

    def _read(self) -> None:
        while (item := self._waiting.get()) is not None:
            at_s, frame = item
            number = frame_number.read(frame.i420[: frame.height])
            self._record.shown.append((at_s, number, frame.width, frame.height))
            if self._folder is not None and at_s >= self._next_save_s:
                if number is None and at_s < self._next_save_s + SAVE_UNREAD_AFTER_S and self._next_save_s:
                    continue
                self._next_save_s = at_s + SAVE_EVERY_S
                name = "unread" if number is None else f"{number:08d}"
                with contextlib.suppress(OSError):  # a full disk must not end the call
                    np.save(self._folder / f"{name}-{round(self._record.clock.unix(at_s) * 1000)}.npy", frame.i420)


class WatchedCamera:
    """`kiosk.core.ports.Camera` that notes each picture somebody looked at."""

    def __init__(self, record: Record, camera: Camera) -> None:
        self._record = record
        self._camera = camera
        self._last_s = float("-inf")

    @property
    def status(self) -> DeviceStatus:
        return self._camera.status

    def open(self) -> None:
        self._camera.open()

    def close(self) -> None:
        self._camera.close()

    def latest(self) -> CameraFrame | None:
        frame = self._camera.latest()
        if frame is not None and frame.captured_s != self._last_s:
            self._last_s = frame.captured_s
            self._record.given[frame.captured_s] = frame.number
        return frame


class WatchedSound:
    """`kiosk.core.ports.Sound` that notes the first sound of each connection, and how loud the microphone was.

    Args:
        quiet_when_closed: no chime outside the call: a simulated sound card would begin its file anew with it.
    """

    def __init__(self, record: Record, sound: Sound, *, quiet_when_closed: bool) -> None:
        self._record = record
        self._sound = sound
        self._quiet_when_closed = quiet_when_closed
        self._open = False

    @property
    def microphone_status(self) -> DeviceStatus:
        return self._sound.microphone_status

    @property
    def loudspeaker_status(self) -> DeviceStatus:
        return self._sound.loudspeaker_status

    def open(self) -> None:
        self._open = True
        self._sound.open()

    def close(self) -> None:
        self._open = False
        self._sound.close()

    def set_listener(self, listener: Callable[[Any], None] | None) -> None:
        if listener is None:
            self._sound.set_listener(None)
            return

        def hear(block: Any) -> None:
            self._record.microphone_blocks += 1
            self._record.microphone_peak = max(self._record.microphone_peak, _peak(block))
            listener(block)

        self._sound.set_listener(hear)

    def set_source(self, source: Callable[[], Any] | None) -> None:
        if source is None:
            self._sound.set_source(None)
            return
        heard = False

        def take() -> Any:
            nonlocal heard
            block = source()
            if not heard and _peak(block) >= AUDIBLE:
                heard = self._record.sounded = True
                self._record.note(Moment.FIRST_SOUND, self._record.peer_no)
            return block

        self._sound.set_source(take)

    def microphone_level(self) -> float:
        return self._sound.microphone_level()

    def set_volume(self, volume: float) -> None:
        self._sound.set_volume(volume)

    def play_chime(self, name: str) -> None:
        if self._open or not self._quiet_when_closed:
            self._sound.play_chime(name)

    def hush(self) -> None:
        self._sound.hush()


_STATES = {
    "connecting": Moment.CONNECTING,
    "connected": Moment.CONNECTED,
    "weak": Moment.WEAK,
    "lost": Moment.LOST,
}


class WatchedPeer:
    """`kiosk.core.ports.PeerListener` that notes how each connection fares.

    Args:
        on_open: told each time that the channels of a connection are there.
    """

    def __init__(self, record: Record, listener: PeerListener, on_open: Callable[[], None]) -> None:
        self._record = record
        self._listener = listener
        self._on_open = on_open
        self.on_peer_control = listener.on_peer_control
        self.on_peer_chunk = listener.on_peer_chunk
        self.on_peer_candidate = listener.on_peer_candidate

    def on_peer_state(self, peer_no: int, state: str) -> None:
        self._record.peer_no = peer_no
        moment = _STATES.get(state)
        if moment is not None:
            self._record.note(moment, peer_no)
        self._listener.on_peer_state(peer_no, state)

    def on_peer_picture_paused(self, peer_no: int, paused: bool) -> None:
        self._record.note(Moment.PICTURE_PAUSED if paused else Moment.PICTURE_RESUMED, peer_no)
        self._listener.on_peer_picture_paused(peer_no, paused)

    def on_peer_control_open(self, peer_no: int) -> None:
        self._record.peer_no = peer_no
        self._record.note(Moment.CHANNELS_OPEN, peer_no)
        self._listener.on_peer_control_open(peer_no)
        self._on_open()


def _peak(block: Any) -> int:
    return int(np.abs(block.astype(np.int32)).max()) if len(block) else 0
