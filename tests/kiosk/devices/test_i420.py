"""Pictures into the kiosk's pixel format, and what a V4L2 node says of itself."""

from pathlib import Path

import numpy as np
import pytest

from kiosk.devices import i420, v4l2


def test_colours_land_in_their_planes() -> None:
    red = np.zeros((40, 60, 3), np.uint8)
    red[:] = (0, 0, 255)
    pixels = i420.from_bgr(red, 1280, 720)
    assert pixels.shape == (60, 60)
    assert pixels.dtype == np.uint8
    luma, u, v = pixels[:40], pixels[40:50], pixels[50:]
    assert abs(int(luma.mean()) - 82) < 3
    assert u.mean() < 110
    assert v.mean() > 220


@pytest.mark.parametrize(
    ("given", "shown"),
    [((720, 1280), (1280, 720)), ((1080, 1920), (1280, 720)), ((481, 641), (640, 480)), ((2000, 1000), (360, 720))],
)
def test_sizes_are_even_and_bounded(given: tuple[int, int], shown: tuple[int, int]) -> None:
    pixels = i420.from_bgr(np.zeros((*given, 3), np.uint8), 1280, 720)
    assert (pixels.shape[1], pixels.shape[0] * 2 // 3) == shown
    assert pixels.flags.c_contiguous


@pytest.mark.parametrize("picture", [None, np.zeros((40, 60), np.uint8), np.zeros((1, 60, 3), np.uint8)])
def test_what_is_no_colour_picture_is_refused(picture: object) -> None:
    with pytest.raises(ValueError):
        i420.from_bgr(picture, 1280, 720)


def test_only_a_capture_node_is_a_camera(tmp_path: Path) -> None:
    (tmp_path / "video0").write_bytes(b"")
    for path in ("/dev/null", "/dev/zero", str(tmp_path / "video0"), str(tmp_path), "/dev/video99"):
        assert not v4l2.is_capture_node(path)
