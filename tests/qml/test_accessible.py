"""What a screen reader, and the whole-system story, find on each screen: names that equal the words shown."""

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleInterface

from kiosk.core.view import Screen
from kiosk.ui.gallery import sample_page
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow
from tests.qml.screen_items import targets, top_layer

VIEWS = dict(sample_views(sample_page()))
TOUCHED = {QAccessible.Role.Button, QAccessible.Role.RadioButton}


def described(interface: QAccessibleInterface | None) -> list[tuple[QAccessible.Role, str]]:
    """Role and name of everything that is shown and can be used."""
    if interface is None or interface.state().invisible:
        return []
    own = [] if interface.state().disabled else [(interface.role(), interface.text(QAccessible.Text.Name))]
    for index in range(interface.childCount()):
        own += described(interface.child(index))
    return own


@pytest.mark.parametrize("name", list(VIEWS))
def test_every_target_is_told_by_the_words_on_it(window: KioskWindow, name: str) -> None:
    QAccessible.setActive(True)
    window.show_view(VIEWS[name])
    QCoreApplication.processEvents()
    window.quick_view.grabWindow()
    told = described(QAccessible.queryAccessibleInterface(window.quick_view))
    shown = sorted(target.text for target in targets(top_layer(window)) if target.enabled)
    assert sorted(text for role, text in told if role in TOUCHED) == shown
    assert [text for _, text in told if text in ("undefined", "null")] == []
    if VIEWS[name].screen is not Screen.IN_CALL or name == "in-call-confirm":
        assert any(role is QAccessible.Role.Heading and text for role, text in told), "the screen has no title"
