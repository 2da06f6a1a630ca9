"""One application and one window for all tests of the screens: loading them takes longer than any test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Qt is loaded: no display and no graphics card are needed to lay out and to touch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtGui import QGuiApplication

from kiosk.core.view import Touch
from kiosk.ui.bridge import Bridge
from kiosk.ui.gallery import ASSETS, screen_options
from kiosk.ui.window import KioskWindow, make_application

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def application() -> QGuiApplication:
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    return make_application(["tests"])


@pytest.fixture(scope="module")
def touches() -> list[Touch]:
    return []


class Wall:
    """A clock that only the test moves: a slow machine must not turn one tap into two."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def wall() -> Wall:
    return Wall()


@pytest.fixture(scope="module")
def window(application: QGuiApplication, touches: list[Touch], wall: Wall) -> Iterator[KioskWindow]:
    """The real window, 1280x720; QML's complaints fail the test that ends the module."""
    window = KioskWindow(
        screen_options((1280, 720)),
        windowed=True,
        on_touch=touches.append,
        asset_dir=ASSETS,
        bridge=Bridge(touches.append, clock=wall),
    )
    yield window
    window.close()
    assert window.warnings == []
