"""The window of a rehearsal, where there is none to see. The one that is seen: tests/kiosk/test_rehearse.py."""

from kiosk.core.view import Screen, View
from kiosk.rehearsal_window import RehearsalWindow


def test_without_a_window_nobody_looks() -> None:
    followed: list[View] = []
    window = RehearsalWindow(None, followed.append)
    window.show_view(View(screen=Screen.ATTRACT))
    window.set_level(0.5)
    window.self_sink.clear()
    assert [each.screen for each in followed] == [Screen.ATTRACT]
    assert window.changed.is_set()
