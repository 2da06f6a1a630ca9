"""The simulated devices: what they give, and that they fail on command as real ones would."""

import asyncio
import io
import json
import threading
import time
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image

from kiosk.config import CameraOptions, PrinterOptions, ScannerOptions
from kiosk.core.ports import (
    DeviceName,
    DeviceStatus,
    PageScanned,
    PrintProgress,
    PrintStopped,
    ScanEvent,
    ScanProgress,
    ScanSettings,
    ScanSource,
    ScanStopped,
)
from kiosk.devices import frame_number
from kiosk.devices.simulated_camera import SimulatedCamera, can_be_played
from kiosk.devices.simulated_page import draw_page
from kiosk.devices.simulated_printer import SimulatedPrinter
from kiosk.devices.simulated_scanner import SimulatedScanner
from kiosk.devices.simulation import SimulatedFaults

SMALL = CameraOptions(width_px=320, height_px=180, frames_per_s=30)
GLASS = ScanSettings(dpi=75)
FAULTS = [
    DeviceStatus.JAMMED,
    DeviceStatus.COVER_OPEN,
    DeviceStatus.NO_PAPER,
    DeviceStatus.UNPLUGGED,
    DeviceStatus.FAILED,
]


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "states.json"


@pytest.fixture
def faults(state_file: Path) -> SimulatedFaults:
    return SimulatedFaults(str(state_file))


def order(state_file: Path, **states: str) -> None:
    state_file.write_text(json.dumps(states))


def wait_for(condition: object) -> None:
    assert callable(condition)
    limit_s, tick = time.monotonic() + 8, threading.Event()
    while not condition():
        assert time.monotonic() < limit_s
        tick.wait(0.01)


# ---- the state file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, DeviceStatus.READY),
        ("", DeviceStatus.READY),
        ("{ half", DeviceStatus.READY),
        ("[]", DeviceStatus.READY),
        ('{"printer": "jammed"}', DeviceStatus.READY),
        ('{"scanner": "jammed"}', DeviceStatus.JAMMED),
        ('{"scanner": "on fire"}', DeviceStatus.FAILED),
        ('{"scanner": 7}', DeviceStatus.FAILED),
    ],
)
def test_the_state_file(state_file: Path, text: str | None, status: DeviceStatus) -> None:
    if text is not None:
        state_file.write_text(text)
    assert SimulatedFaults(str(state_file)).of(DeviceName.SCANNER) is status
    assert SimulatedFaults("").of(DeviceName.SCANNER) is DeviceStatus.READY


# ---- camera -------------------------------------------------------------------------------------------------


def test_the_drawn_camera_counts_its_frames(faults: SimulatedFaults) -> None:
    camera = SimulatedCamera(SMALL, faults)
    assert camera.latest() is None
    camera.open()
    camera.open()
    numbers: list[int | None] = []

    def look() -> bool:
        frame = camera.latest()
        if frame is not None:
            assert frame.i420.shape == (270, 320)
            assert frame.i420.flags.c_contiguous
            numbers.append(frame_number.read(frame.i420[:180]))
            assert numbers[-1] == frame.number
        return len(set(numbers)) > 12

    wait_for(look)
    camera.close()
    assert camera.latest() is None
    assert numbers == sorted(numbers)  # type: ignore[type-var]


def write_y4m(file: Path, *, pictures: int, rate: str = "30:1") -> Path:
    """Pictures of 320 x 180, numbered from 100."""
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W320 H180 F{rate} C420\n".encode())
        for number in range(pictures):
            pixels = np.full((270, 320), 90, dtype=np.uint8)
            frame_number.draw(pixels, 100 + number)
            out.write(b"FRAME\n" + pixels.tobytes())
    return file


def test_an_uncompressed_video_is_played_at_the_pace_of_the_clock(tmp_path: Path, faults: SimulatedFaults) -> None:
    file = write_y4m(tmp_path / "scene.y4m", pictures=7, rate="50:1")
    assert can_be_played(file)
    camera = SimulatedCamera(CameraOptions(simulated_file=str(file)), faults)
    seen: dict[float, int] = {}

    def look() -> bool:
        frame = camera.latest()
        if frame is not None:
            assert frame_number.read(frame.i420[:180]) == frame.number
            assert frame.i420.flags.c_contiguous
            seen[frame.captured_s] = frame.number
        return len(seen) > 20

    camera.open()
    wait_for(look)
    camera.close()
    # However busy the machine was: the picture of each instant, and each instant a whole number of periods later.
    first_s, first = next(iter(seen.items()))
    for at_s, number in seen.items():
        periods = round((at_s - first_s) * 50)
        assert at_s - first_s == pytest.approx(periods / 50, abs=1e-6)
        assert (number - first - periods) % 7 == 0


def test_an_uncompressed_video_without_numbers_has_its_own(tmp_path: Path, faults: SimulatedFaults) -> None:
    file = tmp_path / "plain.y4m"
    file.write_bytes(b"YUV4MPEG2 W320 H180\nFRAME\n" + bytes(320 * 270))
    camera = SimulatedCamera(CameraOptions(simulated_file=str(file)), faults)
    numbers: set[int] = set()

    def look() -> bool:
        frame = camera.latest()
        if frame is not None:
            numbers.add(frame.number)
        return len(numbers) > 5

    camera.open()
    wait_for(look)
    camera.close()


