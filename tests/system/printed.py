"""Is what came out of the printer the form that the agent sent? Compared as pixels, coarsely."""

from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from tests.fakes.sane_test import likeness

_COMPARED_AT = (210, 297)


def likeness_of_pages(printed: Path, form: Path) -> list[float]:
    """Correlation of each printed page with the form's, -1 to 1; an empty list when their numbers differ.

    The whole pile may come last page first: CUPS does so for a printer whose sheets fall face up.
    """
    out, sent = _pages(printed), _pages(form)
    if len(out) != len(sent):
        return []
    piles = ([_best(one, other) for one, other in zip(pile, sent, strict=True)] for pile in (out, out[::-1]))
    return max(piles, key=min)


def _pages(pdf: Path) -> list[Any]:
    with pypdfium2.PdfDocument(pdf) as document:
        images = [page.render(scale=1.0, grayscale=True).to_pil() for page in document]
    return [np.asarray(image.convert("L").resize(_COMPARED_AT, Image.Resampling.BOX)) for image in images]


def _best(page: Any, reference: Any) -> float:
    """The likeness, allowing for the margins that a print service adds: up to 6 mm, and 6 % of size."""
    best = likeness(page, reference)
    height, width = page.shape
    for shrink in (0.94, 0.96, 0.98, 1.0):
        size = (round(width * shrink), round(height * shrink))
        small = np.asarray(Image.fromarray(reference).resize(size, Image.Resampling.BOX))
        for left in range(0, width - size[0] + 1, 2):
            for top in range(0, height - size[1] + 1, 2):
                sheet = np.full_like(page, 255)
                sheet[top : top + size[1], left : left + size[0]] = small
                best = max(best, likeness(page, sheet))
    return best
