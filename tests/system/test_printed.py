"""A printed form is recognised also with the printer's margins; another form is not taken for it."""

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from tests.fakes.form_pdf import write_form
from tests.system.printed import likeness_of_pages


def printed_with_margins(form: Path, file: Path, *, last_first: bool = False) -> None:
    sheets = []
    with pypdfium2.PdfDocument(form) as document:
        for page in document:
            sheet = Image.new("L", (1240, 1754), 255)
            sheet.paste(page.render(scale=2, grayscale=True).to_pil().resize((1190, 1684)), (25, 35))
            sheets.append(sheet)
    sheets = sheets[::-1] if last_first else sheets
    sheets[0].save(file, save_all=True, append_images=sheets[1:], resolution=150)


@pytest.mark.parametrize("last_first", [False, True])
def test_form_is_recognised_on_paper(tmp_path: Path, last_first: bool) -> None:
    write_form(tmp_path / "form.pdf", title="Demande", pages=2)
    printed_with_margins(tmp_path / "form.pdf", tmp_path / "printed.pdf", last_first=last_first)
    likeness = likeness_of_pages(tmp_path / "printed.pdf", tmp_path / "form.pdf")
    assert len(likeness) == 2
    assert min(likeness) > 0.8


def test_other_papers_are_not_the_form(tmp_path: Path) -> None:
    write_form(tmp_path / "form.pdf", title="Demande", pages=1)
    write_form(tmp_path / "longer.pdf", title="Demande", pages=2)
    Image.new("L", (1240, 1754), 255).save(tmp_path / "blank.pdf", resolution=150)
    assert likeness_of_pages(tmp_path / "longer.pdf", tmp_path / "form.pdf") == []
    assert likeness_of_pages(tmp_path / "blank.pdf", tmp_path / "form.pdf") == [0.0]
