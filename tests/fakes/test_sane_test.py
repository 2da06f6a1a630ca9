"""The chessboard is recognised, and nothing else is taken for it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes.sane_test import likeness, pages_of, reference_page, write_sane_config


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> object:
    return reference_page(write_sane_config(tmp_path_factory.mktemp("sane")))


def test_scanned_page_is_like_itself_after_compression_in_a_pdf(reference: object, tmp_path: Path) -> None:
    page = Image.fromarray(np.asarray(reference)).resize((1654, 2339))
    page.save(tmp_path / "two.pdf", save_all=True, append_images=[page], quality=60)
    found = pages_of(tmp_path / "two.pdf")
    assert [likeness(each, reference) > 0.95 for each in found] == [True, True]


def test_other_pages_are_not(reference: object) -> None:
    board = np.asarray(reference)
    assert likeness(np.full_like(board, 255), reference) == 0
    assert likeness(255 - board, reference) < 0
    assert likeness(np.random.default_rng(1).integers(0, 255, board.shape), reference) < 0.2
