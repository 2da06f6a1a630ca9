"""Printer: every fault at every moment of a job, on a real CUPS and a real IPP printer.

Whatever happens: exactly one last word; the person is told what the printer needs; nothing stays in the spool, and
nothing comes out after the job was given up.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.ports import DeviceStatus, PrintProgress, PrintStopped
from kiosk.devices import printer as printer_module
from tests.fakes.print_server import PrintServer
from tests.kiosk.devices.test_printer import PRINTED, all_of, jobs_left, printer_on

FAULTY = str(Path(__file__).parents[2] / "fakes" / "faulty_printer_worker.py")
STATUS_OF_REASON = {
    "media-empty-error": DeviceStatus.NO_PAPER,
    "media-needed-error": DeviceStatus.NO_PAPER,
    "media-jam-error": DeviceStatus.JAMMED,
    "cover-open-error": DeviceStatus.COVER_OPEN,
    "input-tray-missing-error": DeviceStatus.NO_PAPER,
}


@pytest.mark.parametrize("then", ["recovers", "cancelled", "purged", "timed_out", "another"])
@pytest.mark.parametrize("reason", ["media-empty-error", "media-jam-error", "cover-open-error"])
async def test_the_printer_needs_a_person(
    print_server: PrintServer, jpeg_page: Callable[..., bytes], reason: str, then: str
) -> None:
    print_server.set_state(f"+{reason}")
    printer = printer_on(print_server, job_timeout_s=3.0 if then == "timed_out" else 60.0)
    act: asyncio.Task[None] | None = None
    said = []
    async for event in printer.print_pages([jpeg_page()]):
        said.append(event.status)
        if event.status is not STATUS_OF_REASON[reason] or isinstance(event, PrintStopped):
            if event.status is DeviceStatus.JAMMED and then == "another":
                print_server.set_state("-media-jam-error")
            continue
        match then:
            case "recovers":
                print_server.set_state(f"-{reason}")
            case "cancelled":
                act = act or asyncio.create_task(printer.cancel())
            case "purged":
                act = act or asyncio.create_task(printer.purge())
            case "another":  # paper is back, but now it jams
                print_server.set_state("+media-jam-error")
                print_server.set_state(f"-{reason}")
                if reason == "media-jam-error":
                    print_server.set_state("-media-jam-error")
    if act is not None:
        await act
    assert STATUS_OF_REASON[reason] in said
    assert isinstance(event, PrintStopped)
    if then in ("recovers", "another"):
        assert event == PRINTED
        assert len(print_server.received_files()) == 1
    elif then == "timed_out":
        assert event == PrintStopped(False, STATUS_OF_REASON[reason], event.pages)
    else:
        assert (event.printed, event.status, event.cancelled) == (False, DeviceStatus.READY, True)
    assert jobs_left(print_server) == {}
    assert print_server.spooled_files() == []
    if not event.printed:
        print_server.set_state(f"-{reason}")
        assert print_server.received_files() == []


@pytest.mark.parametrize("reason", ["media-needed-error", "input-tray-missing-error"])
async def test_other_words_for_the_same(
    print_server: PrintServer, jpeg_page: Callable[..., bytes], reason: str
) -> None:
    print_server.set_state(f"+{reason}")
    async for event in printer_on(print_server).print_pages([jpeg_page()]):
        if event.status is STATUS_OF_REASON[reason]:
            print_server.set_state(f"-{reason}")
    assert event == PRINTED


@pytest.mark.parametrize("fault", ["killed", "garbage", "hang"])
@pytest.mark.parametrize("moment", ["sending", "sent", "printing", "cancelling"])
async def test_the_worker_is_lost(
    print_server: PrintServer,
    jpeg_page: Callable[..., bytes],
    moment: str,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    print_server.set_slow(True)
    monkeypatch.setattr(printer_module, "_CANCEL_GRACE_S", 1.0)
    silence_limit_s = 4.0 if fault == "hang" and moment != "cancelling" else 30.0
    printer = printer_on(print_server, sys.executable, FAULTY, moment, fault, silence_limit_s=silence_limit_s)
    cancel: asyncio.Task[None] | None = None
    async for event in printer.print_pages([jpeg_page()]):
        if moment == "cancelling" and isinstance(event, PrintProgress):
            cancel = cancel or asyncio.create_task(printer.cancel())
    if cancel is not None:
        await cancel
    cancelled = moment == "cancelling"
    assert event == PrintStopped(
        False, DeviceStatus.READY if cancelled else DeviceStatus.FAILED, event.pages, cancelled
    )
    assert jobs_left(print_server) == {}
    print_server.set_slow(False)
    assert (await all_of(printer_on(print_server), [jpeg_page()]))[-1] == PRINTED
    assert len(print_server.received_files()) == 1


async def test_the_printer_refuses_the_job(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    print_server.set_refusing(True)
    last = (await all_of(printer_on(print_server, job_timeout_s=5.0), [jpeg_page()]))[-1]
    assert last.printed is False
    assert last.status is DeviceStatus.FAILED
    assert jobs_left(print_server) == {}


async def test_the_printer_is_unplugged_before_the_job_and_plugged_again(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.stop("printer")
    said = []
    async for event in printer_on(print_server).print_pages([jpeg_page()]):
        said.append(event.status)
        if event.status is DeviceStatus.UNPLUGGED:
            await asyncio.to_thread(print_server.restart, "printer")
    assert DeviceStatus.UNPLUGGED in said
    assert event == PRINTED
    assert len(print_server.received_files()) == 1


async def test_the_printer_is_unplugged_while_it_prints(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_slow(True)
    printer = printer_on(print_server, job_timeout_s=5.0)
    said = []
    async for event in printer.print_pages([jpeg_page()]):
        said.append(event.status)
        if print_server.jobs_started() and "gone" not in said:
            print_server.stop("printer")
            said.append("gone")
    assert isinstance(event, PrintStopped)
    assert event.printed is False
    assert event.status in (DeviceStatus.UNPLUGGED, DeviceStatus.FAILED)
    assert jobs_left(print_server) == {}


async def test_cups_is_gone_while_idle(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    print_server.stop("cupsd")
    printer = printer_on(print_server)
    assert await printer.probe() is DeviceStatus.FAILED
    assert await all_of(printer, [jpeg_page()]) == [PrintStopped(False, DeviceStatus.FAILED, 0)]
    await printer.purge()
    print_server.restart("cupsd")
    assert await printer.probe() is DeviceStatus.READY
    assert (await all_of(printer, [jpeg_page()]))[-1] == PRINTED


async def test_cups_dies_while_printing_and_its_job_never_comes_out(
    print_server: PrintServer, jpeg_page: Callable[..., bytes]
) -> None:
    print_server.set_state("+media-empty-error")
    printer = printer_on(print_server)
    async for event in printer.print_pages([jpeg_page()]):
        if event.status is DeviceStatus.NO_PAPER:
            print_server.stop("cupsd")
    assert event == PrintStopped(False, DeviceStatus.FAILED, event.pages)
    # CUPS comes back with the job still in its spool: the next probe removes it before anyone prints.
    print_server.restart("cupsd")
    await printer.probe()
    assert jobs_left(print_server) == {}
    assert print_server.spooled_files() == []


async def test_a_slow_printer_is_only_slow(print_server: PrintServer, jpeg_page: Callable[..., bytes]) -> None:
    print_server.set_slow(True)

    async def let_it_go_on() -> None:
        while not print_server.jobs_started():
            await asyncio.sleep(0.05)
        print_server.set_slow(False)

    slow = asyncio.create_task(let_it_go_on())
    assert (await all_of(printer_on(print_server), [jpeg_page()]))[-1] == PRINTED
    await slow
