"""The finger and the eye of the system tests, tried on a small window of our own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.accessible_screen import AccessibleScreen, NotOnScreenError
from tests.fakes.child import Child
from tests.fakes.session_bus import SessionBus
from tests.fakes.xvfb import Xvfb

pytestmark = pytest.mark.serial

WINDOW = """
import QtQuick
Window {
    id: window
    visible: true; width: 400; height: 300; color: "#204080"
    property int touches: 0
    Rectangle {
        x: 100; y: 120; width: 160; height: 60; color: "#ff0000"
        Accessible.role: Accessible.Button
        Accessible.name: "Toucher " + window.touches
        MouseArea { anchors.fill: parent; onClicked: window.touches++ }
    }
    Rectangle {
        x: 300; y: 10; width: 60; height: 60; enabled: false
        Accessible.role: Accessible.Button
        Accessible.name: "Interdit"
    }
    Text { text: "Caché"; visible: false; Accessible.role: Accessible.StaticText; Accessible.name: text }
}
"""
PROGRAM = """
import sys
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
application = QGuiApplication(sys.argv)
engine = QQmlApplicationEngine(sys.argv[1])
sys.exit(application.exec())
"""


@pytest.fixture
def xvfb(tmp_path: Path) -> Iterator[Xvfb]:
    server = Xvfb(tmp_path / "x", width_px=800, height_px=600)
    yield server
    server.end()


@pytest.fixture
def screen(tmp_path: Path, xvfb: Xvfb) -> Iterator[AccessibleScreen]:
    bus = SessionBus(tmp_path / "bus", display=xvfb.display)
    (tmp_path / "window.qml").write_text(WINDOW)
    environment = dict(
        os.environ,
        DISPLAY=xvfb.display,
        DBUS_SESSION_BUS_ADDRESS=bus.address,
        QT_QPA_PLATFORM="xcb",
        QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
    )
    program = Child(
        "window",
        [sys.executable, "-c", PROGRAM, str(tmp_path / "window.qml")],
        log=tmp_path / "window.log",
        env=environment,
    )
    reader = AccessibleScreen(display=xvfb.display, session_bus=bus.address)
    yield reader
    reader.end()
    program.end()
    bus.end()


def test_finds_and_touches_what_a_person_would_name(screen: AccessibleScreen, xvfb: Xvfb) -> None:
    target = screen.find("toucher 0", role="push button", within_s=20)
    assert (target.width, target.height) == (160, 60)
    x, y = target.centre
    assert xvfb.pixels()[y, x].tolist() == [255, 0, 0]

    screen.touch("Toucher")
    screen.find("Toucher 1", within_s=5)
    screen.touch("Toucher 1")
    screen.find("Toucher 2", within_s=5)

    assert not screen.is_shown("Caché")
    assert screen.is_shown("Interdit")
    with pytest.raises(NotOnScreenError, match="Interdit"):
        screen.touch("Interdit", within_s=0.2)
    with pytest.raises(NotOnScreenError, match="Toucher 2"):
        screen.find("Absent", within_s=0.2)
