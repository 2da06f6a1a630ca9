"""The scanner on SANE's real test backend: what a job gives, and how it is stopped."""

import asyncio
import io
import os
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.config import ScannerOptions
from kiosk.core.ports import DeviceStatus, PageScanned, ScanEvent, ScanProgress, ScanSettings, ScanSource, ScanStopped
from kiosk.devices.scanner import SaneScanner
from kiosk.devices.scanner_worker import encode_page, jpeg
from tests.fakes import qt_program

FAULTY = str(Path(__file__).parents[2] / "fakes" / "faulty_scanner_worker.py")
GLASS = ScanSettings(dpi=75, source=ScanSource.FLATBED)
FEEDER = ScanSettings(dpi=75, source=ScanSource.FEEDER)


def scanner_on(sane_dir: Path, *faulty: str, page_timeout_s: float = 20.0, **options: object) -> SaneScanner:
    settings = ScannerOptions(device="test:1", sane_config_dir=str(sane_dir), page_timeout_s=page_timeout_s, **options)
    if faulty:
        return SaneScanner(settings, worker=(sys.executable, FAULTY, *faulty), busy_delay_s=0.05)
    return SaneScanner(settings, busy_delay_s=0.05)


def unplug(sane_dir: Path) -> None:
    """Take the second device, which the tests use, away from the backend."""
    (sane_dir / "test.conf").write_text("number_of_devices 1\n")


def plug(sane_dir: Path) -> None:
    (sane_dir / "test.conf").write_text("number_of_devices 2\n")


async def all_of(scanner: SaneScanner, settings: ScanSettings) -> list[ScanEvent]:
    events = [event async for event in scanner.scan(settings)]
    assert isinstance(events[-1], ScanStopped)
    assert not any(isinstance(event, ScanStopped) for event in events[:-1])
    return events


def children() -> set[int]:
    """Scanner workers that this process started and that still run (other tests have processes of their own)."""
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in pids if b"scanner_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


async def test_the_glass_gives_one_page_with_its_preview(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir)
    events = await all_of(scanner, ScanSettings(dpi=150, source=ScanSource.FLATBED))
    (page,) = [event for event in events if isinstance(event, PageScanned)]
    image, preview = Image.open(io.BytesIO(page.jpeg)), Image.open(io.BytesIO(page.preview_jpeg))
    assert image.mode == "L"
    assert image.size == (page.width_px, page.height_px)
    # A4 at 150 dpi, to the millimetre that the backend rounds to.
    assert abs(page.width_px - 1240) < 8
    assert abs(page.height_px - 1754) < 8
    assert preview.height <= 900
    assert image.getextrema() != (255, 255)
    assert events[-1] == ScanStopped(DeviceStatus.READY, 1)
    assert any(isinstance(event, ScanProgress) for event in events)
    assert scanner.status is DeviceStatus.READY


def test_the_page_that_travels_has_the_same_pixels_in_fewer_bytes() -> None:
    picture = Image.new("L", (1240, 1754), 246)
    draw = ImageDraw.Draw(picture)
    for line in range(40):
        draw.text((100, 100 + 38 * line), "Le papier de la personne " * 3, fill=40, font=ImageFont.load_default(24))
    plain, travels = jpeg(picture, 70), encode_page(picture, 8 * 1024 * 1024)
    opened = [Image.open(io.BytesIO(data)) for data in (plain, travels)]
    assert opened[1].info.get("progressive")
    assert ImageChops.difference(*opened).getbbox() is None
    assert len(travels) < 0.92 * len(plain)


async def test_colour_is_colour(sane_dir: Path) -> None:
    (sane_dir / "test.conf").write_text('geometry_max 300.0\ntest-picture "Color pattern"\n')
    events = await all_of(scanner_on(sane_dir), ScanSettings(dpi=75, colour=True, source=ScanSource.FLATBED))
    (page,) = [event for event in events if isinstance(event, PageScanned)]
    image = Image.open(io.BytesIO(page.jpeg))
    assert image.mode == "RGB"
    red, green, _blue = image.split()
    assert red.tobytes() != green.tobytes()


async def test_the_feeder_is_read_until_it_is_empty(sane_dir: Path) -> None:
    events = await all_of(scanner_on(sane_dir), FEEDER)
    assert [event.page_no for event in events if isinstance(event, PageScanned)] == list(range(1, 11))
    assert events[-1] == ScanStopped(DeviceStatus.READY, 10)


async def test_automatic_takes_the_feeder_when_it_holds_paper(sane_dir: Path) -> None:
    events = await all_of(scanner_on(sane_dir), ScanSettings(dpi=75))
    assert events[-1] == ScanStopped(DeviceStatus.READY, 10)


async def test_automatic_takes_the_glass_when_the_feeder_is_empty(sane_dir: Path) -> None:
    events = await all_of(scanner_on(sane_dir, "feeder_empty", "none"), ScanSettings(dpi=75))
    assert events[-1] == ScanStopped(DeviceStatus.READY, 1)


async def test_an_empty_feeder_asked_for_by_name_is_no_paper(sane_dir: Path) -> None:
    events = await all_of(scanner_on(sane_dir, "feeder_empty", "none"), FEEDER)
    assert events[-1] == ScanStopped(DeviceStatus.NO_PAPER, 0)


async def test_without_a_name_the_first_device_found_is_taken(sane_dir: Path) -> None:
    scanner = SaneScanner(ScannerOptions(device="", sane_config_dir=str(sane_dir)))
    assert await scanner.probe() is DeviceStatus.READY
    assert (await all_of(scanner, GLASS))[-1] == ScanStopped(DeviceStatus.READY, 1)


