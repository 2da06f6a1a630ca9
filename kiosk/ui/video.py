"""Pictures from any thread to a QML `VideoOutput`: newest wins, one copy, no colour conversion.

A frame is handed to Qt only when the one before has been swapped onto the screen; in between, newer frames replace the
waiting one. So a slow screen costs nothing to the threads of the camera and the call, and shows no old picture.
"""

import threading

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoSink

from kiosk.core.ports import CameraFrame


class BadFrame(ValueError):
    """The array is not an I420 picture of the announced size."""


def video_frame(frame: CameraFrame) -> QVideoFrame:
    """Copy an I420 picture into a new `QVideoFrame` (each frame is new: Qt may still read the one before).

    Args:
        frame: `i420` is uint8 of shape (height * 3 // 2, width), width and height even.

    Raises:
        BadFrame: the shape or type is not that, or Qt could not map the frame.
    """
    width, height = frame.width, frame.height
    i420: npt.NDArray[np.uint8] = frame.i420
    if width % 2 or height % 2 or i420.dtype != np.uint8 or i420.shape != (height * 3 // 2, width):
        raise BadFrame(f"not I420 of {width}x{height}")
    layout = QVideoFrameFormat(QSize(width, height), QVideoFrameFormat.PixelFormat.Format_YUV420P)
    # What OpenCV's conversion makes and what VP8 and H.264 of this size carry: BT.601, 16..235.
    layout.setColorSpace(QVideoFrameFormat.ColorSpace.ColorSpace_BT601)
    layout.setColorRange(QVideoFrameFormat.ColorRange.ColorRange_Video)
    picture = QVideoFrame(layout)
    if not picture.map(QVideoFrame.MapMode.WriteOnly):
        raise BadFrame("the video frame cannot be written")
    try:
        flat = np.ascontiguousarray(i420).reshape(-1)
        luma = width * height
        planes = (
            (flat[:luma], width, height),
            (flat[luma : luma + luma // 4], width // 2, height // 2),
            (flat[luma + luma // 4 :], width // 2, height // 2),
        )
        for index, (plane, plane_width, plane_height) in enumerate(planes):
            stride = picture.bytesPerLine(index)
            # The buffer dies at unmap(): no view of it may outlive this loop.
            target = np.frombuffer(picture.bits(index), dtype=np.uint8)
            rows = target[: stride * plane_height].reshape(plane_height, stride)
            rows[:, :plane_width] = plane.reshape(plane_height, plane_width)
            del target, rows
    finally:
        picture.unmap()
    return picture


class VideoFeed(QObject):
    """A `FrameSink`: `show` and `clear` from any thread; the rest on the window's thread."""

    _news = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._waiting: CameraFrame | None = None
        self._cleared = False
        self._announced = False
        self._sink: QVideoSink | None = None
        self._in_flight = False
        self.frames_shown = 0
        self.frames_replaced = 0
        """Frames that a newer one replaced before they could be shown."""
        self._news.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def show(self, frame: CameraFrame) -> None:
        """Show `frame` as soon as the screen can; replaces a frame still waiting."""
        with self._lock:
            if self._waiting is not None:
                self.frames_replaced += 1
            self._waiting = frame
            self._cleared = False
            announce = not self._announced
            self._announced = True
        if announce:
            self._news.emit()

    def clear(self) -> None:
        """Show nothing, and forget the last picture."""
        with self._lock:
            self._waiting = None
            self._cleared = True
            announce = not self._announced
            self._announced = True
        if announce:
            self._news.emit()

    def attach(self, sink: QVideoSink) -> None:
        """Send pictures to `sink` from now on: the video output of the screen just shown."""
        self._sink = sink
        self._in_flight = False

    def detach(self, sink: QVideoSink) -> None:
        """`sink` goes away with its screen; a sink that was already replaced changes nothing."""
        if self._sink is sink:
            self._sink = None

    @Slot()
    def on_frame_swapped(self) -> None:
        """The window has painted: the frame given before is on the screen."""
        self._in_flight = False
        if self._waiting is not None:
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            self._announced = False
            cleared, self._cleared = self._cleared, False
            if self._in_flight and not cleared:
                return  # on_frame_swapped comes back for it
            frame, self._waiting = self._waiting, None
        if self._sink is None:
            return
        if cleared:
            self._sink.setVideoFrame(QVideoFrame())
            self._in_flight = False
        if frame is not None:
            self._in_flight = True
            self._sink.setVideoFrame(video_frame(frame))
            self.frames_shown += 1
