"""Qt's own checker has nothing to say about the screens (`make check` runs the same command)."""

import subprocess
import sys
from pathlib import Path

from kiosk.ui.window import QML_DIR


def test_qmllint_is_silent() -> None:
    files = sorted(str(file) for file in QML_DIR.rglob("*.qml"))
    assert len(files) > 30
    result = subprocess.run(
        [str(Path(sys.executable).parent / "pyside6-qmllint"), "-W", "0", *files],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