def lose_and_find(camera: SimulatedCamera, state_file: Path) -> None:
    camera.open()
    wait_for(camera.latest)
    order(state_file, camera="unplugged")
    wait_for(lambda: camera.latest() is None)
    assert camera.status is DeviceStatus.UNPLUGGED
    order(state_file)
    wait_for(camera.latest)
    camera.close()


def test_an_uncompressed_video_is_lost_on_command(tmp_path: Path, state_file: Path, faults: SimulatedFaults) -> None:
    camera = SimulatedCamera(CameraOptions(simulated_file=str(write_y4m(tmp_path / "scene.y4m", pictures=3))), faults)
    lose_and_find(camera, state_file)


@pytest.mark.parametrize("content", [b"", b"YUV4MPEG2 W320 H180\n", b"YUV4MPEG2 W320 H180\nFRAME\nshort"])
def test_an_uncompressed_video_that_cannot_be_read_is_no_camera(
    tmp_path: Path, faults: SimulatedFaults, content: bytes
) -> None:
    file = tmp_path / "bad.y4m"
    file.write_bytes(content)
    assert not can_be_played(file)
    camera = SimulatedCamera(CameraOptions(simulated_file=str(file)), faults)
    camera.open()
    wait_for(lambda: camera.status is DeviceStatus.UNPLUGGED)
    camera.close()
    assert camera.latest() is None


def test_what_the_camera_can_play(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "face.png")
    (tmp_path / "text.txt").write_text("no picture")
    assert can_be_played(tmp_path / "face.png")
    assert not can_be_played(tmp_path / "text.txt")
    assert not can_be_played(tmp_path / "absent.y4m")
    assert not can_be_played(tmp_path)


def test_the_camera_is_lost_and_found_on_command(state_file: Path, faults: SimulatedFaults) -> None:
    told: list[DeviceStatus] = []
    camera = SimulatedCamera(SMALL, faults, told.append)
    lose_and_find(camera, state_file)
    assert told == [DeviceStatus.READY, DeviceStatus.UNPLUGGED, DeviceStatus.READY]


def test_a_picture_as_camera(tmp_path: Path, faults: SimulatedFaults) -> None:
    Image.new("RGB", (641, 361), (200, 30, 30)).save(tmp_path / "face.png")
    camera = SimulatedCamera(CameraOptions(simulated_file=str(tmp_path / "face.png")), faults)
    camera.open()
    wait_for(lambda: (frame := camera.latest()) is not None and frame.number > 3)
    frame = camera.latest()
    camera.close()
    assert frame is not None
    assert (frame.width, frame.height) == (640, 360)
    assert np.ptp(frame.i420[:360]) < 4


def test_a_file_that_is_neither_picture_nor_video_is_an_unplugged_camera(
    tmp_path: Path, faults: SimulatedFaults
) -> None:
    (tmp_path / "face.png").write_text("no")
    camera = SimulatedCamera(CameraOptions(simulated_file=str(tmp_path / "face.png")), faults)
    camera.probe()
    camera.open()
    wait_for(lambda: camera.status is DeviceStatus.UNPLUGGED)
    assert camera.latest() is None
    camera.close()


# ---- scanner ------------------------------------------------------------------------------------------------


async def scan(scanner: SimulatedScanner, settings: ScanSettings = GLASS) -> list[ScanEvent]:
    return [event async for event in scanner.scan(settings)]


def test_the_form_has_words_on_paper() -> None:
    page = draw_page(1, 100, colour=False)
    assert page.mode == "L"
    assert page.size == (827, 1169)
    dark = sum(page.histogram()[:100]) / (page.width * page.height)
    assert 0.005 < dark < 0.2
    assert draw_page(1, 100, colour=True).mode == "RGB"
    assert draw_page(2, 100, colour=False).tobytes() != page.tobytes()


async def test_glass_and_feeder(faults: SimulatedFaults) -> None:
    scanner = SimulatedScanner(ScannerOptions(), faults, step_s=0.001)
    events = await scan(scanner)
    (page,) = [event for event in events if isinstance(event, PageScanned)]
    assert Image.open(io.BytesIO(page.jpeg)).size == (page.width_px, page.height_px)
    assert Image.open(io.BytesIO(page.preview_jpeg)).height <= 900
    assert events[-1] == ScanStopped(DeviceStatus.READY, 1)
    feeder = await scan(scanner, ScanSettings(dpi=75, source=ScanSource.FEEDER))
    assert feeder[-1] == ScanStopped(DeviceStatus.READY, 3)


