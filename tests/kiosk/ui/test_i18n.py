"""Every sentence can be translated, and the French forms are there."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from kiosk.ui.gallery import ASSETS
from kiosk.ui.i18n import LANGUAGES, MissingLanguage, Translations
from kiosk.ui.window import QML_DIR


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


def test_english_is_whole() -> None:
    """No sentence without its translation, no placeholder lost on the way."""
    tree = ElementTree.parse(ASSETS / "i18n/qml_en.ts")
    faults = []
    for message in tree.iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        wanted = sorted(re.findall(r"%[0-9n]", source))
        faults += [source for form in forms if not form or sorted(re.findall(r"%[0-9n]", form)) != wanted]
    assert faults == []


def test_the_files_hold_every_sentence_of_the_screens() -> None:
    """A sentence added to a screen and not to the files would stay French in English."""
    tree = ElementTree.parse(ASSETS / "i18n/qml_en.ts")
    known = {message.findtext("source") for message in tree.iter("message")}
    written = {
        text.replace('\\"', '"')
        for file in QML_DIR.rglob("*.qml")
        for text in re.findall(r'qsTr\("((?:[^"\\]|\\.)*)"', file.read_text(encoding="utf-8"))
    }
    assert written - known == set()
    assert known - written == set()
