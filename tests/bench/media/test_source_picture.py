"""The loop of pictures is the same each time, numbered, costly enough, and read back by its numbers."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices import frame_number
from tests.bench.media import source_picture
from tests.bench.media.source_picture import FRAMES, HEIGHT, WIDTH, luma, pictures


def test_pictures_are_numbered_and_move() -> None:
    first = list(islice(pictures(1), 3))
    assert [each.shape for each in first] == [(HEIGHT * 3 // 2, WIDTH)] * 3
    assert [frame_number.read(each[:HEIGHT]) for each in first] == [0, 1, 2]
    changed = np.abs(first[1][:600].astype(int) - first[0][:600].astype(int))
    assert np.mean(changed > 12) > 0.005


def test_one_seed_is_one_room() -> None:
    assert np.array_equal(next(pictures(7)), next(pictures(7)))
    assert not np.array_equal(next(pictures(7)), next(pictures(8)))


def test_there_is_detail_everywhere() -> None:
    plane = next(pictures(1))[:HEIGHT].astype(np.float32)
    blocks = plane[:, :1280].reshape(HEIGHT // 16, 16, WIDTH // 16, 16).std(axis=(1, 3))
    assert np.mean(blocks > 3) > 0.8


def test_written_pictures_are_found_by_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The whole loop is 415 MB: four pictures show as well where each begins.
    monkeypatch.setattr(source_picture, "FRAMES", 4)
    source_picture.write(tmp_path / "loop.y4m", seed=1)
    assert [frame_number.read(luma(tmp_path / "loop.y4m", number)) for number in range(4)] == [0, 1, 2, 3]
    assert (tmp_path / "loop.y4m").read_bytes().startswith(b"YUV4MPEG2 W1280 H720 F30:1 ")


def test_a_smaller_loop_has_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_picture, "FRAMES", 3)
    source_picture.write(tmp_path / "small.y4m", seed=2, height=360)
    planes = [luma(tmp_path / "small.y4m", number) for number in range(3)]
    assert [plane.shape for plane in planes] == [(360, 640)] * 3
    assert [frame_number.read(plane) for plane in planes] == [0, 1, 2]


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "short.y4m").write_bytes(b"YUV4MPEG2 W1280 H720 F30:1\nFRAME\n")
    with pytest.raises(ValueError, match=f"loop of {FRAMES} pictures"):
        luma(tmp_path / "short.y4m", 0)
