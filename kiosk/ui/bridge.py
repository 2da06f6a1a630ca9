"""The only object that QML and Python share: facts go in, touches come out.

QML reads `viewJson` once per change and keeps a JavaScript object: reading a nested Python map through Qt would
convert all of it again for each binding. Touches are checked here, so that nothing but a `Touch` reaches the session.
"""

import json
import time
from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtMultimedia import QVideoSink

from kiosk.core.view import Screen, Touch, TouchName, View
from kiosk.ui.facts import Map, view_map

SECOND_TAP_S = 0.5
"""A second touch of the same target sooner than this is a trembling finger, not a second wish (EN 301 549, 5.8)."""

SETTLE_S = 0.25
"""A touch so soon after the screen changed was meant for the screen before (the second half of a double tap)."""

_MAX_ARGUMENT = 200


def local_today() -> date:
    """The date on the wall, where the kiosk is."""
    return datetime.now().astimezone().date()


class Bridge(QObject):
    """Give QML the facts and the microphone's level; give Python the touches and the video outputs."""

    view_changed = Signal(name="viewChanged")
    level_changed = Signal(name="levelChanged")
    video_output_ready = Signal(str, QVideoSink)
    video_output_gone = Signal(str, QVideoSink)

    def __init__(
        self,
        on_touch: Callable[[Touch], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = local_today,
    ) -> None:
        super().__init__()
        self._on_touch = on_touch
        self._clock = clock
        self._today = today
        self._level = 0.0
        self._view = View(Screen.STARTING)
        self._map = view_map(self._view, today())
        self._json = json.dumps(self._map)
        self._screen_since_s = float("-inf")
        self._last_touch: tuple[Touch, float] | None = None
        self.refused_touches = 0
        """Touches that were not passed on: unknown word, second tap, or too soon after a change of screen."""

    @property
    def view(self) -> Map:
        """What QML reads, as Python maps."""
        return self._map

    def set_view(self, view: View) -> None:
        """Show `view`. The same view again costs nothing."""
        if view == self._view:
            return
        if view.screen is not self._view.screen:
            self._screen_since_s = self._clock()
        self._view = view
        self._map = view_map(view, self._today())
        self._json = json.dumps(self._map)
        self.view_changed.emit()

    def set_level(self, level: float) -> None:
        """Loudness of the microphone, 0..1; values outside are brought back inside."""
        level = min(max(level, 0.0), 1.0)
        if level != self._level:
            self._level = level
            self.level_changed.emit()

    @Slot(str, str)
    def touch(self, name: str, argument: str) -> None:
        """A target was touched. Unknown names, second taps and taps meant for another screen are counted, not passed."""
        try:
            touch = Touch(TouchName(name), argument)
        except ValueError:
            self.refused_touches += 1
            return
        now_s = self._clock()
        last = self._last_touch
        again = last is not None and last[0] == touch and now_s - last[1] < SECOND_TAP_S
        unsettled = now_s - self._screen_since_s < SETTLE_S
        if again or unsettled or len(argument) > _MAX_ARGUMENT:
            self.refused_touches += 1
            return
        self._last_touch = (touch, now_s)
        self._on_touch(touch)

    @Slot(str, QObject)
    def attach_video(self, place: str, sink: QObject) -> None:
        """A video output appeared on a screen; `place` is `remote` or `self`."""
        if isinstance(sink, QVideoSink):
            self.video_output_ready.emit(place, sink)

    @Slot(str, QObject)
    def detach_video(self, place: str, sink: QObject) -> None:
        """A video output goes away with its screen."""
        if isinstance(sink, QVideoSink):
            self.video_output_gone.emit(place, sink)

    def _get_json(self) -> str:
        return self._json

    def _get_level(self) -> float:
        return self._level

    # Properties spelt as QML wants them.
    viewJson = Property(str, _get_json, notify=view_changed)  # noqa: N815
    level = Property(float, _get_level, notify=level_changed)