async def test_a_missing_device_is_unplugged(sane_dir: Path) -> None:
    unplug(sane_dir)
    scanner = scanner_on(sane_dir)
    assert await scanner.probe() is DeviceStatus.UNPLUGGED
    assert (await all_of(scanner, GLASS))[-1] == ScanStopped(DeviceStatus.UNPLUGGED, 0)
    # Plugged in again: a new process sees it.
    plug(sane_dir)
    assert await scanner.probe() is DeviceStatus.READY
    assert (await all_of(scanner, GLASS))[-1] == ScanStopped(DeviceStatus.READY, 1)


async def test_no_device_at_all_is_unplugged(sane_dir: Path) -> None:
    (sane_dir / "dll.conf").write_text("")
    scanner = SaneScanner(ScannerOptions(device="", sane_config_dir=str(sane_dir)))
    assert await scanner.probe() is DeviceStatus.UNPLUGGED


async def test_a_second_job_is_told_that_the_scanner_is_busy(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir, "mid_page", "hang")
    job = scanner.scan(GLASS)
    assert isinstance(await anext(job), ScanProgress)
    assert scanner.status is DeviceStatus.BUSY
    assert await all_of(scanner, GLASS) == [ScanStopped(DeviceStatus.BUSY, 0)]
    assert await scanner.probe() is DeviceStatus.BUSY
    await scanner.cancel()
    assert [event async for event in job][-1] == ScanStopped(DeviceStatus.READY, 0, cancelled=True)


async def test_leaving_in_the_middle_ends_the_worker(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir, "mid_page", "hang")
    before = children()
    job = scanner.scan(GLASS)
    await anext(job)
    assert children() != before
    await job.aclose()
    assert children() == before
    assert scanner.status is DeviceStatus.READY
    assert (await all_of(scanner_on(sane_dir), GLASS))[-1] == ScanStopped(DeviceStatus.READY, 1)


@pytest.mark.parametrize("after", [0, 1, 3])
async def test_cancelling_the_feeder_after_some_pages(sane_dir: Path, after: int) -> None:
    scanner = scanner_on(sane_dir)
    events: list[ScanEvent] = []
    cancelled_at: float | None = None
    async for event in scanner.scan(FEEDER):
        events.append(event)
        if cancelled_at is None and sum(isinstance(event, PageScanned) for event in events) >= after:
            cancelled_at = asyncio.get_running_loop().time()
            await scanner.cancel()
            assert asyncio.get_running_loop().time() - cancelled_at < 5
    last = events[-1]
    assert isinstance(last, ScanStopped)
    assert last.pages == sum(isinstance(event, PageScanned) for event in events)
    # The backend is quick: it may have read the last page before the word reached it.
    assert last.cancelled or last.pages == 10
    assert scanner.status is DeviceStatus.READY


async def test_cancelling_nothing_changes_nothing(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir)
    await scanner.cancel()
    assert (await all_of(scanner, GLASS))[-1] == ScanStopped(DeviceStatus.READY, 1)


async def test_cancelling_a_worker_that_does_not_obey_kills_it_within_five_seconds(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir, "between_pages", "hang", page_timeout_s=60)
    async for event in scanner.scan(FEEDER):
        if isinstance(event, PageScanned):
            started = asyncio.get_running_loop().time()
            await scanner.cancel()
            assert asyncio.get_running_loop().time() - started < 5
    assert event == ScanStopped(DeviceStatus.READY, 1, cancelled=True)
    assert not children()


async def test_a_worker_that_cannot_start_is_a_fault_and_not_an_exception(sane_dir: Path) -> None:
    scanner = SaneScanner(ScannerOptions(sane_config_dir=str(sane_dir)), worker=("/nowhere/python",))
    assert await scanner.probe() is DeviceStatus.FAILED
    assert await all_of(scanner, GLASS) == [ScanStopped(DeviceStatus.FAILED, 0)]


async def test_each_change_of_status_is_told_once(sane_dir: Path) -> None:
    told: list[DeviceStatus] = []
    scanner = SaneScanner(ScannerOptions(device="test:0", sane_config_dir=str(sane_dir)), told.append)
    await scanner.probe()
    await all_of(scanner, GLASS)
    assert told == [DeviceStatus.READY, DeviceStatus.BUSY, DeviceStatus.READY]


ON_QT = """
import sys
from pathlib import Path
import qasync
from kiosk.core.ports import DeviceStatus, ScanStopped
from kiosk.ui.window import make_application
from tests.kiosk.devices.test_scanner import GLASS, all_of, scanner_on

sane_dir = Path(sys.argv[1])
with qasync.QEventLoop(make_application(["scan"])) as loop:
    events = loop.run_until_complete(all_of(scanner_on(sane_dir), GLASS))
    assert events[-1] == ScanStopped(DeviceStatus.READY, 1), events[-1]
    killed = loop.run_until_complete(all_of(scanner_on(sane_dir, "mid_page", "killed"), GLASS))
    assert killed[-1] == ScanStopped(DeviceStatus.FAILED, 0), killed[-1]
print("done")
"""


def test_it_runs_on_the_loop_of_the_screens(sane_dir: Path) -> None:
    """The kiosk's main loop is Qt's: child processes must be heard there too."""
    qt_program.run(ON_QT, str(sane_dir))
