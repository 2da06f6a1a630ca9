"""Scanner: every fault at every moment of a job, on SANE's real test backend.

Whatever happens: exactly one last word, the right one; pages already read are kept; no process remains; the next job
works.
"""

import asyncio
from pathlib import Path

import pytest

from kiosk.core.ports import DeviceStatus, PageScanned, ScanProgress, ScanStopped
from tests.kiosk.devices.test_scanner import FEEDER, GLASS, all_of, children, plug, scanner_on, unplug

STATUS_OF_FAULT = {
    "SANE_STATUS_JAMMED": DeviceStatus.JAMMED,
    "SANE_STATUS_NO_DOCS": DeviceStatus.NO_PAPER,
    "SANE_STATUS_COVER_OPEN": DeviceStatus.COVER_OPEN,
    "SANE_STATUS_IO_ERROR": DeviceStatus.UNPLUGGED,
    "SANE_STATUS_DEVICE_BUSY": DeviceStatus.BUSY,
    "SANE_STATUS_NO_MEM": DeviceStatus.FAILED,
    "hang": DeviceStatus.FAILED,
    "killed": DeviceStatus.FAILED,
    "garbage": DeviceStatus.FAILED,
    "slow": DeviceStatus.READY,
}


def expected(moment: str, fault: str) -> ScanStopped:
    """What the job must end with."""
    status = STATUS_OF_FAULT[fault]
    match moment:
        case "starting" | "mid_page":
            return ScanStopped(status, 1 if fault == "slow" else 0)
        case "between_pages":
            if fault == "SANE_STATUS_NO_DOCS":  # this is how the end of the pile looks
                return ScanStopped(DeviceStatus.READY, 1)
            return ScanStopped(status, 10 if fault == "slow" else 1)
        case _:  # after the last page: what was read stays good, even when the driver never lets go
            return ScanStopped(DeviceStatus.READY, 1)


@pytest.mark.parametrize("fault", STATUS_OF_FAULT)
@pytest.mark.parametrize("moment", ["starting", "mid_page", "between_pages", "after_last_page"])
async def test_fault(sane_dir: Path, moment: str, fault: str) -> None:
    scanner = scanner_on(sane_dir, moment, fault, page_timeout_s=6.0 if fault == "hang" else 30.0)
    events = await all_of(scanner, FEEDER if moment == "between_pages" else GLASS)
    assert events[-1] == expected(moment, fault)
    assert sum(isinstance(event, PageScanned) for event in events) == events[-1].pages
    assert scanner.status is events[-1].status
    assert not children()
    assert await scanner_on(sane_dir).probe() is DeviceStatus.READY


@pytest.mark.parametrize("fault", STATUS_OF_FAULT)
async def test_fault_while_cancelling(sane_dir: Path, fault: str) -> None:
    scanner = scanner_on(sane_dir, "cancelling", fault)
    cancel: asyncio.Task[None] | None = None
    async for event in scanner.scan(GLASS):
        if isinstance(event, ScanProgress) and cancel is None:
            cancel = asyncio.create_task(scanner.cancel())
    assert cancel is not None
    await cancel
    assert event == ScanStopped(DeviceStatus.READY, 0, cancelled=True)
    assert not children()


@pytest.mark.parametrize("fault", ["SANE_STATUS_JAMMED", "hang", "killed", "garbage"])
async def test_the_next_job_works(sane_dir: Path, fault: str) -> None:
    broken = scanner_on(sane_dir, "mid_page", fault, page_timeout_s=1.0)
    await all_of(broken, GLASS)
    assert (await all_of(scanner_on(sane_dir), GLASS))[-1] == ScanStopped(DeviceStatus.READY, 1)


async def test_idle_faults_are_seen_by_the_probe(sane_dir: Path) -> None:
    scanner = scanner_on(sane_dir)
    assert await scanner.probe() is DeviceStatus.READY
    unplug(sane_dir)
    assert await scanner.probe() is DeviceStatus.UNPLUGGED
    plug(sane_dir)
    assert await scanner.probe() is DeviceStatus.READY
