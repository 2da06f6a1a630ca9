"""Building the devices from the settings, and the readiness report."""

import asyncio
import json
import threading
from pathlib import Path

import pytest

from kiosk.config import (
    CameraOptions,
    Driver,
    KioskConfig,
    PrinterOptions,
    ScannerOptions,
    SimulationOptions,
)
from kiosk.core.ports import DeviceName, DeviceStatus, PrintStopped, ScanSettings, ScanStopped
from kiosk.devices.build import build_devices
from kiosk.devices.camera import OpenCvCamera
from kiosk.devices.documents import SandboxedRenderer
from kiosk.devices.printer import CupsPrinter
from kiosk.devices.readiness import check_readiness
from kiosk.devices.scanner import SaneScanner


def config(driver: Driver, state_file: Path | None = None) -> KioskConfig:
    return KioskConfig(
        camera=CameraOptions(driver=driver, width_px=320, height_px=180),
        scanner=ScannerOptions(driver=driver),
        printer=PrinterOptions(driver=driver),
        simulation=SimulationOptions(state_file=str(state_file or "")),
    )


async def test_real_devices() -> None:
    devices = build_devices(config(Driver.REAL), lambda name, status: None)
    assert isinstance(devices.camera, OpenCvCamera)
    assert isinstance(devices.scanner, SaneScanner)
    assert isinstance(devices.printer, CupsPrinter)
    assert isinstance(devices.renderer, SandboxedRenderer)


async def test_simulated_devices_are_watched_from_start_to_stop(tmp_path: Path) -> None:
    states = tmp_path / "states.json"
    states.write_text(json.dumps({"scanner": "cover_open"}))
    told: dict[DeviceName, DeviceStatus] = {}
    everything = asyncio.Event()

    def on_status(name: DeviceName, status: DeviceStatus) -> None:
        told[name] = status
        if len(told) == 3:
            everything.set()

    devices = build_devices(config(Driver.SIMULATED, states), on_status)
    devices.start()
    devices.camera.open()
    await asyncio.wait_for(everything.wait(), 5)
    assert told == {
        DeviceName.CAMERA: DeviceStatus.READY,
        DeviceName.SCANNER: DeviceStatus.COVER_OPEN,
        DeviceName.PRINTER: DeviceStatus.READY,
    }
    await devices.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("camera")]


async def test_a_kiosk_without_devices() -> None:
    devices = build_devices(config(Driver.NONE), lambda name, status: None)
    devices.camera.open()
    assert devices.camera.latest() is None
    devices.camera.close()
    assert [event async for event in devices.scanner.scan(ScanSettings())] == [ScanStopped(DeviceStatus.UNPLUGGED, 0)]
    printed = [event async for event in devices.printer.print_pages([b""])]
    assert printed == [PrintStopped(False, DeviceStatus.UNPLUGGED, 0)]
    await devices.printer.purge()
    assert await devices.scanner.probe() is DeviceStatus.UNPLUGGED


async def test_the_readiness_report_names_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def works() -> DeviceStatus:
        return DeviceStatus.READY

    async def hangs() -> DeviceStatus:
        await asyncio.Event().wait()
        raise AssertionError

    async def breaks() -> DeviceStatus:
        raise RuntimeError

    report = await check_readiness(
        {"camera": works, "scanner": hangs, "printer": breaks}, SandboxedRenderer(), limit_s=5
    )
    assert not report.passed
    assert {check.name: check.status for check in report.checks} == {
        "camera": DeviceStatus.READY,
        "scanner": DeviceStatus.FAILED,
        "printer": DeviceStatus.FAILED,
        "sandbox": DeviceStatus.READY,
    }
    assert json.loads(json.dumps(report.as_json()))["passed"] is False
    monkeypatch.setattr(SandboxedRenderer, "available", lambda self: asyncio.sleep(0, result=False))
    alone = await check_readiness({}, SandboxedRenderer())
    assert [(check.name, check.passed) for check in alone.checks] == [("sandbox", False)]
