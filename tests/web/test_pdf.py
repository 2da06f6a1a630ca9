"""The PDF that the agent keeps: written by the page, read by others' readers."""

import io
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageStat
from pypdf import PdfReader

from tests.web.node_program import run_module

PROGRAM = """
import {{ readFileSync, writeFileSync }} from "node:fs";
import {{ makePdf }} from "../../hub/web/shared/pdf.js";
const pages = {pages}.map(([file, dpi, rotation]) => ({{ jpeg: new Uint8Array(readFileSync(file)), dpi, rotation }}));
writeFileSync("{out}", makePdf(pages, {{ title: {title} }}));
"""


def write_pdf(folder: Path, pages: list[tuple[Path, int, int]], title: str = "") -> Path:
    out = folder / "out.pdf"
    rows = [[str(file), dpi, rotation] for file, dpi, rotation in pages]
    run_module(PROGRAM.format(pages=rows, out=out, title=repr(title)))
    return out


def jpeg(folder: Path, name: str, mode: str, size: tuple[int, int], **options: object) -> Path:
    """Dark on the left, light on the right: a rotation shows."""
    image = Image.new("L", size, 230)
    image.paste(20, (0, 0, size[0] // 2, size[1]))
    file = folder / name
    image.convert(mode).save(file, "JPEG", quality=90, **options)
    return file


def test_pages_have_the_size_of_the_paper_and_keep_their_pixels(tmp_path: Path) -> None:
    grey = jpeg(tmp_path, "grey.jpg", "L", (1654, 2339))
    colour = jpeg(tmp_path, "colour.jpg", "RGB", (827, 1169), progressive=True)
    pdf = write_pdf(tmp_path, [(grey, 200, 0), (colour, 100, 90)], "Pièces n° 2")
    reader = PdfReader(pdf, strict=True)
    assert len(reader.pages) == 2
    assert reader.metadata is not None
    assert reader.metadata.title == "Pièces n° 2"
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(595.3, abs=0.5)
        assert float(page.mediabox.height) == pytest.approx(842, abs=0.5)
    assert [page.rotation for page in reader.pages] == [0, 90]
    kept = [page["/Resources"]["/XObject"]["/P"].get_data() for page in reader.pages]  # type: ignore[index]
    assert kept == [grey.read_bytes(), colour.read_bytes()]


def test_another_reader_finds_no_fault(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path, [(jpeg(tmp_path, "a.jpg", "RGB", (400, 300)), 96, 270)])
    done = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pages:           1" in done.stdout


@pytest.mark.parametrize(
    ("mode", "rotation", "dark_side"),
    [("L", 0, "left"), ("RGB", 90, "top"), ("RGB", 180, "right"), ("L", 270, "bottom")],
)
def test_it_looks_as_it_was_turned(tmp_path: Path, mode: str, rotation: int, dark_side: str) -> None:
    pdf = write_pdf(tmp_path, [(jpeg(tmp_path, "a.jpg", mode, (400, 600)), 72, rotation)])
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    width, height = picture.size
    assert (width, height) == ((400, 600) if rotation % 180 == 0 else (600, 400))
    halves = {
        "left": (0, 0, width // 2, height),
        "right": (width // 2, 0, width, height),
        "top": (0, 0, width, height // 2),
        "bottom": (0, height // 2, width, height),
    }
    darkness = {side: ImageStat.Stat(picture.crop(half)).mean[0] for side, half in halves.items()}
    assert min(darkness, key=lambda side: darkness[side]) == dark_side


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\xff\xd8\xff\xd9", b"\xff\xd8" + b"\x00" * 50])
def test_what_is_not_a_jpeg_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.jpg"
    file.write_bytes(content)
    with pytest.raises(AssertionError, match="NotAJpeg"):
        write_pdf(tmp_path, [(file, 200, 0)])


def test_a_cut_jpeg_header_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.new("L", (64, 64)).save(whole, "JPEG")
    for length in (3, 5, 20, 60):
        file = tmp_path / "cut.jpg"
        file.write_bytes(whole.getvalue()[:length])
        with pytest.raises(AssertionError, match="NotAJpeg"):
            write_pdf(tmp_path, [(file, 200, 0)])
