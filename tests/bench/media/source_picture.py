"""The picture that both kiosks and the agent send: ten seconds of somebody who speaks in front of a textured wall.

300 numbered pictures (`kiosk.devices.frame_number`) of 1280 x 720 (or smaller) at 30 a second, as a `.y4m` file that Chromium
plays in a loop as its camera. The wall, the clothes and a page of small print held up are detail that costs an encoder, a
little noise that changes with each picture is what real cameras add; head, body and hand move without pause.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from kiosk.devices import frame_number

WIDTH, HEIGHT = 1280, 720
FRAMES_PER_S = 30
FRAMES = 300
LOOP_S = FRAMES / FRAMES_PER_S

_MARK = b"FRAME\n"
_NOISE = 1.6
"""Standard deviation of the noise of one pixel, in luma steps: a good webcam in a lit room."""


def _header(height: int) -> bytes:
    return f"YUV4MPEG2 W{height * WIDTH // HEIGHT} H{height} F{FRAMES_PER_S}:1 Ip A1:1 C420\n".encode()


def write(file: Path, *, seed: int, height: int = HEIGHT) -> None:
    """Write the loop; the same seed gives the same bytes. Different seeds give different rooms."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("wb") as out:
        out.write(_header(height))
        for number, pixels in enumerate(pictures(seed)):
            out.write(_MARK)
            out.write((pixels if height == HEIGHT else _smaller(pixels, height, number)).tobytes())
    unfinished.replace(file)


