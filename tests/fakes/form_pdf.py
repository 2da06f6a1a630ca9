"""A small form as PDF, written by hand: real text (so that a search finds it) and shapes that can be compared."""

from pathlib import Path

A4_POINTS = (595, 842)


def write_form(file: Path, *, title: str, pages: int = 1) -> None:
    """Write `pages` A4 pages with a title, ruled lines, and a black and a grey bar whose place depends on the page."""
    objects: list[bytes] = []
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
    for page in range(pages):
        content = _content(title, page, pages)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4_POINTS[0]} {A4_POINTS[1]}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * page} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    file.write_bytes(out)


def _content(title: str, page: int, pages: int) -> bytes:
    def text(words: str) -> str:
        return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

    lines = [
        f"BT /F1 22 Tf 60 760 Td ({text(title)}) Tj ET",
        f"BT /F1 12 Tf 60 732 Td (Page {page + 1} sur {pages}) Tj ET",
        # The bar of each page stands elsewhere: two pages cannot be taken for one another.
        f"0 g {60 + 160 * (page % 3)} 600 120 90 re f",
        f"0.6 g 60 {460 - 60 * (page % 3)} 475 40 re f",
        "0.4 w",
        *(f"60 {y} m 535 {y} l S" for y in range(120, 300, 24)),
    ]
    return "\n".join(lines).encode("cp1252")
