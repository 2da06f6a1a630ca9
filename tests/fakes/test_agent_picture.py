"""The agent's frame number is read back from a screen, whatever was done to the picture."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.fakes.agent_picture import FRAMES, advanced, read_number, write_camera_file


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    file = tmp_path_factory.mktemp("camera") / "agent.mjpeg"
    write_camera_file(file)
    start = b"\xff\xd8\xff"
    return [start + part for part in file.read_bytes().split(start)[1:]]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_file_is_a_row_of_numbered_pictures(frames: list[bytes]) -> None:
    assert len(frames) == FRAMES
    assert [read_number(np.asarray(opened(frames[number]))) for number in (0, 1, 100, FRAMES - 1)] == [
        0,
        1,
        100,
        FRAMES - 1,
    ]


@pytest.mark.parametrize("width", [1000, 640, 480])
def test_number_survives_scaling_and_strong_compression(frames: list[bytes], width: int) -> None:
    small = io.BytesIO()
    opened(frames[77]).resize((width, width * 9 // 16)).save(small, "JPEG", quality=30)
    assert read_number(np.asarray(opened(small.getvalue()))) == 77


def test_number_is_found_in_a_corner_of_a_screen_that_covers_it_partly(frames: list[bytes]) -> None:
    screen = Image.new("RGB", (1280, 720), (10, 40, 90))
    screen.paste(opened(frames[200]).resize((800, 450)), (400, 200))
    screen.paste(Image.new("RGB", (760, 160), (255, 255, 255)), (560, 200))
    assert read_number(np.asarray(screen)) == 200


@pytest.mark.parametrize("colour", [(0, 0, 0), (214, 0, 200), (255, 255, 255)])
def test_nothing_is_read_where_nothing_is_shown(colour: tuple[int, int, int]) -> None:
    assert read_number(np.full((360, 640, 3), colour, np.uint8)) is None


def test_numbers_advance_round_the_loop() -> None:
    assert advanced(10, 15) == 5
    assert advanced(FRAMES - 1, 1) == 2
