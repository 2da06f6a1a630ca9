"""SANE's own test scanner, set up to read an A4 chessboard, and the picture that it must give."""

import io
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
from PIL import Image

DEVICE = "test:0"
DPI = 200
"""That of the kiosk's settings: the test scanner rounds its checks to whole pixels."""
_COMPARED_AT = (210, 297)
"""Pages are compared at one pixel per millimetre: a check of the chessboard is 10 mm."""


def write_sane_config(folder: Path) -> Path:
    """A configuration directory (for SANE_CONFIG_DIR) that knows the test scanner only."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text('number_of_devices 1\ngeometry_max 300.0\ntest-picture "Grid"\n')
    return folder


def reference_page(config: Path) -> Any:
    """The page as `scanimage`, another program, reads it: uint8 array (297, 210), grey."""
    done = subprocess.run(
        ["scanimage", f"--device-name={DEVICE}", "--mode=Gray", "--depth=8", f"--resolution={DPI}", "-x", "210", "-y", "297",
         "--format=png", f"--output-file={config / 'reference.png'}"],
        env={**os.environ, "SANE_CONFIG_DIR": str(config)},
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return _small(Image.open(config / "reference.png"))


def pages_of(pdf: Path) -> list[Any]:
    """The one picture of each page of a PDF, as arrays like `reference_page`.

    Raises:
        ValueError: a page does not hold exactly one picture.
    """
    pages = []
    for page in pypdf.PdfReader(pdf).pages:
        (image,) = page.images
        pages.append(_small(Image.open(io.BytesIO(image.data))))
    return pages


def likeness(page: Any, reference: Any) -> float:
    """Correlation of two pages, -1 to 1; 0 for a blank one."""
    a, b = page.astype(np.float64), reference.astype(np.float64)
    if a.std() < 1 or b.std() < 1:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def _small(image: Image.Image) -> Any:
    return np.asarray(image.convert("L").resize(_COMPARED_AT, Image.Resampling.BOX))
