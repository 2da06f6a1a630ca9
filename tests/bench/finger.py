"""A finger on a private display whose press is timed: the X server is told directly (XTEST), without a program to start."""

import ctypes
import time
from types import TracebackType
from typing import Self

_LEFT = 1


class Finger:
    """The pointer of one display."""

    def __init__(self, display: str) -> None:
        """Connect to the X server.

        Raises:
            OSError: the libraries (libX11, libXtst) or the display are not there.
        """
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._x.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self._test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, *([ctypes.c_int] * 3), ctypes.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise OSError(f"no X server on {display}")

    def move(self, x: int, y: int) -> None:
        """Point at a pixel."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self._x.XSync(self._display, 0)

    def press(self) -> float:
        """Put the finger down; the moment just before (`time.monotonic`)."""
        return self._button(True)

    def release(self) -> float:
        """Lift it; the moment just before (`time.monotonic`)."""
        return self._button(False)

    def _button(self, down: bool) -> float:
        moment = time.monotonic()
        self._test.XTestFakeButtonEvent(self._display, _LEFT, int(down), 0)
        self._x.XSync(self._display, 0)
        return moment

    def close(self) -> None:
        if self._display:
            self._x.XCloseDisplay(self._display)
            self._display = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
