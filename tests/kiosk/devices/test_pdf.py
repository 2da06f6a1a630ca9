"""Pages into one PDF."""

import io
from collections.abc import Callable

import pypdf
import pytest
from PIL import Image

from kiosk.devices.pdf import pages_to_pdf


def jpeg(mode: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, "JPEG")
    return out.getvalue()


def test_pages_are_upright_a4_in_order() -> None:
    data = pages_to_pdf([jpeg("L", (1240, 1754)), jpeg("RGB", (1754, 1240)), jpeg("RGB", (300, 300))])
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert len(pages) == 3
    for page in pages:
        width, height = page.mediabox[2:]
        assert abs(width - 595.3) < 2
        assert abs(height - 841.9) < 2


def test_the_file_says_nothing_of_who_and_when(jpeg_page: Callable[..., bytes]) -> None:
    data = pages_to_pdf([jpeg_page()])
    for word in (b"CreationDate", b"ModDate", b"Author", b"Title", b"/Producer (P"):
        assert word not in data
    information = pypdf.PdfReader(io.BytesIO(data)).metadata or {}
    assert not any(str(value).strip() for value in information.values())


@pytest.mark.parametrize("pages", [[], [b""], [b"\xff\xd8\xff"], [b"\x89PNG\r\n\x1a\n"]])
def test_what_is_not_pages_is_refused(pages: list[bytes]) -> None:
    with pytest.raises(ValueError):
        pages_to_pdf(pages)