async def test_pictures_of_a_directory_lie_on_the_glass_in_turn(tmp_path: Path, faults: SimulatedFaults) -> None:
    for index, shade in enumerate((10, 200)):
        Image.new("L", (60, 80), shade).save(tmp_path / f"{index}.png")
    (tmp_path / "notes.txt").write_text("not a page")
    scanner = SimulatedScanner(ScannerOptions(simulated_pages=str(tmp_path)), faults, step_s=0.001)
    shades = []
    for _ in range(3):
        (page,) = [event for event in await scan(scanner) if isinstance(event, PageScanned)]
        shades.append(Image.open(io.BytesIO(page.jpeg)).getpixel((5, 5)))
    assert [round(shade, -1) for shade in shades] == [10, 200, 10]
    (tmp_path / "0.png").write_text("broken")
    (tmp_path / "1.png").write_text("broken")
    assert (await scan(scanner))[-1] == ScanStopped(DeviceStatus.FAILED, 0)


@pytest.mark.parametrize("status", FAULTS)
@pytest.mark.parametrize("moment", ["before", "mid_page", "between_pages"])
async def test_scanner_faults(state_file: Path, faults: SimulatedFaults, status: DeviceStatus, moment: str) -> None:
    scanner = SimulatedScanner(ScannerOptions(), faults, step_s=0.001)
    if moment == "before":
        order(state_file, scanner=status.value)
        assert await scanner.probe() is status
    events = []
    async for event in scanner.scan(ScanSettings(dpi=75, source=ScanSource.FEEDER)):
        events.append(event)
        if (moment == "mid_page" and isinstance(event, ScanProgress)) or isinstance(event, PageScanned):
            order(state_file, scanner=status.value)
    assert events[-1] == ScanStopped(status, 1 if moment == "between_pages" else 0)
    assert scanner.status is status
    order(state_file)
    assert await scanner.probe() is DeviceStatus.READY


async def test_the_scanner_is_cancelled(faults: SimulatedFaults) -> None:
    scanner = SimulatedScanner(ScannerOptions(), faults, step_s=5)
    job = asyncio.create_task(scan(scanner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await scan(scanner) == [ScanStopped(DeviceStatus.BUSY, 0)]
    await scanner.cancel()
    assert (await job)[-1] == ScanStopped(DeviceStatus.READY, 0, cancelled=True)


# ---- printer ------------------------------------------------------------------------------------------------


def page() -> bytes:
    out = io.BytesIO()
    draw_page(1, 40, colour=False).save(out, "JPEG")
    return out.getvalue()


async def test_printed_paper_is_a_file(tmp_path: Path, faults: SimulatedFaults) -> None:
    printer = SimulatedPrinter(PrinterOptions(simulated_output=str(tmp_path / "out")), faults, page_s=0.001)
    for expected in (2, 1):
        events = [event async for event in printer.print_pages([page()] * expected)]
        assert events[-1] == PrintStopped(True, DeviceStatus.READY, expected)
    counts = [len(pypdf.PdfReader(file).pages) for file in sorted((tmp_path / "out").iterdir())]
    assert counts == [2, 1]


@pytest.mark.parametrize("status", [DeviceStatus.NO_PAPER, DeviceStatus.JAMMED, DeviceStatus.COVER_OPEN])
async def test_the_printer_waits_for_a_person(
    tmp_path: Path, state_file: Path, faults: SimulatedFaults, status: DeviceStatus
) -> None:
    printer = SimulatedPrinter(PrinterOptions(simulated_output=str(tmp_path / "out")), faults, page_s=0.001)
    said = []
    async for event in printer.print_pages([page(), page()]):
        said.append(event)
        if event == PrintProgress(DeviceStatus.BUSY, 1, 2):
            order(state_file, printer=status.value)
        if event == PrintProgress(status, 1, 2):
            assert printer.status is status
            order(state_file)
    assert PrintProgress(status, 1, 2) in said
    assert said[-1] == PrintStopped(True, DeviceStatus.READY, 2)


async def test_a_printer_that_nobody_helps_gives_up(tmp_path: Path, state_file: Path, faults: SimulatedFaults) -> None:
    order(state_file, printer="no_paper")
    options = PrinterOptions(simulated_output=str(tmp_path / "out"), job_timeout_s=0.3)
    events = [event async for event in SimulatedPrinter(options, faults).print_pages([page()])]
    assert events[-1] == PrintStopped(False, DeviceStatus.NO_PAPER, 0)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("status", [DeviceStatus.UNPLUGGED, DeviceStatus.FAILED])
async def test_a_broken_printer_ends_the_job(state_file: Path, faults: SimulatedFaults, status: DeviceStatus) -> None:
    order(state_file, printer=status.value)
    printer = SimulatedPrinter(PrinterOptions(), faults)
    assert [event async for event in printer.print_pages([page()])][-1] == PrintStopped(False, status, 0)


async def test_purge_cancels(tmp_path: Path, faults: SimulatedFaults) -> None:
    printer = SimulatedPrinter(PrinterOptions(simulated_output=str(tmp_path / "out")), faults, page_s=5)
    said = []
    async for event in printer.print_pages([page()]):
        said.append(event)
        await printer.purge()
    assert said[-1] == PrintStopped(False, DeviceStatus.READY, 0, cancelled=True)
    assert not (tmp_path / "out").exists()
