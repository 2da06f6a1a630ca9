"""Pictures: planes copied right, newest wins, nothing waits behind anything."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtMultimedia import QVideoSink

from kiosk.core.ports import CameraFrame
from kiosk.ui.gallery import wait_until
from kiosk.ui.video import BadFrame, VideoFeed, video_frame


def plain(width: int, height: int, y: int, u: int, v: int, number: int = 0) -> CameraFrame:
    flat = np.concatenate(
        [np.full(width * height, y), np.full(width * height // 4, u), np.full(width * height // 4, v)]
    ).astype(np.uint8)
    return CameraFrame(flat.reshape(height * 3 // 2, width), width, height, 0.0, number)


@pytest.mark.parametrize("size", [(64, 48), (62, 46), (322, 242), (1280, 720)])
def test_planes_are_copied_whatever_the_stride(application: QGuiApplication, size: tuple[int, int]) -> None:
    width, height = size
    # BT.601, 16..235: pure red.
    image = video_frame(plain(width, height, 81, 90, 240)).toImage()
    assert (image.width(), image.height()) == size
    for x, y in ((0, 0), (width - 1, 0), (width // 2, height // 2), (width - 1, height - 1)):
        colour = image.pixelColor(x, y)
        assert colour.red() > 235, (x, y)
        assert colour.green() < 20, (x, y)
        assert colour.blue() < 20, (x, y)


def test_rows_stay_in_their_order(application: QGuiApplication) -> None:
    frame = plain(64, 48, 16, 128, 128)
    frame.i420[:24] = 235
    image = video_frame(frame).toImage()
    assert image.pixelColor(32, 4).lightness() > 240
    assert image.pixelColor(32, 44).lightness() < 15


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((48, 64), np.uint8),
        np.zeros((72, 62), np.uint8),
        np.zeros((72, 64), np.float32),
        np.zeros((72, 64, 3), np.uint8),
    ],
    ids=["grey", "narrow", "float", "rgb"],
)
def test_anything_else_is_refused(application: QGuiApplication, array: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadFrame):
        video_frame(CameraFrame(array, 64, 48, 0.0, 0))


def test_odd_sizes_are_refused(application: QGuiApplication) -> None:
    with pytest.raises(BadFrame):
        video_frame(CameraFrame(np.zeros((72, 63), np.uint8), 63, 48, 0.0, 0))


def test_newest_wins_and_the_next_waits_for_the_screen(application: QGuiApplication) -> None:
    feed, sink = VideoFeed(), QVideoSink()
    feed.attach(sink)
    for luma in (20, 120, 220):
        feed.show(plain(64, 48, luma, 128, 128))
    assert wait_until(lambda: feed.frames_shown == 1)
    assert feed.frames_replaced == 2
    assert sink.videoFrame().toImage().pixelColor(8, 8).lightness() > 200

    feed.show(plain(64, 48, 20, 128, 128))
    QCoreApplication.processEvents()
    assert feed.frames_shown == 1, "the frame before is not on the screen yet"
    feed.on_frame_swapped()
    assert feed.frames_shown == 2
    assert sink.videoFrame().toImage().pixelColor(8, 8).lightness() < 40


def test_clear_forgets_the_picture_at_once(application: QGuiApplication) -> None:
    feed, sink = VideoFeed(), QVideoSink()
    feed.attach(sink)
    feed.show(plain(64, 48, 200, 128, 128))
    assert wait_until(lambda: sink.videoFrame().isValid())
    feed.clear()
    assert wait_until(lambda: not sink.videoFrame().isValid())
    feed.show(plain(64, 48, 200, 128, 128))
    assert wait_until(lambda: sink.videoFrame().isValid())


def test_frames_come_from_any_thread(application: QGuiApplication) -> None:
    feed, sink = VideoFeed(), QVideoSink()
    feed.attach(sink)

    def send() -> None:
        for number in range(200):
            feed.show(plain(64, 48, 100, 128, 128, number))

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wait_until(lambda: feed.frames_shown == 1)
    assert feed.frames_replaced == 599


def test_without_a_screen_pictures_go_nowhere(application: QGuiApplication) -> None:
    feed = VideoFeed()
    feed.show(plain(64, 48, 100, 128, 128))
    QCoreApplication.processEvents()
    assert feed.frames_shown == 0
    sink = QVideoSink()
    feed.attach(sink)
    feed.detach(QVideoSink())
    feed.show(plain(64, 48, 100, 128, 128))
    assert wait_until(lambda: feed.frames_shown == 1), "another sink going away changes nothing"
    feed.detach(sink)
    feed.show(plain(64, 48, 100, 128, 128))
    QCoreApplication.processEvents()
    assert feed.frames_shown == 1
