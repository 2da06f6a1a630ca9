"""The pixels of a private display as they are painted: its frame buffer is a file, mapped and looked at often.

Nothing is asked of the X server, so looking disturbs neither it nor the program that paints.
"""

import mmap
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

Region = tuple[int, int, int, int]
"""x, y, width, height, in pixels."""

WHOLE_STEP = 8
"""Of the whole screen, one pixel in so many of each row and column is looked at."""


class LiveScreen:
    """A view of the display whose Xvfb writes `folder`/Xvfb_screen0."""

    def __init__(self, folder: Path) -> None:
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # X Window Dump, version 7: a header of big-endian 32-bit words, then the colour map, then the rows.
        header = struct.unpack(">25I", self._map[:100])
        start, self.width, self.height, row_bytes = header[0] + 12 * header[19], header[4], header[5], header[12]
        rows = np.frombuffer(self._map, np.uint8, self.height * row_bytes, start).reshape(self.height, row_bytes)
        self.pixels: Any = rows[:, : 4 * self.width].reshape(self.height, self.width, 4)[:, :, 2::-1]
        """uint8 (height, width, 3), RGB; changes by itself."""

    def region(self, place: Region) -> Any:
        """A copy of a part of the screen."""
        x, y, width, height = place
        return self.pixels[max(0, y) : y + height, max(0, x) : x + width].copy()

    def sample(self) -> Any:
        """A coarse copy of the whole screen."""
        return self.pixels[::WHOLE_STEP, ::WHOLE_STEP].copy()

    def wait(self, seen: Callable[[], bool], *, within_s: float, every_s: float = 0.0005) -> float:
        """Look until `seen()`; the moment (`time.monotonic`).

        Raises:
            TimeoutError: it was not seen.
        """
        deadline = time.monotonic() + within_s
        while not seen():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not seen on the screen within {within_s} s")
            time.sleep(every_s)
        return time.monotonic()

    def close(self) -> None:
        """Let go of the file; `pixels` must not be used any more."""
        self.pixels = None
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def magenta(sample: Any) -> int:
    """How many pixels are of the frame of the agent's numbered picture (`tests.fakes.agent_picture`)."""
    red, green, blue = (sample[:, :, channel].astype(np.int16) for channel in range(3))
    return int(((red - green > 70) & (blue - green > 70)).sum())


class Lookout:
    """Waits in a thread of its own for the agent's picture to appear on a screen."""

    LEAST = 12
    """Sampled pixels: the frames of the four badges are some forty when the picture fills the screen."""

    def __init__(self, screen: LiveScreen, *, within_s: float) -> None:
        self.seen_at_s: float | None = None
        """`time.time`."""
        self.shown_before = magenta(screen.sample()) >= self.LEAST
        self._screen = screen
        self._within_s = within_s
        self._thread = threading.Thread(target=self._look, name="lookout", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            self._screen.wait(
                lambda: magenta(self._screen.sample()) >= self.LEAST, within_s=self._within_s, every_s=0.005
            )
        except TimeoutError:
            return
        self.seen_at_s = time.time()

    def join(self) -> float:
        """The moment it was seen (`time.time`).

        Raises:
            TimeoutError: it never was, or was there from the start.
        """
        self._thread.join()
        if self.seen_at_s is None or self.shown_before:
            raise TimeoutError("the agent's picture did not appear on the screen")
        return self.seen_at_s
