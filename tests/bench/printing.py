"""From « Imprimer » to a job that CUPS has accepted: the kiosk's printer device on a real print service."""

import asyncio
import tempfile
import time
from pathlib import Path

from kiosk.config import PrinterOptions
from kiosk.core.ports import PrintProgress, PrintStopped
from kiosk.devices.documents import SandboxedRenderer
from kiosk.devices.printer import CupsPrinter
from tests.bench.table import Row, row
from tests.fakes.form_pdf import write_form
from tests.fakes.print_server import PrintServer

RUNS = 7
PAGES = 2
LOOK_S = 0.002


async def measure() -> list[Row]:
    """Rows about printing."""
    spooled_ms: list[float] = []
    told_ms: list[float] = []
    with PrintServer.start() as server, tempfile.TemporaryDirectory(prefix="visio-bench-") as folder:
        pages = await _form(Path(folder) / "form.pdf")
        printer = CupsPrinter(PrinterOptions(queue=server.queue, server=server.address))
        await printer.probe()
        for _ in range(RUNS):
            spooled, told = await _print(server, printer, pages)
            spooled_ms.append(spooled)
            told_ms.append(told)
        await printer.purge()
    what = f"a form of {PAGES} pages, already previewed; a process is started for the job, as for each job"
    return [
        row("print: click to job in the CUPS spool", spooled_ms, "ms", note=what),
        row("print: click to job accepted, as told to the agent", told_ms, "ms",
            note="first word of the job's state, which CUPS and the printer have been asked for"),
    ]  # fmt: skip


async def _form(file: Path) -> list[bytes]:
    write_form(file, title="Formulaire", pages=PAGES)
    rendered = await SandboxedRenderer().render(file.read_bytes(), "application/pdf")
    return list(rendered.pages)


async def _print(server: PrintServer, printer: CupsPrinter, pages: list[bytes]) -> tuple[float, float]:
    """Milliseconds until the document is in the spool, and until the first word of its state; ends with the job.

    Raises:
        AssertionError: it was not printed.
    """
    known = {file.name for file in server.spooled_files()}
    told_s: float | None = None
    began_s = time.perf_counter()
    spooled = asyncio.create_task(_until_spooled(server, known))
    try:
        async for event in printer.print_pages(pages):
            if isinstance(event, PrintProgress) and told_s is None:
                told_s = time.perf_counter()
            if isinstance(event, PrintStopped):
                assert event.printed, f"the form was not printed: {event.status}"
        spooled_s = await asyncio.wait_for(spooled, 1)
    finally:
        spooled.cancel()
    assert told_s is not None, "the printer said nothing"
    return 1000 * (spooled_s - began_s), 1000 * (told_s - began_s)


async def _until_spooled(server: PrintServer, known: set[str]) -> float:
    # CUPS gives the document file (d00001-001) its name when it takes the job in.
    while not any(file.name.startswith("d") and file.name not in known for file in server.spooled_files()):
        await asyncio.sleep(LOOK_S)
    return time.perf_counter()
