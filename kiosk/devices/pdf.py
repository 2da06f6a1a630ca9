"""Pages in, one PDF out: what is sent to the printer, without anything that tells who or when."""

import io
from collections.abc import Iterator, Sequence

from PIL import Image

_A4_PORTRAIT_MM = (210.0, 297.0)
_QUALITY = 92


def pages_to_pdf(pages: Sequence[bytes]) -> bytes:
    """One A4 page per JPEG, in order, upright (a page wider than high is turned by a quarter).

    Raises:
        ValueError: no page, or one that is not a JPEG.
    """
    if not pages:
        raise ValueError("nothing to print")
    images = _images(pages)
    first = next(images)
    out = io.BytesIO()
    # `producer` and dates would be written by default: empty them.
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=images,
        resolution=first.height / (_A4_PORTRAIT_MM[1] / 25.4),
        quality=_QUALITY,
        producer="",
        creationDate=None,
        modDate=None,
    )
    return out.getvalue()


def _images(pages: Sequence[bytes]) -> Iterator[Image.Image]:
    """Each page on a sheet of A4's proportions, all of the first one's size."""
    sheet: tuple[int, int] | None = None
    for page in pages:
        try:
            with Image.open(io.BytesIO(page), formats=["JPEG"]) as opened:
                image = opened.convert("L" if opened.mode == "L" else "RGB")
        except OSError:
            raise ValueError("a page is not a JPEG") from None
        if image.width > image.height:
            image = image.transpose(Image.Transpose.ROTATE_90)
        if sheet is None:
            height = max(image.height, round(image.width * _A4_PORTRAIT_MM[1] / _A4_PORTRAIT_MM[0]))
            sheet = (round(height * _A4_PORTRAIT_MM[0] / _A4_PORTRAIT_MM[1]), height)
        if image.size != sheet:
            image.thumbnail(sheet)
            white = Image.new(image.mode, sheet, "white")
            white.paste(image, ((sheet[0] - image.width) // 2, (sheet[1] - image.height) // 2))
            image = white
        yield image
