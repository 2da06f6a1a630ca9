"""Before the call: what the adviser will see and hear is true of this kiosk, and no pane is black without a word."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from kiosk.core.ports import CameraFrame
from kiosk.core.view import View
from kiosk.ui.gallery import sample_page, wait_until
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow
from tests.qml.screen_items import sentences, top_layer

VIEWS = dict(sample_views(sample_page()))
ARRIVING = "Votre image apparaît dans un instant."
UNPLUGGED = "La caméra est débranchée. Vous pouvez appeler sans image."


def said(window: KioskWindow, view: View) -> set[str]:
    window.show_view(view)
    QCoreApplication.processEvents()
    window.quick_view.grabWindow()
    return {each.text for each in sentences(top_layer(window))}


def without_camera() -> View:
    view = VIEWS["before-call-no-camera"]
    assert view.before_call is not None
    return replace(view, before_call=replace(view.before_call, microphone=VIEWS["before-call"].before_call.microphone))  # type: ignore[union-attr]


def test_with_both_one_is_seen_and_heard(window: KioskWindow) -> None:
    assert "Le conseiller vous verra et vous entendra." in said(window, VIEWS["before-call"])


def test_without_a_camera_one_is_only_heard(window: KioskWindow) -> None:
    words = said(window, without_camera())
    assert "Le conseiller vous entendra." in words
    assert not any("verra" in each for each in words)


def test_a_picture_that_is_hidden_and_missing_is_missing(window: KioskWindow) -> None:
    view = without_camera()
    assert view.before_call is not None
    words = said(window, replace(view, before_call=replace(view.before_call, self_view_shown=False)))
    assert UNPLUGGED in words
    assert not any("cachée" in each for each in words)


def test_the_first_picture_is_announced_until_it_comes(window: KioskWindow) -> None:
    said(window, VIEWS["partners"])
    assert ARRIVING in said(window, VIEWS["before-call"])
    grey = np.full((270, 320), 128, dtype=np.uint8)
    window.self_sink.show(CameraFrame(grey, 320, 180, 0.0, 0))
    assert wait_until(lambda: ARRIVING not in said(window, VIEWS["before-call"]))
