"""Every screen and step, in three sizes: targets large enough and apart, nothing cut, nothing on top of another."""

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QGuiApplication

from kiosk.core.view import View
from kiosk.ui.gallery import ASSETS, sample_page, screen_options
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow
from tests.qml.screen_items import Sentence, rect_of, sentences, targets, top_layer, visible_items

SMALLEST_TARGET_MM = 20.0
SMALLEST_GAP_MM = 2.5
PRIMARY_MM = (60.0, 25.0)
SMALLEST_CAPITAL_MM = 4.8
SIZES = [(1920, 1080), (1280, 720), (1080, 1920)]
HALF_PIXEL = 0.51

VIEWS = dict(sample_views(sample_page()))


@pytest.mark.parametrize(
    ("size", "language"),
    [*((size, "fr") for size in SIZES), ((1280, 720), "en")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_every_screen_fits(application: QGuiApplication, size: tuple[int, int], language: str) -> None:
    options = replace(screen_options(size), language=language)
    window = KioskWindow(options, windowed=True, on_touch=lambda _touch: None, asset_dir=ASSETS)
    px_per_mm = size[0] / options.width_mm
    faults = []
    try:
        for name, view in VIEWS.items():
            show(window, view)
            faults += [f"{name}: {fault}" for fault in faults_of(window, size, px_per_mm)]
    finally:
        window.close()
    assert window.warnings == []
    assert faults == []


def show(window: KioskWindow, view: View) -> None:
    window.show_view(view)
    QCoreApplication.processEvents()
    window.quick_view.grabWindow()  # lays everything out


def faults_of(window: KioskWindow, size: tuple[int, int], px_per_mm: float) -> list[str]:
    layer = top_layer(window)
    glass = QRectF(-HALF_PIXEL, -HALF_PIXEL, size[0] + 2 * HALF_PIXEL, size[1] + 2 * HALF_PIXEL)
    faults = []
    found = targets(layer)
    # Millimetres are rounded to whole pixels: half a pixel either way is the drawing's limit, not a fault.
    least = SMALLEST_TARGET_MM * px_per_mm - HALF_PIXEL
    for target in found:
        rect = target.rect
        if min(rect.width(), rect.height()) < least:
            faults.append(f"target {target.text!r} is {rect.width():.0f}x{rect.height():.0f} px")
        if not glass.contains(rect):
            faults.append(f"target {target.text!r} leaves the window")
        if target.text.strip() == "":
            faults.append("a target has no name")
        if target.item.property("kind") == "primary" and (
            rect.width() < PRIMARY_MM[0] * px_per_mm - HALF_PIXEL
            or rect.height() < PRIMARY_MM[1] * px_per_mm - HALF_PIXEL
        ):
            faults.append(f"primary {target.text!r} is {rect.width():.0f}x{rect.height():.0f} px")
    for one, other in combinations(found, 2):
        gap = distance(one.rect, other.rect)
        if gap < SMALLEST_GAP_MM * px_per_mm - 2 * HALF_PIXEL:
            faults.append(f"{one.text!r} and {other.text!r} are {gap:.0f} px apart")
    for bar in (item for item in visible_items(layer) if item.metaObject().className().startswith("BottomBar_")):
        edge = rect_of(bar).top()
        faults += [
            f"target {target.text!r} lies across the bar at the bottom"
            for target in found
            if target.rect.top() < edge < target.rect.bottom()
        ]
    for chip in (item for item in visible_items(layer) if item.metaObject().className().startswith("StateChip_")):
        tile = chip.parentItem()
        faults += [
            f"{sentence.text!r} touches the state below it"
            for sentence in sentences(tile)
            if sentence.rect.top() < rect_of(chip).top() < sentence.rect.bottom()
        ]
    said = sentences(layer)
    faults += [fault for sentence in said for fault in sentence_faults(sentence, glass, px_per_mm)]
    for first, second in combinations(said, 2):
        if overlap(first.rect, second.rect):
            faults.append(f"{first.text!r} is written over {second.text!r}")
    for sentence in said:
        for target in found:
            if target.item not in sentence.targets and overlap(sentence.rect, target.rect):
                faults.append(f"{sentence.text!r} runs into the target {target.text!r}")
    return faults


def sentence_faults(sentence: Sentence, glass: QRectF, px_per_mm: float) -> list[str]:
    item, faults = sentence.item, []
    if item.property("truncated"):
        faults.append(f"{sentence.text!r} is cut")
    if item.property("contentWidth") > item.width() + 1:
        faults.append(f"{sentence.text!r} is wider than its place")
    if not glass.contains(sentence.rect):
        faults.append(f"{sentence.text!r} leaves the window")
    capital = item.property("font").pixelSize() * 0.668
    if capital < SMALLEST_CAPITAL_MM * px_per_mm - HALF_PIXEL:
        faults.append(f"{sentence.text!r} has capitals of {capital / px_per_mm:.1f} mm")
    for target in sentence.targets:
        place = target.mapRectToScene(QRectF(0, 0, target.width(), target.height()))
        if not place.contains(sentence.rect):
            faults.append(f"{sentence.text!r} leaves its target")
    return faults


def distance(one: QRectF, other: QRectF) -> float:
    """Gap between two targets: they must be apart in at least one direction."""
    across = max(one.left(), other.left()) - min(one.right(), other.right())
    down = max(one.top(), other.top()) - min(one.bottom(), other.bottom())
    return max(across, down)


def overlap(one: QRectF, other: QRectF) -> bool:
    """More than the leading of a line in common."""
    common = one.intersected(other)
    return common.width() > 2 and common.height() > 0.12 * min(one.height(), other.height()) + 2
