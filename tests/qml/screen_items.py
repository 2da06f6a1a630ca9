"""What a screen holds, item by item: targets, sentences, and where they are, in pixels of the window."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from kiosk.ui.window import KioskWindow


@dataclass(frozen=True)
class Target:
    """Something to touch. The item may be gone when a failed test is told: it is not in the text."""

    item: QQuickItem = field(repr=False)
    rect: QRectF
    text: str
    touch_name: str
    touch_argument: str
    enabled: bool


@dataclass(frozen=True)
class Sentence:
    """A text and the targets that it is part of."""

    item: QQuickItem = field(repr=False)
    rect: QRectF
    text: str
    targets: tuple[QQuickItem, ...] = field(repr=False)


def visible_items(item: QQuickItem) -> Iterator[QQuickItem]:
    """`item` and everything visible in it."""
    if not item.isVisible():
        return
    yield item
    for child in item.childItems():
        yield from visible_items(child)


def rect_of(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def top_layer(window: KioskWindow) -> QQuickItem:
    """The screen, or the question that covers it."""
    root = window.quick_view.contentItem()
    dialogs = [
        item for item in visible_items(root) if item.metaObject().className().startswith(("Dialog_", "StillThere_"))
    ]
    return dialogs[0] if dialogs else root


def targets(root: QQuickItem) -> list[Target]:
    return [
        Target(
            item,
            rect_of(item),
            str(item.property("text")),
            str(item.property("touchName")),
            str(item.property("touchArgument")),
            item.isEnabled(),
        )
        for item in visible_items(root)
        if item.property("interactive")
    ]


def sentences(root: QQuickItem) -> list[Sentence]:
    found: list[Sentence] = []

    def walk(item: QQuickItem, inside: tuple[QQuickItem, ...]) -> None:
        if not item.isVisible():
            return
        if item.property("interactive"):
            inside = (*inside, item)
        if item.inherits("QQuickText") and item.property("text"):
            drawn = QRectF(0, 0, item.property("contentWidth"), item.property("contentHeight"))
            alignment = item.property("drawnAlignment")
            free = item.width() - drawn.width()
            drawn.moveLeft(free / 2 if alignment == 4 else free if alignment == 2 else 0)
            found.append(Sentence(item, item.mapRectToScene(drawn), str(item.property("text")), inside))
        for child in item.childItems():
            walk(child, inside)

    walk(root, ())
    return found
