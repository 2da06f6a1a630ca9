"""Languages of the screens: sentences are French in QML, other languages come from `assets/i18n/qml_<code>.qm`.

French has a file too: it only holds singular and plural forms (« 1 page », « 2 pages »).
`python -m kiosk.ui.i18n` refreshes the files after a change of sentences.
"""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlApplicationEngine

LANGUAGES = ("fr", "en")
"""Codes that have a file, the source language first."""


class MissingLanguage(ValueError):
    """No file for the language asked; the screens stay in the language they had."""

    def __init__(self, language: str) -> None:
        super().__init__(f"no translation file for the language {language!r}")


class Translations:
    """The language in use, for one engine.

    Qt's engine makes and installs the translator itself (`qml_<code>.qm` of its `i18n` directory, when its
    `uiLanguage` changes). A QTranslator made in Python must not be used: QML's own thread translates too, through
    the Python object, and waits for the interpreter while the main thread waits for QML. Measured: dead for ever.
    """

    def __init__(self, engine: QQmlApplicationEngine, asset_dir: Path) -> None:
        self._engine = engine
        self._directory = asset_dir / "i18n"
        # The engine looks for `i18n` beside the document it loads: give it an empty one in `assets`.
        nothing = b"import QtQml\nQtObject {}"
        engine.loadData(nothing, QUrl.fromLocalFile(str(asset_dir / "languages.qml")))

    def use(self, language: str) -> None:
        """Show every sentence in `language`, at once.

        Raises:
            MissingLanguage: there is no file for it.
        """
        if language not in LANGUAGES or not (self._directory / f"qml_{language}.qm").is_file():
            raise MissingLanguage(language)
        self._engine.setUiLanguage(language)


def refresh(repository: Path) -> None:
    """Collect the sentences of the QML files into the `.ts` files, then compile these to `.qm`.

    Raises:
        subprocess.CalledProcessError: a tool refused; its message is on standard error.
    """
    tools = Path(sys.executable).parent
    qml = sorted(str(file) for file in (repository / "kiosk/ui/qml").rglob("*.qml"))
    for language in LANGUAGES:
        texts = repository / f"assets/i18n/qml_{language}.ts"
        plurals = ["-pluralonly"] if language == LANGUAGES[0] else []
        # Arguments are ours alone: paths of the repository.
        subprocess.run(  # noqa: S603
            [
                str(tools / "pyside6-lupdate"),
                *plurals,
                "-locations",
                "none",
                "-no-obsolete",
                "-source-language",
                "fr",
                "-target-language",
                language,
                *qml,
                "-ts",
                str(texts),
            ],
            check=True,
        )
        subprocess.run([str(tools / "pyside6-lrelease"), str(texts), "-qm", str(texts.with_suffix(".qm"))], check=True)  # noqa: S603


if __name__ == "__main__":
    refresh(Path(__file__).resolve().parents[2])
