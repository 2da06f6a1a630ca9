"""The real camera, or a video file played as one: OpenCV in threads of its own, newest frame wins.

Two threads per open camera. The reader blocks in `read()`; after an unplug V4L2 may keep it there for ten seconds, or
hand the last picture out again and again. So the keeper watches the age of what arrives: it gives a stuck reader up
(the reader lets go of the device when it wakes) and opens the device again, with pauses that grow to a second.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import cv2

from hub.logbook import record
from kiosk.config import CameraOptions
from kiosk.core.ports import CameraFrame, DeviceStatus
from kiosk.devices import i420, v4l2
from kiosk.devices.status import StatusListener, StatusWord
from kiosk.journal import Event

_log = logging.getLogger(__name__)

STALE_S = 2.0
"""A frame older than this is not shown any more and the camera counts as unplugged."""
_FIRST_FRAME_S = 4.0
"""Opening and the first picture may take longer: exposure, USB wake-up."""
_PAUSES_S = (0.2, 0.5, 1.0)
_CHECK_S = 0.25
_REPEATS_BEFORE_CHECK = 30
_CLOSE_S = 2.0
_SELECT_TIMEOUT = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"


class Source(Protocol):
    """The part of `cv2.VideoCapture` used here."""

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


class OpenCvCamera:
    """`kiosk.core.ports.Camera` on OpenCV.

    Args:
        options: `device` is a V4L2 node (`/dev/...`) or a video file, which loops at its own rate.
        listener: told of each change of status, in a thread of the camera.
        clock: monotonic seconds.
        open_source: opens the device; None when it is not there.
        present: tells whether the device is there without opening it.
    """

    def __init__(
        self,
        options: CameraOptions,
        listener: StatusListener | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        open_source: Callable[[CameraOptions], Source | None] | None = None,
        present: Callable[[str], bool] | None = None,
    ) -> None:
        self._options = options
        self._clock = clock
        self._open_source = open_source or _open_capture
        self._present = present or is_present
        self._status = StatusWord(listener)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._keeper: threading.Thread | None = None
        self._frame: CameraFrame | None = None
        self._number = 0

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    def open(self) -> None:
        """See the port."""
        with self._lock:
            if self._keeper is None:
                self._closing = threading.Event()
                self._keeper = threading.Thread(target=self._keep, args=(self._closing,), name="camera", daemon=True)
                self._keeper.start()

    def close(self) -> None:
        """See the port. A reader stuck in the driver is left behind after 2 s; it lets go when it wakes."""
        with self._lock:
            keeper, self._keeper = self._keeper, None
            self._closing.set()
        if keeper is not None:
            keeper.join()
        self._frame = None

    def latest(self) -> CameraFrame | None:
        """See the port."""
        frame = self._frame
        if frame is None or self._clock() - frame.captured_s > STALE_S:
            return None
        return frame

    def probe(self) -> DeviceStatus:
        """Whether the device is there; an open camera is not disturbed. May block for some milliseconds."""
        if self._keeper is None:
            there = self._present(self._options.device)
            self._status.set(DeviceStatus.READY if there else DeviceStatus.UNPLUGGED)
        return self._status.word

    # ---- keeper thread --------------------------------------------------------------------------------------

    def _keep(self, closing: threading.Event) -> None:
        """Keep one reader alive until closing."""
        failures = 0
        while not closing.is_set():
            reader = _Reader(self._options, self._open_source, self._present, self._take)
            reader.start()
            seen_before = self._number
            self._watch(reader, closing)
            reader.stop(_CLOSE_S if closing.is_set() else 0.0)
            if closing.is_set():
                return
            if self._number > seen_before:
                failures = 0
                record(_log, Event.CAMERA_LOST, logging.WARNING)
            self._frame = None
            self._status.set(DeviceStatus.UNPLUGGED)
            closing.wait(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
            failures += 1

    def _watch(self, reader: "_Reader", closing: threading.Event) -> None:
        """Return when the reader has ended or gives nothing any more, or when closing."""
        started_s = self._clock()
        first = self._number
        while not closing.is_set():
            reader.ended.wait(_CHECK_S)
            if reader.ended.is_set():
                return
            frame = self._frame
            limit_s = STALE_S if self._number > first else _FIRST_FRAME_S
            if self._clock() - (frame.captured_s if frame and self._number > first else started_s) > limit_s:
                return

    def _take(self, pixels: i420.Pixels) -> None:
        """A new picture, in the reader's thread."""
        self._number += 1
        height, width = pixels.shape[0] * 2 // 3, pixels.shape[1]
        self._frame = CameraFrame(pixels, width, height, self._clock(), self._number)
        if self._status.word is not DeviceStatus.READY:
            record(_log, Event.CAMERA_BACK)
            self._status.set(DeviceStatus.READY)


