"""Pages as a scanner reads them: A4 in grey, 200 dots per inch, text on paper that has a grain; encoded as the kiosk does."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kiosk.core.conversation import MAX_PAGE_BYTES
from kiosk.core.ports import PageScanned
from kiosk.devices.scanner_worker import encode_page

DPI = 200
WIDTH_PX, HEIGHT_PX = 1654, 2339
LETTER_LINES, DENSE_LINES = 24, 43
"""Of 92 letters: a letter with its heading and signature, and a page printed from edge to edge."""
LINE_PX = 46
WORDS = "la personne de votre foyer dont les ressources du trimestre ont change doit le declarer avant la fin du mois"
GRAIN = 1.5
"""Standard deviation of the paper's grain and the sensor's noise, in shades of 255."""


def scanned_page(number: int, *, lines: int = LETTER_LINES) -> PageScanned:
    """Page `number`, different from all others."""
    random = np.random.default_rng(number)
    picture = Image.new("L", (WIDTH_PX, HEIGHT_PX), 246)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(30)
    words = WORDS.split()
    top = (HEIGHT_PX - lines * LINE_PX) // 2
    for line_no in range(lines):
        line = " ".join(words[int(place)] for place in random.integers(0, len(words), 24))
        draw.text((150, top + line_no * LINE_PX), line[:92], fill=40, font=font)
    grain = random.normal(0, GRAIN, (HEIGHT_PX, WIDTH_PX))
    pixels = np.clip(np.asarray(picture, dtype=np.float64) + grain, 0, 255).astype(np.uint8)
    jpeg = encode_page(Image.fromarray(pixels), MAX_PAGE_BYTES)
    return PageScanned(number, jpeg, b"preview", WIDTH_PX, HEIGHT_PX, DPI)
