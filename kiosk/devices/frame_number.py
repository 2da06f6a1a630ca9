"""A number drawn into a picture so that it can be read back after coding, scaling and a bad link.

A band of 18 x 2 cells at the bottom of the picture, in fractions of its size so that any uniform scaling keeps it
readable: columns are W/20 wide from x = W/20, rows are 6 % of H high, the band ends 4 % of H above the bottom edge.
The first column is white, the last black (they give the threshold); the 16 columns between hold, row by row and
most significant first, 24 bits of number and 8 bits of check (CRC-8, polynomial 0x07, of its three bytes). Luma 235
is one, 16 is zero. Above the band the same number stands in decimal digits, for people.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]

MAX_NUMBER = (1 << 24) - 1

_COLUMNS, _ROWS = 18, 2
_LEFT, _COLUMN_WIDTH = 1 / 20, 1 / 20
_ROW_HEIGHT, _BOTTOM = 0.06, 0.96
_WHITE, _BLACK = 235, 16
_MIN_CONTRAST = 60.0
_CLEAR = 0.32
"""A cell counts when it is nearer than this share of the contrast to black or to white."""

_DIGITS = (
    "01110 10001 10011 10101 11001 10001 01110",
    "00100 01100 00100 00100 00100 00100 01110",
    "01110 10001 00001 00110 01000 10000 11111",
    "01110 10001 00001 00110 00001 10001 01110",
    "00010 00110 01010 10010 11111 00010 00010",
    "11111 10000 11110 00001 00001 10001 01110",
    "00110 01000 10000 11110 10001 10001 01110",
    "11111 00001 00010 00100 01000 01000 01000",
    "01110 10001 10001 01110 10001 10001 01110",
    "01110 10001 10001 01111 00001 00010 01100",
)


def draw(i420: Pixels, number: int) -> None:
    """Draw `number` (modulo 2**24) in place into a picture of shape (height * 3 // 2, width)."""
    height, width = i420.shape[0] * 2 // 3, i420.shape[1]
    number &= MAX_NUMBER
    luma = i420[:height]
    bits = _bits(number)
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            top, bottom, left, right = _cell(height, width, row, column)
            luma[top:bottom, left:right] = _WHITE if bits[row][column] else _BLACK
    top, bottom, left, _ = _cell(height, width, 0, 0)
    right = _cell(height, width, 0, _COLUMNS - 1)[3]
    _grey_chroma(i420, height, width, top, _cell(height, width, 1, 0)[1], left, right)
    _draw_digits(luma, number, top, left)


def read(luma: NDArray[Any]) -> int | None:
    """The number in a picture's luma plane (height, width), any size; None when it cannot be read for sure."""
    height, width = luma.shape
    if width < 40 or height < 40:
        return None
    means = np.empty((_ROWS, _COLUMNS))
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            top, bottom, left, right = _cell(height, width, row, column)
            # The middle of the cell only: coding and scaling blur the edges.
            dy, dx = (bottom - top) // 4, (right - left) // 4
            means[row, column] = luma[top + dy : bottom - dy, left + dx : right - dx].mean()
    white, black = float(means[:, 0].mean()), float(means[:, -1].mean())
    contrast = white - black
    if contrast < _MIN_CONTRAST:
        return None
    levels = (means[:, 1:-1] - black) / contrast
    ones = levels > 0.5
    if np.any(np.abs(levels - ones) > _CLEAR):
        return None
    value = 0
    for bit in ones.reshape(-1):
        value = value << 1 | int(bit)
    number, check = value >> 8, value & 0xFF
    return number if _crc8(number) == check else None


def _bits(number: int) -> list[list[bool]]:
    value = number << 8 | _crc8(number)
    data = [bool(value >> shift & 1) for shift in range(31, -1, -1)]
    return [[True, *data[row * 16 : row * 16 + 16], False] for row in range(_ROWS)]


def _cell(height: int, width: int, row: int, column: int) -> tuple[int, int, int, int]:
    """(top, bottom, left, right) in pixels."""
    top = (_BOTTOM - (_ROWS - row) * _ROW_HEIGHT) * height
    left = (_LEFT + column * _COLUMN_WIDTH) * width
    return round(top), round(top + _ROW_HEIGHT * height), round(left), round(left + _COLUMN_WIDTH * width)


def _crc8(number: int) -> int:
    crc = 0
    for byte in number.to_bytes(3, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def _grey_chroma(i420: Pixels, height: int, width: int, top: int, bottom: int, left: int, right: int) -> None:
    planes = i420[height:].reshape(2, height // 2, width // 2)
    planes[:, top // 2 : (bottom + 1) // 2, left // 2 : (right + 1) // 2] = 128


def _draw_digits(luma: Pixels, number: int, band_top: int, left: int) -> None:
    scale = max(1, luma.shape[0] // 120)
    for index, digit in enumerate(f"{number:08d}"):
        glyph = np.array([[int(dot) for dot in line] for line in _DIGITS[int(digit)].split()], dtype=np.uint8)
        glyph = np.pad(glyph, 1).repeat(scale, axis=0).repeat(scale, axis=1)
        top, start = band_top - glyph.shape[0] - scale, left + index * 6 * scale
        target = luma[top : top + glyph.shape[0], start : start + glyph.shape[1]]
        target[:] = np.where(glyph == 1, _WHITE, _BLACK)
