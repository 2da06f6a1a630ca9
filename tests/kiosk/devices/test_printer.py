"""The printer on a real CUPS and a real IPP printer: what a job gives, and that nothing of it stays."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import cups
import pypdf
import pytest

from kiosk.config import PrinterOptions
from kiosk.core.ports import DeviceStatus, PrintEvent, PrintProgress, PrintStopped
from kiosk.devices.printer import CupsPrinter
from tests.fakes.print_server import PrintServer

PRINTED = PrintStopped(True, DeviceStatus.READY, 1)


def printer_on(server: PrintServer, *worker: str, job_timeout_s: float = 60.0, **more: float) -> CupsPrinter:
    options = PrinterOptions(queue=server.queue, server=server.address, job_timeout_s=job_timeout_s)
    return CupsPrinter(options, worker=worker, **more) if worker else CupsPrinter(options, **more)


async def all_of(printer: CupsPrinter, pages: list[bytes]) -> list[PrintEvent]:
    events = [event async for event in printer.print_pages(pages)]
    assert isinstance(events[-1], PrintStopped)
    assert not any(isinstance(event, PrintStopped) for event in events[:-1])
    return events


def jobs_left(server: PrintServer) -> dict[int, dict[str, object]]:
    connection = cups.Connection(server.address)
    left: dict[int, dict[str, object]] = connection.getJobs(which_jobs="all", my_jobs=False)
    return left


async def test_two_pages_come_out_as_one_document(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    printer = printer_on(print_server)
    assert await printer.probe() is DeviceStatus.READY
    events = await all_of(printer, [jpeg_page("one"), jpeg_page("two")])
    assert events[-1] == PrintStopped(True, DeviceStatus.READY, 2)
    assert events[0] == PrintProgress(DeviceStatus.BUSY, 0, 2)
    assert printer.status is DeviceStatus.READY
    (received,) = print_server.received_files()
    document = pypdf.PdfReader(io.BytesIO(received.read_bytes()))
    assert len(document.pages) == 2
    width, height = document.pages[0].mediabox[2:]
    assert abs(width - 595) < 3
    assert abs(height - 842) < 3


async def test_nothing_of_a_printed_job_stays(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    await all_of(printer_on(print_server), [jpeg_page()])
    assert print_server.spooled_files() == []
    assert jobs_left(print_server) == {}


async def test_the_title_of_a_job_says_nothing(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    print_server.set_slow(True)
    printer = printer_on(print_server)
    job = printer.print_pages([jpeg_page()])
    await anext(job)
    (seen,) = cups.Connection(print_server.address).getJobs(requested_attributes=["job-id", "job-name"]).values()
    assert seen["job-name"] == "visio-relais"
    await job.aclose()
    assert jobs_left(print_server) == {}


async def test_paper_out_is_told_and_the_job_goes_on_when_paper_is_back(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_state("+media-empty-error")
    printer = printer_on(print_server)
    said: list[DeviceStatus] = []
    async for event in printer.print_pages([jpeg_page()]):
        said.append(event.status)
        if event.status is DeviceStatus.NO_PAPER:
            assert printer.status is DeviceStatus.NO_PAPER
            assert print_server.received_files() == []
            print_server.set_state("-media-empty-error")
    assert event == PRINTED
    assert DeviceStatus.NO_PAPER in said
    assert len(print_server.received_files()) == 1


async def test_a_job_that_waits_too_long_is_given_up_and_never_comes_out_later(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_state("+media-empty-error")
    printer = printer_on(print_server, job_timeout_s=2.0)
    events = await all_of(printer, [jpeg_page()])
    assert events[-1].status is DeviceStatus.NO_PAPER
    assert events[-1].printed is False
    assert jobs_left(print_server) == {}
    assert print_server.spooled_files() == []


async def test_cancelling_a_running_job(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    print_server.set_slow(True)
    printer = printer_on(print_server)
    cancel: asyncio.Task[None] | None = None
    async for event in printer.print_pages([jpeg_page()]):
        if isinstance(event, PrintProgress):
            cancel = cancel or asyncio.create_task(printer.cancel())
    assert cancel is not None
    await cancel
    assert isinstance(event, PrintStopped)
    assert event.cancelled
    assert event.status is DeviceStatus.READY
    assert not event.printed
    assert jobs_left(print_server) == {}


async def test_purge_ends_the_running_job_and_leaves_nothing(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_state("+media-jam-error")
    printer = printer_on(print_server)
    purge: asyncio.Task[None] | None = None
    async for event in printer.print_pages([jpeg_page()]):
        if event.status is DeviceStatus.JAMMED:
            purge = purge or asyncio.create_task(printer.purge())
    assert purge is not None
    await purge
    assert isinstance(event, PrintStopped)
    assert event.cancelled
    assert jobs_left(print_server) == {}
    assert print_server.spooled_files() == []
    print_server.set_state("-media-jam-error")
    assert print_server.received_files() == []


async def test_the_first_probe_removes_what_a_crash_left(
    print_server: PrintServer, jpeg_page: Callable[..., bytes], tmp_path: Path
) -> None:
    print_server.set_slow(True)
    page = tmp_path / "left.jpg"
    page.write_bytes(jpeg_page())
    cups.Connection(print_server.address).printFile(print_server.queue, str(page), "left", {})
    assert jobs_left(print_server)
    assert await printer_on(print_server).probe() is DeviceStatus.READY
    assert jobs_left(print_server) == {}


async def test_a_second_job_is_told_that_the_printer_is_busy(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_slow(True)
    printer = printer_on(print_server)
    job = printer.print_pages([jpeg_page()])
    await anext(job)
    assert printer.status is DeviceStatus.BUSY
    assert await all_of(printer, [jpeg_page()]) == [PrintStopped(False, DeviceStatus.BUSY, 0)]
    assert await printer.probe() is DeviceStatus.BUSY
    await job.aclose()


async def test_pages_that_are_not_pictures_are_a_fault_and_not_an_exception(print_server: PrintServer) -> None:
    printer = printer_on(print_server)
    assert await all_of(printer, [b"not a jpeg"]) == [PrintStopped(False, DeviceStatus.FAILED, 0)]
    assert await all_of(printer, []) == [PrintStopped(False, DeviceStatus.FAILED, 0)]
    assert jobs_left(print_server) == {}


async def test_an_unknown_queue_is_unplugged(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    printer = CupsPrinter(PrinterOptions(queue="nobody", server=print_server.address))
    assert await printer.probe() is DeviceStatus.UNPLUGGED
    assert (await all_of(printer, [jpeg_page()]))[-1].printed is False


async def test_the_queue_is_made_to_give_up_failed_jobs(print_server: PrintServer) -> None:
    connection = cups.Connection(print_server.address)
    connection.setPrinterErrorPolicy(print_server.queue, "stop-printer")
    connection.disablePrinter(print_server.queue)
    assert await printer_on(print_server).probe() is DeviceStatus.READY
    policy = connection.getPrinterAttributes(print_server.queue, requested_attributes=["printer-error-policy"])
    assert policy["printer-error-policy"] == "abort-job"


async def test_no_file_of_a_job_is_written_by_the_kiosk(
    print_server: PrintServer, jpeg_page: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document goes from memory to CUPS: there is nothing of ours to erase."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    await all_of(printer_on(print_server), [jpeg_page()])
    assert list(tmp_path.iterdir()) == []
