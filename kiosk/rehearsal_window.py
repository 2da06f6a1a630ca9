"""The window of a rehearsal: keeps the view and says when it changes; shows it too, where there is a window."""

import asyncio
from collections.abc import Callable

from kiosk.core.ports import CameraFrame, FrameSink
from kiosk.core.view import Screen, View
from kiosk.parts import Window


class _Unseen:
    """No screen."""

    def show(self, frame: CameraFrame) -> None:
        """Nobody looks."""

    def clear(self) -> None:
        """Nothing was shown."""


class RehearsalWindow:
    """`kiosk.parts.Window`.

    Args:
        window: where views are shown too; None: nobody looks.
        follow: told of each view, before it is shown.
    """

    def __init__(self, window: Window | None, follow: Callable[[View], None]) -> None:
        self.view = View(screen=Screen.STARTING)
        self.changed = asyncio.Event()
        self._follow = follow
        self._window = window
        self._unseen = _Unseen()

    @property
    def self_sink(self) -> FrameSink:
        return self._window.self_sink if self._window is not None else self._unseen

    def show_view(self, view: View) -> None:
        self.view = view
        self._follow(view)
        self.changed.set()
        if self._window is not None:
            self._window.show_view(view)

    def set_level(self, level: float) -> None:
        if self._window is not None:
            self._window.set_level(level)
