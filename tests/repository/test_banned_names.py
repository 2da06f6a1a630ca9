"""No recording, no file dialogue, no shell: the ban list holds over the whole product."""

import pytest

from tests.repository.banned_names import banned_in_file, banned_in_javascript, banned_in_python
from tests.repository.tree import ROOT, tracked_files

PRODUCT = ("hub", "kiosk", "provisioning")


def product_files(*suffixes: str) -> list[str]:
    return [str(file) for file in tracked_files(*PRODUCT) if file.suffix in suffixes]


@pytest.mark.parametrize("file", product_files(".py", ".js", ".html", ".qml"))
def test_product_uses_no_banned_name(file: str) -> None:
    assert banned_in_file(ROOT / file) == []


@pytest.mark.parametrize(
    "source",
    [
        "from PySide6.QtWidgets import QFileDialog",
        "from PySide6 import QtPrintSupport as p\np.QPrintDialog()",
        "import PySide6.QtGui\nPySide6.QtGui.QDesktopServices.openUrl('x')",
        "from aiortc.contrib.media import MediaRecorder as Innocent",
        "import aiortc.contrib.media as m\nm.MediaPlayer('x')",
        "import os\nos.system('ls')",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "eval('1')",
    ],
)
def test_python_offence_is_found(source: str) -> None:
    assert banned_in_python(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Never a MediaRecorder."""',
        "# os.system",
        "import subprocess\nsubprocess.run(['ls'], shell=False)",
        "x = 'eval'",
    ],
)
def test_python_text_is_no_offence(source: str) -> None:
    assert banned_in_python(source) == []


@pytest.mark.parametrize(
    "source", ["new MediaRecorder(s)", "video.captureStream()", "indexedDB.open(x)", "a.innerHTML = b"]
)
def test_javascript_offence_is_found(source: str) -> None:
    assert banned_in_javascript(source)


@pytest.mark.parametrize("source", ["// no MediaRecorder\n", "/* innerHTML\n */", "const mediaRecorderless = 1;"])
def test_javascript_comment_is_no_offence(source: str) -> None:
    assert banned_in_javascript(source) == []
