"""Every sentence can be translated, and the French forms are there."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.ui.gallery import ASSETS
from kiosk.ui.i18n import LANGUAGES, MissingLanguage, Translations


def test_french_plurals_are_complete() -> None:
    tree = ElementTree.parse(ASSETS / "i18n/qml_fr.ts")
    forms = [form.text for message in tree.iter("message") for form in message.iter("numerusform")]
    assert len(forms) >= 20
    assert all(form and "%n" in form and "(s)" not in form for form in forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_can_be_used(application: QGuiApplication, language: str) -> None:
    engine = QQmlApplicationEngine()
    Translations(engine, ASSETS).use(language)
    assert engine.uiLanguage() == language


@pytest.mark.parametrize("language", ["xx", "", "../fr"])
def test_a_language_without_a_file_is_refused(application: QGuiApplication, language: str) -> None:
    with pytest.raises(MissingLanguage):
        Translations(QQmlApplicationEngine(), ASSETS).use(language)


def test_a_damaged_installation_is_refused(application: QGuiApplication, tmp_path: Path) -> None:
    with pytest.raises(MissingLanguage):
        Translations(QQmlApplicationEngine(), tmp_path).use("fr")
