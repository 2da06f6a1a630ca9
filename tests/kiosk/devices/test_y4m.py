"""Uncompressed video files: what is read is what was written, and what cannot be a camera is refused."""

from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.y4m import Y4mFile, Y4mUnreadable

HEADER = b"YUV4MPEG2 W8 H4 F30:1 Ip A1:1 C420jpeg"


def write(file: Path, *pictures: np.ndarray, header: bytes = HEADER) -> Path:
    file.write_bytes(header + b"\n" + b"".join(b"FRAME\n" + each.astype(np.uint8).tobytes() for each in pictures))
    return file


def picture(value: int) -> np.ndarray:
    return (np.arange(48) + value).reshape(6, 8)


def test_pictures_are_read_in_any_order(tmp_path: Path) -> None:
    with Y4mFile(write(tmp_path / "a.y4m", picture(1), picture(50), picture(99))) as file:
        assert (file.width, file.height, file.frames, file.frames_per_s) == (8, 4, 3, 30.0)
        for index, value in ((2, 99), (0, 1), (1, 50)):
            pixels = file.picture(index)
            assert pixels.tolist() == picture(value).tolist()
            assert pixels.dtype == np.uint8
            assert pixels.flags.c_contiguous


@pytest.mark.parametrize(("text", "rate"), [(b"F25:2", 12.5), (b"F0:0", 30.0), (b"Fx", 30.0), (b"X", 30.0)])
def test_the_rate(tmp_path: Path, text: bytes, rate: float) -> None:
    with Y4mFile(write(tmp_path / "a.y4m", picture(1), header=b"YUV4MPEG2 W8 H4 " + text)) as file:
        assert file.frames_per_s == rate


@pytest.mark.parametrize(
    "header",
    [
        b"YUV4MPEG W8 H4",
        b"YUV4MPEG2 H4",
        b"YUV4MPEG2 W7 H4",
        b"YUV4MPEG2 W8 H99999",
        b"YUV4MPEG2 W8 H4 C444",
        b"YUV4MPEG2 W8 H4 C420p10",
        b"YUV4MPEG2 W800 H400",
    ],
)
def test_another_kind_is_refused(tmp_path: Path, header: bytes) -> None:
    with pytest.raises(Y4mUnreadable):
        Y4mFile(write(tmp_path / "a.y4m", picture(1), header=header))


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.y4m").write_bytes(b"YUV4MPEG2 " + b"x" * 2000)
    with pytest.raises(Y4mUnreadable):
        Y4mFile(tmp_path / "a.y4m")


def test_frames_with_parameters_and_frames_cut_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.y4m", picture(1), picture(2))
    with Y4mFile(file) as opened:
        file.write_bytes(file.read_bytes()[:-1])
        assert opened.picture(0) is not None
        with pytest.raises(Y4mUnreadable):
            opened.picture(1)
        file.write_bytes(file.read_bytes().replace(b"FRAME\n", b"FRAME Ip\n"))
        with pytest.raises(Y4mUnreadable):
            opened.picture(0)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="absent"):
        Y4mFile(tmp_path / "absent.y4m")
