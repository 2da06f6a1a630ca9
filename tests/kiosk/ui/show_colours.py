"""Show a green agent and a two-coloured usager on a real display, and write what the screen shows: argument 1."""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from kiosk.ui.gallery import ASSETS, i420_of, sample_page, screen_options, wait_until
from kiosk.ui.samples import sample_views
from kiosk.ui.window import KioskWindow, make_application


def main() -> int:
    application = make_application(["show_colours"])
    window = KioskWindow(screen_options((1280, 720)), windowed=True, on_touch=lambda _touch: None, asset_dir=ASSETS)
    painted: list[bool] = []
    window.first_frame.connect(lambda: painted.append(True))
    window.show_view(dict(sample_views(sample_page()))["in-call"])
    assert wait_until(lambda: bool(painted)), "never painted"

    halves = np.zeros((240, 320, 3), np.uint8)
    halves[:, :160] = (200, 0, 0)
    halves[:, 160:] = (0, 0, 200)
    window.self_sink.show(i420_of(Image.fromarray(halves)))
    window.remote_sink.show(i420_of(Image.new("RGB", (640, 480), (0, 160, 0))))
    assert wait_until(lambda: window.remote_sink.frames_shown + window.self_sink.frames_shown == 2), "not handed to Qt"
    swaps: list[bool] = []
    window.frame_swapped.connect(lambda: swaps.append(True))
    window.quick_view.update()
    assert wait_until(lambda: len(swaps) >= 1), "pictures were not painted"
    window.grab(Path(sys.argv[1]))

    window.remote_sink.clear()
    swaps.clear()
    window.quick_view.update()
    assert wait_until(lambda: len(swaps) >= 1), "clearing was not painted"
    window.grab(Path(sys.argv[2]))
    window.close()
    assert painted == [True], "the first frame is told once"
    assert window.warnings == []
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