def _smaller(i420: Any, height: int, number: int) -> Any:
    """The picture scaled down, its number drawn anew."""
    width = height * WIDTH // HEIGHT
    planes = i420[:HEIGHT], *i420[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    sizes = (width, height), (width // 2, height // 2), (width // 2, height // 2)
    scaled = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane, size in zip(planes, sizes, strict=True)]
    made = np.concatenate([plane.reshape(-1) for plane in scaled]).reshape(height * 3 // 2, width)
    frame_number.draw(made, number)
    return made


def luma(file: Path, number: int) -> Any:
    """Luma of picture `number` of the loop, uint8 of shape (height, width).

    Raises:
        ValueError: the file is not one that `write` made.
    """
    with file.open("rb") as loop:
        header = loop.readline()
    height = next((int(word[1:]) for word in header.split() if word.startswith(b"H") and word[1:].isdigit()), 0)
    width = height * WIDTH // HEIGHT
    pixels = width * height * 3 // 2
    if header != _header(height) or file.stat().st_size != len(header) + FRAMES * (len(_MARK) + pixels):
        raise ValueError(f"{file} is not the loop of {FRAMES} pictures")
    begin = len(header) + (number % FRAMES) * (len(_MARK) + pixels) + len(_MARK)
    return np.array(np.memmap(file, np.uint8, "r", begin, (height, width)))


def pictures(seed: int) -> Iterator[Any]:
    """The pictures of the loop, each I420 of shape (1080, 1280)."""
    random = np.random.default_rng(seed)
    wall = _wall(random)
    page = _page(random)
    cloth = _texture(random, 520, 560, grain=3, contrast=26) + np.array((116, 84, 58)) + random.integers(-20, 20, 3)
    noise = random.normal(0, _NOISE, (HEIGHT + 64, WIDTH + 64)).astype(np.int8)
    shifts = random.integers(0, 64, (FRAMES, 2))
    for number in range(FRAMES):
        picture = wall.copy()
        _draw_person(picture, cloth, 2 * np.pi * number / FRAMES)
        _hold_page(picture, page, 2 * np.pi * number / FRAMES)
        i420 = cv2.cvtColor(np.clip(picture, 0, 255).astype(np.uint8), cv2.COLOR_BGR2YUV_I420)
        down, right = shifts[number]
        grain = noise[down : down + HEIGHT, right : right + WIDTH]
        i420[:HEIGHT] = np.clip(i420[:HEIGHT].astype(np.int16) + grain, 16, 235).astype(np.uint8)
        frame_number.draw(i420, number)
        yield i420


def _texture(random: np.random.Generator, height: int, width: int, *, grain: int, contrast: float) -> Any:
    """Smooth noise without a direction, three channels the same, mean 0."""
    rough = random.normal(0, 1, (height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), grain)
    return (contrast * smooth / smooth.std())[:, :, None].repeat(3, axis=2)


def _wall(random: np.random.Generator) -> Any:
    """Wallpaper with a pattern, a shelf of books, a notice board: nothing there is flat."""
    tint = random.integers(150, 190, 3).astype(np.float32)
    wall = (
        tint
        + _texture(random, HEIGHT, WIDTH, grain=2, contrast=9)
        + _texture(random, HEIGHT, WIDTH, grain=40, contrast=14)
    )
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    wall += (12 * np.sign(np.sin(columns / 11.0) * np.sin(rows / 17.0)))[:, :, None]
    wall = np.clip(wall, 0, 255).astype(np.uint8)
    left = 30
    while left < 330:
        wide, tall = int(random.integers(12, 34)), int(random.integers(120, 190))
        colour = tuple(int(each) for each in random.integers(30, 220, 3))
        cv2.rectangle(wall, (left, 330 - tall), (left + wide, 330), colour, -1)
        cv2.putText(wall, "cerfa", (left + 2, 320 - tall // 2), cv2.FONT_HERSHEY_PLAIN, 0.8, (240, 240, 240), 1)
        left += wide + 3
    cv2.rectangle(wall, (20, 330), (350, 344), (60, 90, 120), -1)
    cv2.rectangle(wall, (920, 40), (1240, 300), (200, 222, 228), -1)
    for line in range(16):
        words = "".join(chr(int(each)) for each in random.integers(97, 123, 34))
        cv2.putText(wall, words, (930, 60 + 15 * line), cv2.FONT_HERSHEY_PLAIN, 0.9, (50, 50, 60), 1, cv2.LINE_AA)
    return wall.astype(np.float32)


def _page(random: np.random.Generator) -> Any:
    """A sheet of small print, as somebody holds it to the camera."""
    page = np.full((230, 170, 3), 236, np.uint8)
    for line in range(17):
        words = "".join(chr(int(each)) for each in random.integers(97, 123, 22))
        cv2.putText(page, words, (8, 16 + 13 * line), cv2.FONT_HERSHEY_PLAIN, 0.75, (40, 40, 46), 1, cv2.LINE_AA)
    return page.astype(np.float32)


def _draw_person(picture: Any, cloth: Any, turn: float) -> None:
    sway, nod = 34 * np.sin(2 * turn), 9 * np.sin(5 * turn)
    middle, shoulders = int(640 + sway), int(470 + nod / 2)
    # Body: a textured oval, cut by the lower edge.
    mask = np.zeros((520, 560), np.uint8)
    cv2.ellipse(mask, (280, 300), (270, 290), 0, 0, 360, 255, -1, cv2.LINE_AA)
    _paste(picture, cloth, mask, middle - 280, shoulders - 30)
    cv2.rectangle(picture, (middle - 42, shoulders - 60), (middle + 42, shoulders + 30), (120, 160, 205), -1)
    head_x, head_y = int(middle + 14 * np.sin(3 * turn)), int(300 + nod)
    cv2.ellipse(picture, (head_x, head_y - 16), (126, 160), 8 * np.sin(2 * turn), 0, 360, (38, 52, 70), -1, cv2.LINE_AA)
    cv2.ellipse(
        picture, (head_x, head_y + 12), (102, 132), 8 * np.sin(2 * turn), 0, 360, (136, 172, 218), -1, cv2.LINE_AA
    )
    for strand in range(26):
        angle = np.pi * (1.08 + strand / 29)
        start = (int(head_x + 98 * np.cos(angle)), int(head_y - 8 + 118 * np.sin(angle)))
        end = (int(head_x + 128 * np.cos(angle)), int(head_y - 14 + 158 * np.sin(angle)))
        cv2.line(picture, start, end, (60 + strand % 5 * 14, 74, 96), 2, cv2.LINE_AA)
    looks = int(7 * np.sin(4 * turn))
    for side in (-42, 42):
        eye = (head_x + side, head_y - 14)
        closed = np.sin(6 * turn + 1) > 0.94
        cv2.ellipse(picture, eye, (20, 2 if closed else 12), 0, 0, 360, (245, 245, 245), -1, cv2.LINE_AA)
        if not closed:
            cv2.circle(picture, (eye[0] + looks, eye[1]), 8, (50, 60, 50), -1, cv2.LINE_AA)
        cv2.ellipse(picture, (eye[0], eye[1] - 24), (26, 7), 0, 190, 350, (40, 54, 72), 5, cv2.LINE_AA)
    cv2.line(picture, (head_x, head_y), (head_x - 8, head_y + 42), (104, 140, 190), 5, cv2.LINE_AA)
    opens = int(6 + 16 * abs(np.sin(23 * turn)) * (0.4 + 0.6 * abs(np.sin(7 * turn))))
    cv2.ellipse(picture, (head_x, head_y + 82), (36, opens), 0, 0, 360, (70, 66, 150), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (head_x, head_y + 82), (26, max(1, opens - 6)), 0, 0, 360, (40, 30, 70), -1, cv2.LINE_AA)


def _hold_page(picture: Any, page: Any, turn: float) -> None:
    """The hand and what it holds, which turns and travels."""
    degrees, grown = 12 * np.sin(3 * turn), 1.0 + 0.12 * np.sin(2 * turn + 1)
    spin = cv2.getRotationMatrix2D((85, 115), degrees, grown)
    spin[:, 2] += (35, 35)
    size = (240, 300)
    turned = cv2.warpAffine(page, spin, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpAffine(np.full(page.shape[:2], 255, np.uint8), spin, size)
    left, top = int(860 + 70 * np.sin(2 * turn + 0.5)), int(330 + 44 * np.sin(5 * turn))
    _paste(picture, turned, mask, left, top)
    cv2.ellipse(picture, (left + 60, top + 250), (54, 38), degrees, 0, 360, (126, 164, 212), -1, cv2.LINE_AA)
    for finger in range(4):
        tip = (left + 40 + 26 * finger, top + 222 + int(4 * np.sin(9 * turn + finger)))
        cv2.line(picture, tip, (tip[0] - 6, tip[1] + 44), (116, 154, 204), 16, cv2.LINE_AA)


def _paste(picture: Any, patch: Any, mask: Any, left: int, top: int) -> None:
    """Blend `patch` where `mask` says, cut at the picture's edges."""
    height, width = min(mask.shape[0], HEIGHT - top), min(mask.shape[1], WIDTH - left)
    share = mask[:height, :width, None].astype(np.float32) / 255
    place = picture[top : top + height, left : left + width]
    place *= 1 - share
    place += patch[:height, :width] * share
