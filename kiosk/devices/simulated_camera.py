"""A camera for machines without one: a picture, a video file, or a drawn person under a readable frame number.

A `.y4m` file is played as a real camera would give it: at the pace of the clock, each picture at its instant, those
for which the machine had no time left out.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2

from kiosk.config import CameraOptions
from kiosk.core.ports import CameraFrame, DeviceName, DeviceStatus
from kiosk.devices import frame_number, i420
from kiosk.devices.scene import PHASES, draw_scene
from kiosk.devices.simulation import SimulatedFaults
from kiosk.devices.status import StatusListener, StatusWord
from kiosk.devices.y4m import SUFFIX, Y4mFile, Y4mUnreadable

_SCENE_CHANGES_PER_S = 12
_READ_FAULTS_EVERY_S = 0.25


class SimulatedCamera:
    """`kiosk.core.ports.Camera` without a camera; loses its picture on command.

    Args:
        options: size, rate, and `simulated_file` (picture or video; empty: drawn, with a frame number).
        faults: read four times a second; anything but ready or busy takes the picture away.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        options: CameraOptions,
        faults: SimulatedFaults,
        listener: StatusListener | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._faults = faults
        self._clock = clock
        self._status = StatusWord(listener)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._frame: CameraFrame | None = None
        self._number = 0

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    def open(self) -> None:
        """See the port."""
        with self._lock:
            if self._thread is None:
                self._closing = threading.Event()
                self._thread = threading.Thread(target=self._run, args=(self._closing,), name="camera", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """See the port."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._closing.set()
        if thread is not None:
            thread.join()
        self._frame = None

    def latest(self) -> CameraFrame | None:
        """See the port."""
        return self._frame

    def probe(self) -> DeviceStatus:
        """The state ordered by the state file."""
        ordered = self._faults.of(DeviceName.CAMERA)
        self._status.set(DeviceStatus.READY if ordered is DeviceStatus.BUSY else ordered)
        return self._status.word

    def _run(self, closing: threading.Event) -> None:
        if self._options.simulated_file.endswith(SUFFIX):
            self._play(closing)
            return
        period_s = 1.0 / self._options.frames_per_s
        pictures = self._pictures()
        next_s = self._clock()
        faults_read_s = float("-inf")
        while not closing.wait(max(0.0, next_s - self._clock())):
            now = self._clock()
            next_s = max(next_s + period_s, now)
            if now - faults_read_s >= _READ_FAULTS_EVERY_S:
                faults_read_s = now
                self.probe()
            pixels = next(pictures, None)
            if pixels is None:
                self._status.set(DeviceStatus.UNPLUGGED)
            if pixels is None or self._status.word is not DeviceStatus.READY:
                self._frame = None
                continue
            height, width = pixels.shape[0] * 2 // 3, pixels.shape[1]
            self._frame = CameraFrame(pixels, width, height, now, self._number)

    def _play(self, closing: threading.Event) -> None:
        """The uncompressed file in a loop, at its own rate. A frame's number is the one drawn in it, if there is one."""
        try:
            with Y4mFile(Path(self._options.simulated_file)) as file:
                self._play_file(file, closing)
        except (OSError, Y4mUnreadable):
            self._frame = None
            self._status.set(DeviceStatus.UNPLUGGED)

    def _play_file(self, file: Y4mFile, closing: threading.Event) -> None:
        drawn: dict[int, int | None] = {}
        began_s, due, faults_read_s = self._clock(), 0, float("-inf")
        while not closing.wait(max(0.0, began_s + due / file.frames_per_s - self._clock())):
            now = self._clock()
            # The latest one that is due: what could not be given in time is left out, as by any camera.
            due = max(due, int((now - began_s) * file.frames_per_s))
            if now - faults_read_s >= _READ_FAULTS_EVERY_S:
                faults_read_s = now
                self.probe()
            if self._status.word is DeviceStatus.READY:
                index = due % file.frames
                pixels = file.picture(index)
                if index not in drawn:
                    drawn[index] = frame_number.read(pixels[: file.height]) if file.frames > 1 else None
                number = drawn[index]
                number = due if number is None else number
                self._frame = CameraFrame(pixels, file.width, file.height, began_s + due / file.frames_per_s, number)
            else:
                self._frame = None
            due += 1

    def _pictures(self) -> Iterator[i420.Pixels]:
        if not self._options.simulated_file:
            return self._drawn()
        picture = cv2.imread(self._options.simulated_file, cv2.IMREAD_COLOR)
        return self._still(picture) if picture is not None else self._video()

    def _drawn(self) -> Iterator[i420.Pixels]:
        """The scene is drawn once per phase; each frame is a copy with its number."""
        width, height = self._options.width_px & ~1, self._options.height_px & ~1
        scenes: dict[int, i420.Pixels] = {}
        while True:
            self._number += 1
            phase = self._number * _SCENE_CHANGES_PER_S // self._options.frames_per_s % PHASES
            if phase not in scenes:
                scenes[phase] = draw_scene(width, height, phase)
            pixels = scenes[phase].copy()
            frame_number.draw(pixels, self._number)
            yield pixels

    def _still(self, picture: object) -> Iterator[i420.Pixels]:
        pixels = i420.from_bgr(picture, self._options.width_px, self._options.height_px)
        while True:
            self._number += 1
            yield pixels

    def _video(self) -> Iterator[i420.Pixels]:
        """The file in a loop, at the camera's rate; ends when it cannot be read."""
        capture = cv2.VideoCapture(self._options.simulated_file, cv2.CAP_FFMPEG)
        try:
            empty_rounds = 0
            while empty_rounds < 2:
                ok, bgr = capture.read()
                if not ok:
                    empty_rounds += 1
                    capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                    continue
                empty_rounds = 0
                self._number += 1
                yield i420.from_bgr(bgr, self._options.width_px, self._options.height_px)
        finally:
            capture.release()


def can_be_played(file: Path) -> bool:
    """Whether the simulated camera can show something of this file."""
    if file.suffix == SUFFIX:
        try:
            with Y4mFile(file) as video:
                video.picture(0)
        except (OSError, Y4mUnreadable):
            return False
        return True
    if not file.is_file():
        return False
    if cv2.imread(str(file), cv2.IMREAD_COLOR) is not None:
        return True
    capture = cv2.VideoCapture(str(file), cv2.CAP_FFMPEG)
    try:
        return bool(capture.read()[0])
    finally:
        capture.release()
