"""Files that arrive: what is rendered, what is refused and why, and that the one who opens them can harm nobody."""

import io
import random
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from kiosk.core.conversation import MAX_PRINT_BYTES, MAX_PRINT_PAGES, PrintRefusal
from kiosk.core.ports import DocumentRefused
from kiosk.devices import sandbox
from kiosk.devices.documents import SandboxedRenderer
from kiosk.devices.pdf import pages_to_pdf
from kiosk.devices.worker_job import Launch, ask_worker

PDF = "application/pdf"
LIMIT_S = 40.0


def pdf_of(count: int, size: tuple[float, float] = (595, 842), text: str = "Bonjour") -> bytes:
    writer = pypdf.PdfWriter()
    for number in range(count):
        page = writer.add_blank_page(*size)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 24 Tf 60 60 Td ({text} {number}) Tj ET 1 0 0 rg 100 100 60 60 re f".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(mode: str, size: tuple[int, int], kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


async def refusal(data: bytes, mime: str = PDF, renderer: SandboxedRenderer | None = None) -> PrintRefusal:
    with pytest.raises(DocumentRefused) as refused:
        await (renderer or SandboxedRenderer()).render(data, mime)
    return refused.value.refusal


async def test_a_pdf_becomes_one_picture_per_page() -> None:
    document = await SandboxedRenderer().render(pdf_of(3), PDF)
    assert len(document.pages) == len(document.previews) == 3
    page = Image.open(io.BytesIO(document.pages[1]))
    assert page.size == (1240, 1754)
    assert Image.open(io.BytesIO(document.previews[0])).height <= 900
    # The red square is where the file draws it: 100 points from the left and from the bottom.
    red, green, _ = page.getpixel((round(130 / 72 * 150), 1754 - round(130 / 72 * 150)))
    assert red > 200
    assert green < 80
    assert pages_to_pdf(document.pages).startswith(b"%PDF")


async def test_a_lying_page_stays_lying_and_a_small_one_keeps_its_size() -> None:
    lying = await SandboxedRenderer().render(pdf_of(1, (842, 595)), PDF)
    assert Image.open(io.BytesIO(lying.pages[0])).size == (1754, 1240)
    small = Image.open(io.BytesIO((await SandboxedRenderer().render(pdf_of(1, (200, 220)), PDF)).pages[0]))
    assert small.size == (1240, 1754)
    assert sum(small.getpixel((20, 20))) > 740


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_any_png_is_one_page(mode: str) -> None:
    document = await SandboxedRenderer().render(picture(mode, (300, 200), "PNG"), "image/png")
    assert Image.open(io.BytesIO(document.pages[0])).size == (1754, 1240)


async def test_a_photo_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    document = await SandboxedRenderer().render(picture("RGB", (300, 200), "JPEG", exif=exif), "image/jpeg")
    assert Image.open(io.BytesIO(document.pages[0])).size == (1240, 1754)


async def test_too_large_is_refused_without_opening() -> None:
    assert await refusal(b"%PDF-1.4" + bytes(MAX_PRINT_BYTES)) is PrintRefusal.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"", PDF),
        (b"x", PDF),
        (b"PK\x03\x04" + bytes(100), PDF),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg"),
        (b"%PDF-1.4", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"<html>", "text/html"),
        (bytes(2000) + b"%PDF-1.4", PDF),
    ],
)
async def test_what_is_not_what_it_says_is_of_a_wrong_type(data: bytes, mime: str) -> None:
    assert await refusal(data, mime) is PrintRefusal.WRONG_TYPE


async def test_too_many_pages() -> None:
    assert await refusal(pdf_of(MAX_PRINT_PAGES + 1, (50, 50))) is PrintRefusal.TOO_MANY_PAGES


async def test_as_many_pages_as_allowed() -> None:
    assert len((await SandboxedRenderer().render(pdf_of(MAX_PRINT_PAGES, (50, 50)), PDF)).pages) == MAX_PRINT_PAGES


