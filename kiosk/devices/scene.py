"""The picture of the simulated camera: a drawn person at a counter who blinks, speaks and waves."""

import math

import numpy as np
from PIL import Image, ImageDraw

from kiosk.devices import i420

PHASES = 24
"""Pictures in the loop; at 12 changes a second it lasts two seconds."""

_SUPERSAMPLING = 2


def draw_scene(width: int, height: int, phase: int) -> i420.Pixels:
    """Phase 0..PHASES-1 of the loop as I420 pixels; `width` and `height` even."""
    scale = _SUPERSAMPLING * height / 360
    image = Image.new("RGB", (width * _SUPERSAMPLING, height * _SUPERSAMPLING), (222, 232, 238))
    pen = ImageDraw.Draw(image)
    middle = image.width / 2

    def ellipse(x: float, y: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        box = (middle + (x - rx) * scale, (y - ry) * scale, middle + (x + rx) * scale, (y + ry) * scale)
        pen.ellipse(box, fill=colour)

    def line(x1: float, y1: float, x2: float, y2: float, thick: float, colour: tuple[int, int, int]) -> None:
        ends = [(middle + x1 * scale, y1 * scale), (middle + x2 * scale, y2 * scale)]
        pen.line(ends, fill=colour, width=round(thick * scale))
        for x, y in ((x1, y1), (x2, y2)):
            ellipse(x, y, thick / 2, thick / 2, colour)

    turn = 2 * math.pi * phase / PHASES
    sway = 6 * math.sin(turn)
    _draw_room(pen, image.width, image.height, scale, middle)
    # Shoulders, neck, arm that waves.
    ellipse(sway * 0.4, 350, 120, 110, (46, 96, 120))
    ellipse(sway * 0.7, 245, 26, 34, (205, 152, 118))
    hand_x, hand_y = 165 + 16 * math.sin(2 * turn), 190 + 5 * math.cos(2 * turn)
    line(100 + sway * 0.4, 290, 150, 262, 34, (46, 96, 120))
    line(150, 262, hand_x, hand_y, 26, (46, 96, 120))
    ellipse(hand_x, hand_y - 14, 19, 23, (214, 162, 128))
    # Head, hair, face.
    ellipse(sway, 160, 74, 88, (98, 72, 58))
    ellipse(sway, 178, 60, 72, (220, 170, 136))
    ellipse(sway - 22, 118, 46, 22, (98, 72, 58))
    for side in (-1, 1):
        if phase % PHASES in (9, 10):
            line(sway + side * 25 - 9, 172, sway + side * 25 + 9, 172, 4, (90, 60, 46))
        else:
            ellipse(sway + side * 25, 171, 10, 9, (250, 250, 250))
            ellipse(sway + side * 25 + 2 * math.sin(turn), 172, 5.5, 5.5, (52, 40, 36))
        ellipse(sway + side * 37, 200, 10, 7, (226, 150, 126))
    line(sway, 178, sway - 4, 197, 5, (196, 142, 110))
    opening = 4 + 7 * abs(math.sin(3 * turn))
    ellipse(sway, 220, 20, opening + 3, (176, 84, 78))
    ellipse(sway, 220 + opening * 0.3, 14, opening * 0.6, (110, 42, 44))
    small = image.resize((width, height), Image.Resampling.BOX)
    return i420.from_bgr(np.asarray(small)[:, :, ::-1], width, height)


def _draw_room(pen: ImageDraw.ImageDraw, width: int, height: int, scale: float, middle: float) -> None:
    """A wall, a window with hills, a shelf: something with edges for the encoder, restful for people."""
    pen.rectangle((0, height * 0.72, width, height), fill=(196, 178, 156))
    left, top, right, bottom = middle - 290 * scale, 40 * scale, middle - 130 * scale, 190 * scale
    pen.rectangle((left, top, right, bottom), fill=(168, 212, 236))
    pen.pieslice((left, top + 70 * scale, right, bottom + 80 * scale), 180, 360, fill=(122, 174, 112))
    pen.ellipse((right - 55 * scale, top + 15 * scale, right - 20 * scale, top + 50 * scale), fill=(252, 220, 120))
    for x in (left, (left + right) / 2, right):
        pen.line((x, top, x, bottom), fill=(250, 250, 248), width=round(7 * scale))
    for y in (top, bottom):
        pen.line((left, y, right, y), fill=(250, 250, 248), width=round(7 * scale))
    shelf_y = 120 * scale
    for index, colour in enumerate(((176, 68, 60), (60, 110, 140), (214, 170, 70), (92, 128, 84), (120, 92, 130))):
        x = middle + (150 + index * 22) * scale
        pen.rectangle((x, shelf_y - (52 + 7 * (index % 3)) * scale, x + 18 * scale, shelf_y), fill=colour)
    pen.rectangle((middle + 135 * scale, shelf_y, middle + 280 * scale, shelf_y + 8 * scale), fill=(140, 104, 72))
