"""Uncompressed video files (YUV4MPEG2, as yuv4mpeg(5) of the mjpegtools says), read without any decoding.

Only what a camera gives: 4:2:0, eight bits, even sides. Each picture is read from the file when it is asked for, so a
long file costs no memory of ours.
"""

import os
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np

from kiosk.devices.i420 import Pixels

SUFFIX = ".y4m"
_MAGIC = b"YUV4MPEG2"
_MARK = b"FRAME\n"
_MAX_HEADER = 512
_CHROMA = (b"420", b"420jpeg", b"420mpeg2", b"420paldv")


class Y4mUnreadable(ValueError):
    """Not such a file, or of a kind that is not read here."""


class Y4mFile:
    """An open file. Its frames must carry no parameters of their own, so that they are equally far apart."""

    def __init__(self, path: Path) -> None:
        """Open `path` and read its header.

        Raises:
            OSError: it cannot be read.
            Y4mUnreadable: see there.
        """
        self._file: BinaryIO = path.open("rb", buffering=0)
        try:
            header, newline, _ = self._file.read(_MAX_HEADER).partition(b"\n")
            words = header.split(b" ")
            if words[0] != _MAGIC or not newline:
                raise Y4mUnreadable("not a YUV4MPEG2 file")
            tags = {word[:1]: word[1:] for word in words[1:]}
            if tags.get(b"C", b"420") not in _CHROMA:
                raise Y4mUnreadable("not 4:2:0 of eight bits")
            self.width, self.height = _side(tags.get(b"W")), _side(tags.get(b"H"))
            self.frames_per_s = _rate(tags.get(b"F", b""))
            self._first = len(header) + 1
            self._size = self.width * self.height * 3 // 2
            length = os.fstat(self._file.fileno()).st_size - self._first
            self.frames = length // (len(_MARK) + self._size)
            if not self.frames:
                raise Y4mUnreadable("no picture in it")
        except BaseException:
            self._file.close()
            raise

    def picture(self, index: int) -> Pixels:
        """Picture `index`, from 0: a new uint8 array of shape (height * 3 // 2, width).

        Raises:
            Y4mUnreadable: the file is not made of pictures of one size, or was cut meanwhile.
        """
        at = self._first + index * (len(_MARK) + self._size)
        mark = os.pread(self._file.fileno(), len(_MARK), at)
        pixels = np.empty(self._size, dtype=np.uint8)
        if mark != _MARK or os.preadv(self._file.fileno(), [pixels.data], at + len(_MARK)) != self._size:
            raise Y4mUnreadable("no picture where one should be")
        return pixels.reshape(self.height * 3 // 2, self.width)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _side(text: bytes | None) -> int:
    if text is None or not text.isdigit() or int(text) % 2 or not 2 <= int(text) <= 8192:
        raise Y4mUnreadable("no even width and height")
    return int(text)


def _rate(text: bytes) -> float:
    """Pictures a second; 30 when the file does not tell."""
    above, _, below = text.partition(b":")
    if not above.isdigit() or not below.isdigit() or not int(above) or not int(below):
        return 30.0
    return int(above) / int(below)
