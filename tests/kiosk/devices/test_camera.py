"""The real camera: newest frame wins, loss is seen, it comes back by itself, and closing lets go."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.config import CameraOptions
from kiosk.core.ports import CameraFrame, DeviceStatus
from kiosk.devices import camera as camera_module
from kiosk.devices import frame_number
from kiosk.devices.camera import OpenCvCamera


class Cable:
    """A camera on a cable: gives numbered pictures; can be unplugged in each of the ways that drivers know."""

    def __init__(self) -> None:
        self.plugged = True
        self.fault = "eof"
        self.opened = self.released = self.number = 0
        self.free = threading.Event()
        self._tick = threading.Event()

    def open(self, options: CameraOptions) -> "Cable | None":
        if not self.plugged:
            return None
        self.opened += 1
        return self

    def present(self, device: str) -> bool:
        return self.plugged

    def read(self) -> tuple[bool, Any]:
        self._tick.wait(0.01)
        if self.plugged:
            self.number += 1
        elif self.fault == "eof":
            return False, None
        elif self.fault == "blocks":
            self.free.wait(20)
            return False, None
        picture = np.zeros((72, 96, 3), np.uint8)
        picture[:] = (self.number % 200, 30, 60)
        return True, picture

    def release(self) -> None:
        self.released += 1


def eventually(condition: Callable[[], object], limit_s: float = 8.0) -> float:
    """Wait for another thread's work; how long it took."""
    started, tick = time.monotonic(), threading.Event()
    while not condition():
        assert time.monotonic() - started < limit_s, "waited in vain"
        tick.wait(0.01)
    return time.monotonic() - started


def on_cable(cable: Cable, told: list[DeviceStatus] | None = None) -> OpenCvCamera:
    listener = told.append if told is not None else None
    return OpenCvCamera(CameraOptions(), listener, open_source=cable.open, present=cable.present)


def test_the_newest_frame_wins() -> None:
    cable = Cable()
    camera = on_cable(cable)
    camera.open()
    camera.open()
    eventually(lambda: cable.number > 20)
    frame = camera.latest()
    assert isinstance(frame, CameraFrame)
    assert cable.number - frame.number <= 2
    assert (frame.width, frame.height) == (96, 72)
    assert frame.i420.shape == (108, 96)
    assert frame.i420.flags.c_contiguous
    assert time.monotonic() - frame.captured_s < 1
    assert camera.status is DeviceStatus.READY
    assert cable.opened == 1
    camera.close()
    camera.close()
    assert cable.released == 1
    assert camera.latest() is None


@pytest.mark.parametrize("fault", ["eof", "blocks", "repeats"])
def test_unplugged_and_back(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_module, "STALE_S", 0.6)
    cable, told = Cable(), []
    camera = on_cable(cable, told)
    camera.open()
    eventually(lambda: camera.latest())
    cable.fault = fault
    cable.plugged = False
    eventually(lambda: camera.status is DeviceStatus.UNPLUGGED)
    assert camera.latest() is None
    cable.plugged = True
    eventually(lambda: camera.latest())
    assert told == [DeviceStatus.READY, DeviceStatus.UNPLUGGED, DeviceStatus.READY]
    camera.close()
    cable.free.set()
    eventually(lambda: cable.released == cable.opened)


def test_closing_does_not_wait_for_a_driver_that_hangs() -> None:
    cable = Cable()
    camera = on_cable(cable)
    camera.open()
    eventually(lambda: camera.latest())
    cable.fault, cable.plugged = "blocks", False
    eventually(lambda: cable.free is not None and camera.status is not None)
    started = time.monotonic()
    camera.close()
    assert time.monotonic() - started < 4
    cable.free.set()
    eventually(lambda: cable.released == 1)


def test_a_closed_shutter_is_not_an_unplugged_camera() -> None:
    """The same picture again and again, but the node is there."""
    cable = Cable()
    cable.read = lambda: (True, np.zeros((72, 96, 3), np.uint8)) if not cable._tick.wait(0.005) else (False, None)
    told: list[DeviceStatus] = []
    camera = on_cable(cable, told)
    camera.open()
    eventually(lambda: (frame := camera.latest()) is not None and frame.number > 100)
    camera.close()
    assert told == [DeviceStatus.READY]
    assert cable.opened == 1


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Ten numbered pictures at 20 per second."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (320, 180))
    for number in range(10):
        picture = np.full((270, 320), 120, np.uint8)
        frame_number.draw(picture, number)
        writer.write(cv2.cvtColor(picture, cv2.COLOR_YUV2BGR_I420))
    writer.release()
    return path


def test_a_video_file_loops_at_its_own_rate(clip: Path) -> None:
    camera = OpenCvCamera(CameraOptions(device=str(clip)))
    assert camera.probe() is DeviceStatus.READY
    camera.open()
    seen: list[tuple[int, int]] = []

    def look() -> bool:
        frame = camera.latest()
        if frame is not None and (not seen or seen[-1][0] != frame.number):
            number = frame_number.read(frame.i420[: frame.height])
            assert number is not None
            seen.append((frame.number, number))
        return bool(seen) and seen[-1][0] >= 25

    eventually(look)
    took_s = eventually(lambda: (frame := camera.latest()) is not None and frame.number >= 45)
    camera.close()
    assert took_s > 0.5
    assert all(number == (count - 1) % 10 for count, number in seen)


def test_a_missing_file_or_node_is_unplugged(tmp_path: Path) -> None:
    for device in (str(tmp_path / "none.avi"), "/dev/video99", "/dev/null"):
        camera = OpenCvCamera(CameraOptions(device=device))
        assert camera.probe() is DeviceStatus.UNPLUGGED
        camera.open()
        assert camera.latest() is None
        camera.close()


def test_a_file_that_is_no_video_is_unplugged(tmp_path: Path) -> None:
    path = tmp_path / "text.avi"
    path.write_text("not a film")
    camera = OpenCvCamera(CameraOptions(device=str(path)))
    camera.open()
    threading.Event().wait(0.3)
    assert camera.latest() is None
    camera.close()
