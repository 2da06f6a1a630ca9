"""What the agent's camera sees in the system tests: a drawn person, and a frame number that can be read back.

The number stands in several small badges with a magenta frame, so that it is found on a screenshot wherever the
picture was put, scaled, cropped to a square or partly covered. Chromium plays the file in a loop as a camera.
"""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw

WIDTH_PX, HEIGHT_PX = 1280, 720
FRAMES = 240
"""Eight seconds at the 30 frames per second of Chromium's file camera; then the numbers start again."""

BADGES = ((290, 96), (840, 96), (290, 330), (840, 330))
BADGE_W, BADGE_H, BORDER = 150, 82, 10
COLUMNS, ROWS = 8, 3
MAGENTA = (214, 0, 200)
CHECK_SALT = 0x5A
"""Keeps a number of zeros from being an all black badge."""


def write_camera_file(file: Path) -> None:
    """Write FRAMES numbered pictures as one Motion-JPEG file (`file` must end in .mjpeg, Chromium looks at it)."""
    scene = _scene()
    with file.open("wb") as out:
        for number in range(FRAMES):
            picture = scene.copy()
            _move_lips(picture, number)
            for left, top in BADGES:
                _draw_badge(picture, left, top, number)
            data = io.BytesIO()
            picture.save(data, "JPEG", quality=82)
            out.write(data.getvalue())


def read_number(pixels: Any) -> int | None:
    """The frame number shown somewhere in `pixels` (uint8, height x width x 3, RGB); None when none can be read."""
    red, green, blue = (pixels[:, :, channel].astype(np.int16) for channel in range(3))
    mask = ((red - green > 70) & (blue - green > 70)).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    luma = (pixels @ np.array([0.299, 0.587, 0.114])).astype(np.float64)
    by_size = sorted(range(1, count), key=lambda label: -int(boxes[label, cv2.CC_STAT_AREA]))
    for label in by_size[:12]:
        left, top, width, height = (int(value) for value in boxes[label, :4])
        if width < 30 or not 1.4 < width / max(1, height) < 2.4:
            continue
        number = _read_badge(luma[top : top + height, left : left + width])
        if number is not None:
            return number
    return None


def advanced(first: int, second: int) -> int:
    """How many frames lie between two numbers read one after the other, in a loop of FRAMES."""
    return (second - first) % FRAMES


def _bits(number: int) -> list[bool]:
    value = number << 8 | _check(number)
    return [bool(value >> shift & 1) for shift in range(COLUMNS * ROWS - 1, -1, -1)]


def _check(number: int) -> int:
    return ((number >> 8) * 31 + (number & 0xFF) * 7 & 0xFF) ^ CHECK_SALT


def _draw_badge(picture: Image.Image, left: int, top: int, number: int) -> None:
    draw = ImageDraw.Draw(picture)
    draw.rectangle((left, top, left + BADGE_W - 1, top + BADGE_H - 1), fill=MAGENTA)
    cell_w, cell_h = (BADGE_W - 2 * BORDER) / COLUMNS, (BADGE_H - 2 * BORDER) / ROWS
    for index, bit in enumerate(_bits(number)):
        x, y = left + BORDER + index % COLUMNS * cell_w, top + BORDER + index // COLUMNS * cell_h
        box = (round(x), round(y), round(x + cell_w) - 1, round(y + cell_h) - 1)
        draw.rectangle(box, fill=(255, 255, 255) if bit else (0, 0, 0))


def _read_badge(luma: Any) -> int | None:
    height, width = luma.shape
    border_x, border_y = BORDER / BADGE_W * width, BORDER / BADGE_H * height
    cell_w, cell_h = (width - 2 * border_x) / COLUMNS, (height - 2 * border_y) / ROWS
    levels = []
    for index in range(COLUMNS * ROWS):
        x, y = border_x + index % COLUMNS * cell_w, border_y + index // COLUMNS * cell_h
        patch = luma[
            round(y + cell_h * 0.3) : round(y + cell_h * 0.7), round(x + cell_w * 0.3) : round(x + cell_w * 0.7)
        ]
        if not patch.size:
            return None
        levels.append(float(patch.mean()))
    if max(levels) - min(levels) < 80:
        return None
    threshold = (max(levels) + min(levels)) / 2
    value = 0
    for level in levels:
        value = value << 1 | (level > threshold)
    number, check = value >> 8, value & 0xFF
    return number if check == _check(number) and number < FRAMES else None


def _scene() -> Image.Image:
    """A person at a desk, drawn with a few shapes at four times the size, then made smooth."""
    scale = 2
    picture = Image.new("RGB", (WIDTH_PX * scale, HEIGHT_PX * scale), (226, 220, 208))
    draw = ImageDraw.Draw(picture)

    def box(x0: int, y0: int, x1: int, y1: int) -> tuple[int, int, int, int]:
        return x0 * scale, y0 * scale, x1 * scale, y1 * scale

    draw.rectangle(box(0, 560, 1280, 720), fill=(196, 180, 156))
    draw.rounded_rectangle(box(330, 60, 950, 430), 24, fill=(206, 222, 230))
    draw.rectangle(box(632, 60, 648, 430), fill=(240, 238, 232))
    draw.ellipse(box(470, 150, 810, 560), fill=(74, 52, 40))
    draw.rounded_rectangle(box(585, 430, 695, 600), 40 * scale, fill=(214, 166, 138))
    draw.rounded_rectangle(box(400, 540, 880, 900), 140 * scale, fill=(38, 70, 104))
    draw.polygon([(x * scale, y * scale) for x, y in ((580, 542), (700, 542), (640, 640))], fill=(244, 242, 236))
    draw.ellipse(box(515, 190, 765, 500), fill=(228, 184, 156))
    draw.chord(box(500, 160, 780, 400), 180, 360, fill=(74, 52, 40))
    for x in (575, 675):
        draw.ellipse(box(x, 318, x + 30, 344), fill=(250, 250, 250))
        draw.ellipse(box(x + 7, 320, x + 25, 342), fill=(52, 44, 40))
        draw.arc(box(x - 8, 288, x + 40, 330), 200, 340, fill=(74, 52, 40), width=6 * scale)
    draw.arc(box(622, 340, 662, 402), 40, 140, fill=(196, 146, 120), width=5 * scale)
    draw.arc(box(480, 140, 800, 460), 190, 350, fill=(40, 40, 44), width=12 * scale)
    draw.rounded_rectangle(box(490, 300, 524, 390), 14 * scale, fill=(40, 40, 44))
    draw.rounded_rectangle(box(756, 300, 790, 390), 14 * scale, fill=(40, 40, 44))
    return picture.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)


def _move_lips(picture: Image.Image, number: int) -> None:
    opening = 6 + abs(number % 24 - 12)
    ImageDraw.Draw(picture).ellipse((602, 424, 678, 428 + opening), fill=(168, 70, 72))
