"""Pictures pushed into the sinks are what a display shows: colour, place, mirror. On Xvfb, through OpenGL."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def display() -> Iterator[str]:
    server = shutil.which("Xvfb")
    assert server is not None, "install the Debian package xvfb"
    read, write = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()  # blocks until the server is ready, or gone
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)


def test_the_screen_shows_the_pictures(display: str, tmp_path: Path) -> None:
    shown, cleared = tmp_path / "shown.png", tmp_path / "cleared.png"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "QSG_"))}
    result = subprocess.run(
        [sys.executable, "-m", "tests.kiosk.ui.show_colours", str(shown), str(cleared)],
        cwd=REPOSITORY,
        env=kept | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "QML" not in result.stderr

    picture = Image.open(shown).convert("RGB")
    red, green, blue = picture.getpixel((420, 300))  # the agent, large
    assert red < 30
    assert 135 < green < 185
    assert blue < 30
    # The usager sees themselves as in a mirror: what the camera has on its left is on the left of nobody else.
    left, right = picture.getpixel((930, 260)), picture.getpixel((1200, 260))
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]
    assert max(Image.open(cleared).convert("RGB").getpixel((420, 300))) < 40