class _Reader(threading.Thread):
    """Opens the source and reads until told to stop, the source fails, or the node has gone."""

    def __init__(
        self,
        options: CameraOptions,
        open_source: Callable[[CameraOptions], Source | None],
        present: Callable[[str], bool],
        take: Callable[[i420.Pixels], None],
    ) -> None:
        super().__init__(name="camera-reader", daemon=True)
        self.ended = threading.Event()
        self._stop_asked = threading.Event()
        self._options = options
        self._open_source = open_source
        self._present = present
        self._take = take

    def stop(self, wait_s: float) -> None:
        """Ask to end; wait at most `wait_s`. From now on no frame is handed over."""
        self._stop_asked.set()
        self.ended.wait(wait_s)

    def run(self) -> None:
        source = None
        try:
            source = self._open_source(self._options)
            if source is not None:
                self._read_all(source)
        except cv2.error:
            pass  # the keeper opens again
        finally:
            if source is not None:
                source.release()
            self.ended.set()

    def _read_all(self, source: Source) -> None:
        last_print, repeats = b"", 0
        while not self._stop_asked.is_set():
            ok, bgr = source.read()
            if not ok or bgr is None or self._stop_asked.is_set():
                return
            # A picture repeated to the bit is what some drivers give after an unplug (or a closed shutter).
            fingerprint = bgr[::48, ::48].tobytes()
            repeats = repeats + 1 if fingerprint == last_print else 0
            last_print = fingerprint
            if repeats >= _REPEATS_BEFORE_CHECK:
                repeats = 0
                if not self._present(self._options.device):
                    return
            try:
                self._take(i420.from_bgr(bgr, self._options.width_px, self._options.height_px))
            except ValueError:
                return


class _LoopingFile:
    """A video file as a camera: at its own rate, from the start again after the end."""

    def __init__(self, capture: Any, frames_per_s: float) -> None:
        self._capture = capture
        self._period_s = 1.0 / frames_per_s
        self._next_s = time.monotonic()
        self._released = threading.Event()

    def read(self) -> tuple[bool, Any]:
        now = time.monotonic()
        self._released.wait(max(0.0, self._next_s - now))
        # After a stall go on from here instead of catching up.
        self._next_s = max(self._next_s, now - self._period_s) + self._period_s
        ok, bgr = self._capture.read()
        if not ok:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            ok, bgr = self._capture.read()
        return ok, bgr

    def release(self) -> None:
        self._released.set()
        self._capture.release()


def is_present(device: str) -> bool:
    """Whether a V4L2 node answers as a capture device, or the video file exists."""
    if device.startswith("/dev/"):
        return v4l2.is_capture_node(device)
    return Path(device).is_file()


def _open_capture(options: CameraOptions) -> Source | None:
    if not is_present(options.device):
        return None
    if not options.device.startswith("/dev/"):
        capture = cv2.VideoCapture(options.device, cv2.CAP_FFMPEG)
        if not capture.isOpened():
            return None
        rate = capture.get(cv2.CAP_PROP_FPS)
        return _LoopingFile(capture, rate if 1 <= rate <= 120 else options.frames_per_s)
    # Ten seconds by default: far more than the age at which the keeper gives the reader up.
    os.environ.setdefault(_SELECT_TIMEOUT, "2")
    capture = cv2.VideoCapture(options.device, cv2.CAP_V4L2)
    if not capture.isOpened():
        return None
    # Raw pictures do not fit USB 2 at 720p30; one buffer, so that a picture read is a picture just taken.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, options.width_px)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, options.height_px)
    capture.set(cv2.CAP_PROP_FPS, options.frames_per_s)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture
