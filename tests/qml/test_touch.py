"""What a finger and a keyboard can do, on the real window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from kiosk.core.view import Screen, StillThere, Touch, TouchName, View
from kiosk.ui.gallery import sample_page
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow
from tests.qml.conftest import Wall
from tests.qml.screen_items import Target, targets, top_layer, visible_items

VIEWS = dict(sample_views(sample_page()))


@pytest.fixture(autouse=True)
def fresh(touches: list[Touch], wall: Wall) -> None:
    """Each test starts long after the touches of the one before."""
    touches.clear()
    wall.now_s += 10


def show(window: KioskWindow, view: View) -> None:
    window.show_view(view)
    QCoreApplication.processEvents()
    window.quick_view.grabWindow()
    assert isinstance(window.bridge._clock, Wall)
    window.bridge._clock.now_s += 10  # the screen has settled


def target(window: KioskWindow, text: str) -> Target:
    found = [one for one in targets(top_layer(window)) if one.text == text]
    assert len(found) == 1, [one.text for one in targets(top_layer(window))]
    return found[0]


def centre(of: Target) -> QPoint:
    return of.rect.center().toPoint()


def press(window: KioskWindow, at: QPoint) -> None:
    QTest.mousePress(window.quick_view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def release(window: KioskWindow, at: QPoint) -> None:
    QTest.mouseRelease(window.quick_view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def click(window: KioskWindow, at: QPoint) -> None:
    press(window, at)
    release(window, at)


def test_a_touch_acts_on_release_and_shows_the_press(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["partners"])
    tile = target(window, "CAF")
    press(window, centre(tile))
    assert tile.item.property("pressed") is True
    assert touches == []
    release(window, centre(tile))
    assert tile.item.property("pressed") is False
    assert touches == [Touch(TouchName.CHOOSE_PARTNER, "caf")]


def test_dragging_out_or_in_does_nothing(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["partners"])
    tile = target(window, "CAF")
    outside = QPoint(round(tile.rect.center().x()), 10)
    press(window, centre(tile))
    QTest.mouseMove(window.quick_view, outside)
    release(window, outside)
    press(window, outside)
    QTest.mouseMove(window.quick_view, centre(tile))
    release(window, centre(tile))
    assert touches == []


def test_a_second_tap_counts_once(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["in-call"])
    louder = target(window, "Plus fort")
    click(window, centre(louder))
    click(window, centre(louder))
    assert touches == [Touch(TouchName.VOLUME_UP)]


def test_anywhere_on_the_attract_screen_begins(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["attract"])
    click(window, QPoint(1200, 700))
    assert touches == [Touch(TouchName.START)]


def test_anywhere_on_a_called_number_claims_it(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["attract-called-three"])
    banner = target(window, "C'est moi, n° 128")
    click(window, QPoint(round(banner.rect.left()) + 60, round(banner.rect.center().y())))
    assert touches == [Touch(TouchName.CLAIM_PLACE, "call-128")]


def test_a_question_covers_everything_else(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["partners"])
    behind = centre(target(window, "CAF"))
    show(window, replace(VIEWS["partners"], still_there=StillThere(30)))
    click(window, behind)
    assert touches == []
    click(window, centre(target(window, "Je suis encore là")))
    assert touches == [Touch(TouchName.STILL_HERE)]


@pytest.mark.parametrize(
    "name",
    [
        "partners",
        "partners-called-two",
        "place-kept-called",
        "refused-nobody_on_post",
        "before-call",
        "calling-confirm-keep",
        "in-call",
        "in-call-confirm",
        "scan-preview",
        "print-preview",
        "still-there",
    ],
)
def test_the_keyboard_reaches_every_target(window: KioskWindow, name: str) -> None:
    show(window, VIEWS[name])
    window.quick_view.requestActivate()
    wanted = {id(one.item): one.text for one in targets(top_layer(window)) if one.enabled}
    reached: set[str] = set()
    for _ in range(2 * len(wanted) + 4):
        QTest.keyClick(window.quick_view, Qt.Key.Key_Tab)
        focused = window.quick_view.activeFocusItem()
        if focused is not None and focused.property("interactive"):
            reached.add(str(focused.property("text")))
    assert reached == set(wanted.values())


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Enter])
def test_enter_and_space_touch(window: KioskWindow, touches: list[Touch], key: Qt.Key) -> None:
    show(window, VIEWS["erased"])
    show(window, VIEWS["hub-unreachable"])
    target(window, "Réessayer maintenant").item.forceActiveFocus()
    QTest.keyPress(window.quick_view, key)
    assert touches == []
    QTest.keyRelease(window.quick_view, key)
    assert touches == [Touch(TouchName.RETRY_HUB)]


def test_the_keys_of_a_computer_do_nothing(window: KioskWindow, touches: list[Touch]) -> None:
    show(window, VIEWS["in-call"])
    before = window.quick_view.geometry()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F11, Qt.Key.Key_F5, Qt.Key.Key_Menu, Qt.Key.Key_Back):
        QTest.keyClick(window.quick_view, key)
    QTest.mouseClick(window.quick_view, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, QPoint(640, 300))
    assert touches == []
    assert window.quick_view.isVisible()
    assert window.quick_view.geometry() == before


def test_every_touch_can_be_made_on_some_screen(window: KioskWindow) -> None:
    reachable = set()
    for view in VIEWS.values():
        show(window, view)
        reachable |= {one.touch_name for one in targets(top_layer(window)) if one.enabled}
    assert {name.value for name in TouchName} - reachable == set()


def test_erase_is_on_every_screen_of_a_stay_at_the_same_place(window: KioskWindow) -> None:
    stay = {
        Screen.PARTNERS,
        Screen.MOTIF,
        Screen.BEFORE_CALL,
        Screen.REFUSED,
        Screen.CALLING,
        Screen.IN_CALL,
        Screen.ENDED,
    }
    places = set()
    for name, view in VIEWS.items():
        if view.screen in stay and view.still_there is None and "-confirm" not in name:
            show(window, view)
            places.add((view.screen, target(window, "Effacer et quitter").rect.center().toTuple()))
    assert {screen for screen, _ in places} == stay
    xs, ys = {place[0] for _, place in places}, {place[1] for _, place in places}
    assert max(xs) - min(xs) <= 2
    assert max(ys) - min(ys) <= 2


def test_a_tile_keeps_its_finger_while_its_facts_change(window: KioskWindow, touches: list[Touch]) -> None:
    """A tile that is being pressed must not be replaced when another partner's state arrives."""
    view = VIEWS["partners"]
    show(window, view)
    tile = target(window, "CAF")
    press(window, centre(tile))
    changed = replace(view, clock="10:43", tiles=(replace(view.tiles[0], waiting=3), *view.tiles[1:]))
    window.show_view(changed)
    QCoreApplication.processEvents()
    assert tile.item.property("pressed") is True
    release(window, centre(tile))
    assert touches == [Touch(TouchName.CHOOSE_PARTNER, "caf")]


def test_more_than_six_partners_are_all_reachable(window: KioskWindow) -> None:
    show(window, VIEWS["partners-many"])
    first = {one.touch_argument for one in targets(top_layer(window)) if one.touch_name == "choose_partner"}
    click(window, centre(target(window, "Voir d'autres services")))
    window.quick_view.grabWindow()
    second = {one.touch_argument for one in targets(top_layer(window)) if one.touch_name == "choose_partner"}
    assert first | second == {tile.partner_id for tile in VIEWS["partners-many"].tiles}
    assert not first & second


def test_what_an_agent_writes_is_never_read_as_markup(window: KioskWindow) -> None:
    view = VIEWS["scan-asked"]
    assert view.in_call is not None
    assert view.in_call.scan is not None
    nasty = "<b>Carte</b> <img src='http://example.invalid/x.png'>"
    show(window, replace(view, in_call=replace(view.in_call, scan=replace(view.in_call.scan, title=nasty))))
    shown = [
        item
        for item in visible_items(top_layer(window))
        if item.inherits("QQuickText") and item.property("text") == nasty
    ]
    assert len(shown) == 1
    assert shown[0].property("contentWidth") > 300, "the tags themselves are written"


def test_nothing_of_the_usager_stays_in_the_screens(window: KioskWindow) -> None:
    show(window, VIEWS["scan-preview"])
    show(window, VIEWS["attract"])
    held = window.bridge.property("viewJson")
    assert "Votre pièce" not in held
    assert "base64" not in held
    assert "Martin" not in held


def test_points_are_in_the_window(window: KioskWindow) -> None:
    show(window, VIEWS["in-call"])
    for one in targets(top_layer(window)):
        assert one.item.contains(one.item.mapFromScene(QPointF(centre(one))))
