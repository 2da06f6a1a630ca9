"""What comes out of the bridge is always a `Touch` that the session knows."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from kiosk.core.view import Screen, Touch, TouchName, View
from kiosk.ui.bridge import SECOND_TAP_S, SETTLE_S, Bridge


class Wall:
    """A clock moved by the test."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture
def touches() -> list[Touch]:
    return []


@pytest.fixture
def bridge(application: QGuiApplication, clock: Callable[[], float], touches: list[Touch]) -> Bridge:
    return Bridge(touches.append, clock=clock, today=lambda: date(2026, 11, 22))


def test_every_touch_name_passes(bridge: Bridge, touches: list[Touch], clock: Wall) -> None:
    for name in TouchName:
        bridge.touch(name.value, "x")
    assert touches == [Touch(name, "x") for name in TouchName]
    assert bridge.refused_touches == 0


@pytest.mark.parametrize("name", ["", "START", "drop_tables", "é" * 300])
def test_an_unknown_touch_is_counted_not_passed(bridge: Bridge, touches: list[Touch], name: str) -> None:
    bridge.touch(name, "")
    assert touches == []
    assert bridge.refused_touches == 1


def test_an_endless_argument_is_refused(bridge: Bridge, touches: list[Touch]) -> None:
    bridge.touch("choose_partner", "x" * 5000)
    assert touches == []
    assert bridge.refused_touches == 1


def test_a_second_tap_on_the_same_target_is_ignored(bridge: Bridge, touches: list[Touch], clock: Wall) -> None:
    bridge.touch("volume_up", "")
    clock.now_s += SECOND_TAP_S - 0.01
    bridge.touch("volume_up", "")
    assert len(touches) == 1
    clock.now_s += 0.02
    bridge.touch("volume_up", "")
    assert len(touches) == 2


def test_another_target_at_once_is_not_a_second_tap(bridge: Bridge, touches: list[Touch]) -> None:
    bridge.touch("choose_partner", "caf")
    bridge.touch("choose_partner", "msa")
    bridge.touch("alone", "")
    assert len(touches) == 3


def test_the_second_half_of_a_double_tap_does_not_touch_the_next_screen(
    bridge: Bridge, touches: list[Touch], clock: Wall
) -> None:
    bridge.touch("start", "")
    bridge.set_view(View(Screen.PARTNERS))
    clock.now_s += SETTLE_S - 0.01
    bridge.touch("choose_partner", "caf")
    assert [touch.name for touch in touches] == [TouchName.START]
    clock.now_s += 0.02
    bridge.touch("choose_partner", "caf")
    assert touches[-1] == Touch(TouchName.CHOOSE_PARTNER, "caf")


def test_facts_that_change_on_the_same_screen_do_not_hold_touches(bridge: Bridge, touches: list[Touch]) -> None:
    bridge.set_view(View(Screen.STARTING, clock="10:43"))
    bridge.touch("start", "")
    assert len(touches) == 1


def test_the_same_view_again_says_nothing(bridge: Bridge) -> None:
    heard: list[str] = []
    bridge.view_changed.connect(lambda: heard.append("view"))
    bridge.set_view(View(Screen.ATTRACT))
    bridge.set_view(View(Screen.ATTRACT))
    assert heard == ["view"]


def test_qml_reads_the_same_facts_as_python(bridge: Bridge) -> None:
    bridge.set_view(View(Screen.ATTRACT, site_name="Ici", clock="09:00"))
    assert json.loads(bridge.property("viewJson")) == bridge.view
    assert bridge.view["siteName"] == "Ici"


@pytest.mark.parametrize(("level", "shown"), [(-1.0, 0.0), (0.4, 0.4), (7.0, 1.0)])
def test_the_level_stays_between_nothing_and_full(bridge: Bridge, level: float, shown: float) -> None:
    bridge.set_level(level)
    assert bridge.property("level") == shown


def test_only_video_outputs_are_attached(bridge: Bridge) -> None:
    heard: list[str] = []
    bridge.video_output_ready.connect(lambda place, _sink: heard.append(place))
    bridge.attach_video("self", QObject())
    assert heard == []
