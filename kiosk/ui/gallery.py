"""Every screen and every step as a PNG file: `python -m kiosk.ui.gallery OUT [--size 1920x1080] [--only NAME]`.

For the documents, and for the eyes of whoever changes a screen. It needs a display (Xvfb is enough).
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop

from kiosk.config import ScreenOptions
from kiosk.core.ports import CameraFrame
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow, make_application

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SHORT_MM, LONG_MM = 268.0, 476.0
"""Sides of the 21.5 inch screen that the layouts are drawn for."""

_PATIENCE_MS = 3000


def i420_of(picture: Image.Image) -> CameraFrame:
    """A Pillow picture (even width and height) as the I420 frame that cameras and calls give (BT.601, 16..235)."""
    width, height = picture.size
    y, cb, cr = (np.asarray(band, dtype=np.float32) for band in picture.convert("YCbCr").split())
    luma = 16 + y * (219 / 255)
    chroma = [128 + (plane - 128) * (224 / 255) for plane in (cb, cr)]
    small = [plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for plane in chroma]
    flat = np.concatenate([luma.ravel(), small[0].ravel(), small[1].ravel()]).round().astype(np.uint8)
    return CameraFrame(flat.reshape(height * 3 // 2, width), width, height, time.monotonic(), 0)


def portrait(background: str, hair: str, skin: str, clothes: str) -> CameraFrame:
    """A drawn person, head and shoulders, for pictures where a camera would show somebody."""
    size = (1280, 720)
    picture = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 360, 720), fill=_darker(background, 0.94))
    draw.ellipse((495, 60, 785, 420), fill=hair)
    draw.rounded_rectangle((585, 330, 695, 470), 40, fill=_darker(skin, 0.92))
    draw.ellipse((370, 440, 910, 1060), fill=clothes)
    draw.polygon([(585, 448), (695, 448), (640, 540)], fill=_darker(skin, 0.92))
    draw.ellipse((530, 110, 750, 400), fill=skin)
    draw.chord((515, 70, 765, 290), 185, 355, fill=hair)
    for x in (590, 690):
        draw.ellipse((x - 13, 238, x + 13, 264), fill="#2A2320")
        draw.line((x - 26, 214, x + 26, 210), fill=hair, width=9)
    draw.line((640, 258, 632, 302, 646, 304), fill=_darker(skin, 0.8), width=6)
    draw.chord((592, 300, 688, 360), 15, 165, fill="#9C4A45")
    return i420_of(picture)


def _darker(colour: str, factor: float) -> tuple[int, int, int]:
    red, green, blue = (int(int(colour[i : i + 2], 16) * factor) for i in (1, 3, 5))
    return red, green, blue


def sample_page() -> bytes:
    """A fictitious letter as a JPEG, one A4 page at 75 dots per inch."""
    page = Image.new("RGB", (620, 877), "#FFFFFF")
    draw = ImageDraw.Draw(page)
    draw.text((60, 60), "ATTESTATION (exemple)", fill="#1A1A1A", font_size=34)
    draw.text((60, 120), "Document fictif, sans valeur", fill="#4A4A4A", font_size=20)
    for line in range(16):
        draw.rectangle((60, 190 + line * 34, 560 if line % 5 else 430, 202 + line * 34), fill="#9AA3A8")
    draw.ellipse((390, 740, 540, 830), outline="#0B4A60", width=5)
    draw.line((410, 800, 450, 765, 470, 805, 520, 760), fill="#0B4A60", width=4)
    out = BytesIO()
    page.save(out, "JPEG", quality=88)
    return out.getvalue()


def screen_options(size: tuple[int, int]) -> ScreenOptions:
    """The 21.5 inch screen, upright or lying as the pixels say."""
    width, height = size
    wide = width >= height
    return ScreenOptions(
        width_mm=LONG_MM if wide else SHORT_MM,
        height_mm=SHORT_MM if wide else LONG_MM,
        window_width_px=width,
        window_height_px=height,
    )


def wait_until(reached: Callable[[], bool], patience_ms: int = _PATIENCE_MS) -> bool:
    """Run the event loop until `reached`, or give up; says whether it was reached."""
    deadline = QDeadlineTimer(patience_ms)
    while not reached():
        if deadline.hasExpired():
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    return True


def render(out: Path, size: tuple[int, int], only: str = "") -> list[Path]:
    """Write the PNG files of every sample view whose name contains `only`; an application must exist."""
    out.mkdir(parents=True, exist_ok=True)
    window = KioskWindow(screen_options(size), windowed=True, on_touch=lambda _touch: None, asset_dir=ASSETS)
    agent = portrait("#C9D6DA", "#4A3226", "#E3B18F", "#20505F")
    usager = portrait("#D8D2C4", "#B9B4AE", "#DDAE90", "#7A4B57")
    swaps = 0

    def count() -> None:
        nonlocal swaps
        swaps += 1

    window.frame_swapped.connect(count)
    written = []
    try:
        for name, view in sample_views(sample_page()):
            if only not in name:
                continue
            window.show_view(view)
            window.set_level(0.6)
            QCoreApplication.processEvents()
            window.remote_sink.show(agent)
            window.self_sink.show(usager)
            before = swaps
            wait_until(lambda before=before: swaps >= before + 3, 600)  # type: ignore[misc]
            file = out / f"{name}.png"
            window.grab(file)
            written.append(file)
        if window.warnings:
            raise RuntimeError("; ".join(window.warnings))
    finally:
        window.close()
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.ui.gallery", description=__doc__)
    parser.add_argument("out", type=Path, help="directory for the PNG files")
    parser.add_argument("--size", default="1920x1080", help="window in pixels, WIDTHxHEIGHT")
    parser.add_argument("--only", default="", help="only the views whose name contains this")
    options = parser.parse_args(arguments)
    width, height = (int(part) for part in options.size.split("x"))
    application = make_application(sys.argv[:1])
    render(options.out, (width, height), options.only)
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
