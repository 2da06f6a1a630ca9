"""The window itself: start, size, refusal to close, faults of the installation."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication

import kiosk.ui.window as window_module
from kiosk.config import ScreenOptions
from kiosk.core.view import Screen, View
from kiosk.ui.gallery import ASSETS, screen_options, wait_until
from kiosk.ui.window import KioskWindow, ScreenFault


def make(windowed: bool = True, asset_dir: Path = ASSETS, screen: ScreenOptions | None = None) -> KioskWindow:
    return KioskWindow(
        screen or screen_options((640, 360)), windowed=windowed, on_touch=lambda _touch: None, asset_dir=asset_dir
    )


def test_it_paints_and_says_so_once(application: QGuiApplication) -> None:
    window = make()
    told: list[bool] = []
    window.first_frame.connect(lambda: told.append(True))
    assert wait_until(lambda: bool(told))
    window.show_view(View(Screen.ATTRACT))
    QCoreApplication.processEvents()
    window.close()
    assert told == [True]
    assert window.warnings == []


def test_a_screen_without_opengl_is_told_to_the_technician(
    application: QGuiApplication, caplog: pytest.LogCaptureFixture
) -> None:
    # These tests run on Qt Quick's software backend, which shows no video.
    window = make()
    assert wait_until(lambda: "NO_VIDEO" in caplog.text)
    window.close()


def test_the_picture_of_the_window_is_written(application: QGuiApplication, tmp_path: Path) -> None:
    window = make()
    window.grab(tmp_path / "window.png")
    assert (tmp_path / "window.png").stat().st_size > 1000
    with pytest.raises(OSError, match=r"window\.png"):
        window.grab(tmp_path / "no such directory" / "window.png")
    window.close()


def test_full_screen_hides_the_cursor_and_only_the_program_closes_it(application: QGuiApplication) -> None:
    window = make(windowed=False)
    view = window.quick_view
    assert view.cursor().shape() is Qt.CursorShape.BlankCursor
    asked = QCloseEvent()
    view.closeEvent(asked)
    assert not asked.isAccepted()
    window.close()
    assert not view.isVisible()
    window.close()


def test_a_development_window_closes_as_any_other(application: QGuiApplication) -> None:
    window = make()
    asked = QCloseEvent()
    window.quick_view.closeEvent(asked)
    assert asked.isAccepted()
    window.close()


def test_without_fonts_and_languages_the_screens_still_show(
    application: QGuiApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    window = make(asset_dir=tmp_path)
    window.show_view(View(Screen.ATTRACT))
    QCoreApplication.processEvents()
    window.close()
    told = [record.getMessage().split(":")[0] for record in caplog.records]
    assert [each for each in told if each != "NO_VIDEO"] == ["FONT_MISSING", "LANGUAGE_MISSING"]
    assert str(tmp_path) not in caplog.text


def test_damaged_screens_stop_the_start(
    application: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Main.qml").write_text("Item {", encoding="utf-8")
    monkeypatch.setattr(window_module, "QML_DIR", tmp_path)
    with pytest.raises(ScreenFault, match=r"Main\.qml:1"):
        make()