async def test_a_password_is_locked() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of(1)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert await refusal(out.getvalue()) is PrintRefusal.LOCKED


@pytest.mark.parametrize(
    "data",
    [b"%PDF-", b"%PDF-1.4\n%%EOF", pdf_of(1)[:200], b"%PDF-1.7\n" + bytes(range(256)) * 20, pdf_of(0)],
    ids=["magic only", "empty", "cut", "noise", "no page"],
)
async def test_broken_files_are_unreadable(data: bytes) -> None:
    assert await refusal(data) is PrintRefusal.UNREADABLE


@pytest.mark.parametrize(
    ("data", "mime"),
    [(b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (picture("L", (99, 99), "PNG")[:60], "image/png")],
    ids=["jpeg magic", "png magic", "png cut"],
)  # fmt: skip
async def test_broken_pictures_are_unreadable(data: bytes, mime: str) -> None:
    assert await refusal(data, mime) is PrintRefusal.UNREADABLE


async def test_a_picture_with_an_endless_side_is_refused_unread() -> None:
    assert await refusal(picture("1", (60_000, 10), "PNG"), "image/png") is PrintRefusal.TOO_LARGE


async def test_a_picture_that_swells_is_bounded() -> None:
    """100 million points in 100 kB: rendered or refused, within the memory allowed."""
    data = picture("L", (10_000, 10_000), "PNG")
    assert len(data) < 200_000
    try:
        document = await SandboxedRenderer().render(data, "image/png")
    except DocumentRefused as refused:
        assert refused.refusal is PrintRefusal.UNREADABLE
    else:
        assert len(document.pages) == 1


async def test_huge_and_absurd_pages_cost_no_more_than_a_sheet() -> None:
    for size in ((14_400, 14_400), (14_400, 1), (0.5, 14_400)):
        document = await SandboxedRenderer().render(pdf_of(1, size), PDF)
        assert sorted(Image.open(io.BytesIO(document.pages[0])).size) == [1240, 1754]


async def test_a_stream_that_swells_ends_within_the_limit() -> None:
    """A hundred megabytes of drawing in a few hundred kilobytes of file."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m 9 9 l S\n" * 100_000) for _ in range(60)) + packer.flush()
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (len(packed), packed)
    started = time.monotonic()
    try:
        document = await SandboxedRenderer().render(head + page + stream + b"trailer<</Root 1 0 R>>", PDF)
        assert len(document.pages) == 1
    except DocumentRefused as refused:
        assert refused.refusal is PrintRefusal.UNREADABLE
    assert time.monotonic() - started < LIMIT_S + 20


async def test_scripts_and_files_inside_a_pdf_are_only_not_run() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of(1)))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    writer.add_attachment("virus.exe", b"MZ" + bytes(1000))
    out = io.BytesIO()
    writer.write(out)
    assert len((await SandboxedRenderer().render(out.getvalue(), PDF)).pages) == 1


@pytest.mark.parametrize("seed", range(12))
async def test_mutated_files_are_pages_or_refused(seed: int) -> None:
    """Whatever the bytes: an answer, and never an exception of another kind."""
    chance = random.Random(seed)
    kind = chance.choice([PDF, PDF, "image/jpeg", "image/png"])
    data = bytearray(
        pdf_of(2)
        if kind == PDF
        else picture("RGB", (200, 100), kind.rpartition("/")[2].upper())
    )  # fmt: skip
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(8, len(data))
        match chance.randrange(3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 30)]
            case _:
                data[at:at] = chance.randbytes(chance.randint(1, 30))
        if len(data) < 20:
            break
    started = time.monotonic()
    try:
        document = await SandboxedRenderer().render(bytes(data), kind)
        assert all(page.startswith(b"\xff\xd8") for page in document.pages)
    except DocumentRefused as refused:
        assert refused.refusal in (
            PrintRefusal.UNREADABLE,
            PrintRefusal.LOCKED,
            PrintRefusal.WRONG_TYPE,
            PrintRefusal.TOO_LARGE,
        )
    assert time.monotonic() - started < LIMIT_S + 20


async def test_a_file_that_takes_too_long_is_unreadable() -> None:
    started = time.monotonic()
    assert await refusal(pdf_of(50), PDF, SandboxedRenderer(timeout_s=0.2)) is PrintRefusal.UNREADABLE
    assert time.monotonic() - started < 10


async def test_without_bubblewrap_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.shutil, "which", lambda *_, **__: None)
    renderer = SandboxedRenderer()
    assert not await renderer.available()
    assert await refusal(pdf_of(1), PDF, renderer) is PrintRefusal.PRINTER_UNAVAILABLE


async def test_a_bubblewrap_that_cannot_work_here_is_told_apart_from_a_broken_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox.shutil, "which", lambda *_, **__: "/bin/false")
    renderer = SandboxedRenderer()
    assert not await renderer.available()
    assert await refusal(pdf_of(1), PDF, renderer) is PrintRefusal.PRINTER_UNAVAILABLE


async def test_the_sandbox_works_here() -> None:
    assert await SandboxedRenderer().available()


async def test_a_worker_taken_over_by_a_file_reaches_nothing(tmp_path: Path) -> None:
    """Same sandbox, hostile worker: no network, no file, no device, no environment, no other process."""
    secret = tmp_path / "secret"
    secret.write_text("a page of somebody")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "door"))
        door.listen()
        request = {
            "port": server.getsockname()[1],
            "unix_socket": str(tmp_path / "door"),
            "secret": str(secret),
            "home": str(Path.home()),
            "write": "/tmp/taken",
        }
        command = sandbox.sandboxed("tests.fakes.nosy_worker")
        # The test's own code is shown inside, and nothing else more than for the real worker.
        code = str(Path(__file__).parents[2])
        at = command.index("--chdir")
        command[at:at] = ["--ro-bind", code, "/code/tests"]
        frame = await ask_worker(Launch(command, {}), request, timeout_s=20)
        # Outside the sandbox the same attempts succeed: the test can fail.
        bare = [sys.executable, "-m", "tests.fakes.nosy_worker"]
        outside = await ask_worker(
            Launch(bare, {"PYTHONPATH": str(Path(code).parent)}),
            {**request, "write": str(tmp_path / "taken")},
            timeout_s=20,
        )
    assert frame is not None
    assert outside is not None
    told = frame.head
    assert told["alive"]
    for attempt in ("connect", "unix", "secret"):
        assert outside.head[attempt], attempt
        assert not told[attempt], attempt
    for attempt in ("passwd", "write_code", "write_tmp", "processes", "video"):
        assert not told[attempt], attempt
    assert set(told["root"]) <= {
        "code",
        "dev",
        "lib",
        "lib64",
        "tmp",
        "usr",
        *(path.split("/")[1] for path in _shown()),
    }
    assert set(told["environment"]) <= {
        "PYTHONPATH",
        "LANG",
        "LC_CTYPE",
        "PWD",
        "PYTHONDONTWRITEBYTECODE",
        "OPENBLAS_NUM_THREADS",
    }
    assert told["parent"] == 1


def _shown() -> list[str]:
    command = sandbox.sandboxed("x")
    return [command[index + 2] for index, word in enumerate(command) if word == "--ro-bind"]


def test_nothing_of_the_sandbox_outlives_its_parent(jpeg_page: Callable[..., bytes]) -> None:
    """`--die-with-parent`: a kiosk that is killed leaves no renderer behind."""
    command = sandbox.sandboxed("kiosk.devices.documents_worker")
    assert "--die-with-parent" in command
    assert "--unshare-all" in command
    starter = f"import subprocess, sys\np = subprocess.Popen({command!r}, stdin=subprocess.PIPE)\nprint(p.pid, flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = Path(f"/proc/{int(parent.stdout.readline())}")
        assert child.exists()
        parent.kill()
    limit_s = time.monotonic() + 10
    while child.exists() and "(zombie)" not in (child / "status").read_text():
        assert time.monotonic() < limit_s
        time.sleep(0.05)
