"""What the tests of devices share: SANE's test backend in a private directory, a print service, small pages."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.fakes.print_server import PrintServer


@pytest.fixture
def sane_dir(tmp_path: Path) -> Path:
    """A SANE configuration that knows the test backend only, with a bed of A4."""
    folder = tmp_path / "sane.d"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text('geometry_max 300.0\ntest-picture "Grid"\n')
    return folder


@pytest.fixture(scope="session")
def shared_print_server() -> Iterator[PrintServer]:
    with PrintServer.start() as server:
        yield server


@pytest.fixture
def print_server(shared_print_server: PrintServer) -> PrintServer:
    """A real CUPS with a real IPP printer, content and without any job."""
    shared_print_server.reset()
    return shared_print_server


@pytest.fixture
def jpeg_page() -> Callable[[str], bytes]:
    """Makes a small A4 page with a word on it."""

    def make(word: str = "page", size: tuple[int, int] = (620, 877)) -> bytes:
        image = Image.new("L", size, 255)
        ImageDraw.Draw(image).text((60, 60), word, fill=0)
        out = io.BytesIO()
        image.save(out, "JPEG")
        return out.getvalue()

    return make
