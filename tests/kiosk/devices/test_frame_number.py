"""The number drawn into pictures: read back after what a call does to them, never read where it is not."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from av import VideoFrame
from av.codec import CodecContext
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices import frame_number
from kiosk.devices.scene import PHASES, draw_scene


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return draw_scene(1280, 720, 5)


@given(st.integers(min_value=0, max_value=frame_number.MAX_NUMBER))
@settings(max_examples=40, deadline=None)
def test_what_is_drawn_is_read(number: int) -> None:
    picture = np.full((360 * 3 // 2, 640), 120, np.uint8)
    frame_number.draw(picture, number)
    assert frame_number.read(picture[:360]) == number


@pytest.mark.parametrize("size", [(320, 180), (480, 270), (637, 359), (960, 540), (1920, 1080)])
def test_any_scale_is_read(scene: np.ndarray, size: tuple[int, int]) -> None:
    picture = scene.copy()
    frame_number.draw(picture, 0xA5C3F1)
    assert frame_number.read(cv2.resize(picture[:720], size, interpolation=cv2.INTER_AREA)) == 0xA5C3F1


@pytest.mark.parametrize("bit_rate", [60_000, 250_000])
def test_it_survives_vp8_at_the_smallest_size(bit_rate: int) -> None:
    """What a bad link leaves of a picture: 320x180, a few kilobytes a second."""
    encoder = CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 320, 180, "yuv420p"
    encoder.bit_rate, encoder.framerate, encoder.time_base = bit_rate, Fraction(15), Fraction(1, 15)
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "min-quantizer": "20"}
    decoder = CodecContext.create("vp8", "r")
    read = []
    for number in range(1000, 1030):
        picture = draw_scene(320, 180, number % PHASES)
        frame_number.draw(picture, number)
        for packet in encoder.encode(VideoFrame.from_ndarray(picture, format="yuv420p")):
            read += [frame_number.read(frame.to_ndarray()[:180]) for frame in decoder.decode(packet)]
    assert [number for number in read if number is not None] == list(range(1000, 1000 + len(read)))
    assert len(read) >= 25


def test_pictures_without_a_number_give_none(scene: np.ndarray) -> None:
    noise = np.random.default_rng(3)
    assert frame_number.read(scene[:720]) is None
    assert frame_number.read(np.zeros((180, 320), np.uint8)) is None
    assert frame_number.read(np.zeros((4, 4), np.uint8)) is None
    for _ in range(200):
        assert frame_number.read(noise.integers(0, 256, (180, 320), dtype=np.uint8)) is None


def test_a_damaged_number_is_not_read_as_another(scene: np.ndarray) -> None:
    picture = scene.copy()
    frame_number.draw(picture, 123_456)
    # One cell turned over: the check must notice.
    top, bottom = round((0.96 - 0.06) * 720), round(0.96 * 720)
    picture[top:bottom, 320:384] = 251 - picture[top:bottom, 320:384]
    assert frame_number.read(picture[:720]) is None


def test_large_numbers_wrap() -> None:
    picture = np.full((270, 320), 120, np.uint8)
    frame_number.draw(picture, frame_number.MAX_NUMBER + 8)
    assert frame_number.read(picture[:180]) == 7
