"""The form is a PDF that other programs read, with the text that is searched for later."""

from pathlib import Path

import pypdf
import pypdfium2

from tests.fakes.form_pdf import write_form


def test_form_has_its_pages_and_its_text(tmp_path: Path) -> None:
    write_form(tmp_path / "form.pdf", title="Demande (été) 42", pages=2)
    reader = pypdf.PdfReader(tmp_path / "form.pdf", strict=True)
    assert [page.extract_text().splitlines() for page in reader.pages] == [
        ["Demande (été) 42", "Page 1 sur 2"],
        ["Demande (été) 42", "Page 2 sur 2"],
    ]


def test_pages_do_not_look_alike(tmp_path: Path) -> None:
    write_form(tmp_path / "form.pdf", title="Demande", pages=2)
    with pypdfium2.PdfDocument(tmp_path / "form.pdf") as document:
        first, second = (document[page].render(scale=1).to_numpy() for page in range(2))
    assert first.shape == second.shape == (842, 595, 3)
    assert (first[200, 100] == 0).all()
    assert (second[200, 100] == 255).all()
