"""Contrast of every pair of colours that meet (WCAG 2.2 relative luminance), and sizes that must hold."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlEngine

from kiosk.ui.window import QML_DIR

# (letters, grounds on which they are written)
WRITTEN = [
    ("ink", ["paper", "card", "actionTint", "warning", "warningTint", "quietGround", "dangerTint", "successTint"]),
    ("quietInk", ["paper", "card", "quietGround", "actionTint"]),
    ("action", ["paper", "card", "actionTint"]),
    ("success", ["paper", "card", "successTint"]),
    ("danger", ["paper", "card", "dangerTint"]),
    ("white", ["action", "actionPressed", "danger", "dangerPressed", "night"]),
]
# Edges and marks, 3:1 at least.
DRAWN = [
    ("border", ["paper", "card"]),
    ("softBorder", ["paper", "card"]),
    ("focus", ["paper", "card"]),
    ("action", ["paper", "card"]),
    ("danger", ["paper", "card"]),
    ("success", ["card"]),
]


@pytest.fixture(scope="module")
def colours(application: QGuiApplication) -> dict[str, QColor]:
    engine = QQmlEngine()
    component = QQmlComponent(engine)
    names = sorted({name for pairs in (WRITTEN, DRAWN) for letters, grounds in pairs for name in (letters, *grounds)})
    lines = "\n".join(f"property color {name}: Theme.{name}" for name in names)
    component.setData(
        f'import QtQuick\nimport "."\nQtObject {{\n{lines}\n}}'.encode(), QUrl.fromLocalFile(str(QML_DIR / "probe.qml"))
    )
    probe = component.create()
    assert probe is not None, component.errorString()
    return {name: probe.property(name) for name in names}


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("letters", "grounds"), WRITTEN, ids=lambda pair: pair if isinstance(pair, str) else "")
def test_what_is_written_is_seven_to_one(colours: dict[str, QColor], letters: str, grounds: list[str]) -> None:
    weak = {ground: round(contrast(colours[letters], colours[ground]), 1) for ground in grounds}
    assert {ground: value for ground, value in weak.items() if value < 7} == {}


@pytest.mark.parametrize(("edge", "grounds"), DRAWN, ids=lambda pair: pair if isinstance(pair, str) else "")
def test_what_is_drawn_is_three_to_one(colours: dict[str, QColor], edge: str, grounds: list[str]) -> None:
    weak = {ground: round(contrast(colours[edge], colours[ground]), 1) for ground in grounds}
    assert {ground: value for ground, value in weak.items() if value < 3} == {}


def test_colours_are_only_in_the_theme() -> None:
    import re

    strays = [
        f"{file.name}: {found}"
        for file in QML_DIR.rglob("*.qml")
        if file.name != "Theme.qml"
        for found in re.findall(r'"#[0-9A-Fa-f]{3,8}"', file.read_text(encoding="utf-8"))
    ]
    assert strays == []
