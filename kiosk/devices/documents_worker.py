"""The process that opens a file which arrived. Runs in the sandbox (`kiosk.devices.sandbox`), for one file.

First frame of standard input: `{"mime": ..., "max_pages": ...}` with the file as its blob. Frames on standard
output: one `page` per page (two JPEG blobs: page, preview), then `done`; or `refused` with the reason.
A broken file may end this process in any way: the other side counts that as unreadable.
"""

import io
import resource
import warnings
from collections.abc import Iterator
from typing import Any

from kiosk.devices.worker_side import WorkerSide

CPU_LIMIT_S = 20
MEMORY_LIMIT_BYTES = 1 << 30
MAX_SIDE_PX = 10_000
DPI = 150
A4_PX = (1240, 1754)
"""A4 upright at 150 dpi."""

_POINTS_PER_INCH = 72
_PREVIEW_HEIGHT_PX = 900
_PAGE_QUALITY, _PREVIEW_QUALITY = 85, 70
_PICTURE_MARGIN_PX = 60


class Refused(Exception):
    """The file cannot be printed; `why` is a value of `PrintRefusal`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def limit_resources() -> None:
    """Bound what a hostile file can make the libraries take."""
    for what, limit in (
        (resource.RLIMIT_CPU, CPU_LIMIT_S),
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def pdf_pages(data: bytes, max_pages: int) -> Iterator[Any]:
    """Each page as a picture of A4's size. Raises Refused."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "assword" in str(error) else "unreadable") from None
    count = len(document)
    if count > max_pages:
        raise Refused("too_many_pages")
    if count == 0:
        raise Refused("unreadable")
    # Without this, what was typed into the fields of a form is not drawn.
    document.init_forms()
    for index in range(count):
        try:
            page = document[index]
            width, height = page.get_size()
            if not (0 < width < 1e6 and 0 < height < 1e6):
                raise Refused("unreadable")
            sheet = sheet_for(width, height)
            scale = min(DPI / _POINTS_PER_INCH, sheet[0] / width, sheet[1] / height)
            picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
            page.close()
        except pypdfium2.PdfiumError:
            raise Refused("unreadable") from None
        yield on_sheet(picture, sheet)


def picture_page(data: bytes, mime: str) -> Iterator[Any]:
    """A picture as one A4 page. Raises Refused."""
    from PIL import Image, ImageOps

    image: Image.Image
    image = Image.open(io.BytesIO(data), formats=["JPEG" if mime == "image/jpeg" else "PNG"])
    if max(image.size) > MAX_SIDE_PX:
        raise Refused("too_large")
    # A JPEG is decoded at a fraction of its size when that is still enough for paper.
    image.draft("RGB", (A4_PX[1], A4_PX[1]))
    if image.mode not in ("RGB", "L"):
        if image.mode.startswith("I"):  # 16 bits a channel: `convert` alone would clip instead of scale
            image = image.point(lambda value: value / 256).convert("L")
        elif "A" in image.mode or "transparency" in image.info:
            image = image.convert("RGBA")
            if max(image.size) > A4_PX[1]:
                image.thumbnail((A4_PX[1], A4_PX[1]))
            white = Image.new("RGB", image.size, "white")
            white.paste(image, mask=image.getchannel("A"))
            image = white
        else:
            image = image.convert("RGB")
    image = ImageOps.exif_transpose(image)
    sheet = sheet_for(*image.size)
    room = (sheet[0] - 2 * _PICTURE_MARGIN_PX, sheet[1] - 2 * _PICTURE_MARGIN_PX)
    yield on_sheet(ImageOps.contain(image, room).convert("RGB"), sheet)


def sheet_for(width: float, height: float) -> tuple[int, int]:
    """A4 upright or lying, as the page."""
    return A4_PX if height >= width else (A4_PX[1], A4_PX[0])


def on_sheet(picture: Any, sheet: tuple[int, int]) -> Any:
    """`picture` in the middle of a white sheet of exactly that size."""
    from PIL import Image

    picture.thumbnail(sheet)
    page = Image.new("RGB", sheet, "white")
    page.paste(picture, ((sheet[0] - picture.width) // 2, (sheet[1] - picture.height) // 2))
    return page


def jpeg(image: Any, quality: int) -> bytes:
    """`image` as a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def main() -> None:
    """Entry point of the process."""
    limit_resources()
    # Libraries warn about broken files; the answer is what counts.
    warnings.simplefilter("ignore")
    side = WorkerSide()
    request, blobs = side.request()
    if request.get("probe"):
        side.say({"event": "ready"})
        side.leave()
    pages = pdf_pages(blobs[0], request["max_pages"]) if request["mime"] == "application/pdf" else None
    try:
        count = 0
        for page in pages or picture_page(blobs[0], request["mime"]):
            count += 1
            preview = page.copy()
            preview.thumbnail((_PREVIEW_HEIGHT_PX, _PREVIEW_HEIGHT_PX))
            side.say({"event": "page"}, jpeg(page, _PAGE_QUALITY), jpeg(preview, _PREVIEW_QUALITY))
        side.say({"event": "done", "pages": count})
    except Refused as refused:
        side.say({"event": "refused", "why": refused.why})
    except Exception:  # noqa: BLE001 (whatever a broken file does to the libraries, it is unreadable)
        side.say({"event": "refused", "why": "unreadable"})
    side.leave()


if __name__ == "__main__":
    main()
