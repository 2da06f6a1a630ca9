"""Supervision of devices: asked when it is worth it, told on change only."""

import asyncio
import logging
import threading

import pytest

from kiosk.core.ports import DeviceName, DeviceStatus
from kiosk.devices.supervisor import Supervisor

SCANNER, PRINTER, CAMERA = DeviceName.SCANNER, DeviceName.PRINTER, DeviceName.CAMERA
READY, JAMMED, UNPLUGGED = DeviceStatus.READY, DeviceStatus.JAMMED, DeviceStatus.UNPLUGGED


class Asked:
    """A device whose answers are chosen; counts the questions."""

    def __init__(self, answer: DeviceStatus | Exception) -> None:
        self.answer = answer
        self.times = 0
        self.asked = asyncio.Event()

    async def probe(self) -> DeviceStatus:
        self.times += 1
        self.asked.set()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def again(self, limit_s: float = 5.0) -> None:
        """Wait for the next question and its answer's effect."""
        self.asked.clear()
        await asyncio.wait_for(self.asked.wait(), limit_s)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def supervise(device: Asked, **times: object) -> tuple[Supervisor, list[tuple[DeviceName, DeviceStatus]]]:
    told: list[tuple[DeviceName, DeviceStatus]] = []
    supervisor = Supervisor(lambda name, status: told.append((name, status)), **{"pauses_s": (0.02, 0.04), **times})
    supervisor.add(SCANNER, device.probe)
    return supervisor, told


async def test_every_device_is_asked_at_start() -> None:
    device = Asked(READY)
    supervisor, told = supervise(device)
    assert supervisor.statuses() == {SCANNER: DeviceStatus.BUSY}
    supervisor.start()
    await device.again()
    assert told == [(SCANNER, READY)]
    assert supervisor.statuses() == {SCANNER: READY}
    await supervisor.stop()


async def test_a_device_out_of_order_is_asked_until_it_works() -> None:
    device = Asked(UNPLUGGED)
    supervisor, told = supervise(device)
    supervisor.start()
    for _ in range(3):
        await device.again()
    device.answer = READY
    await device.again()
    assert told == [(SCANNER, UNPLUGGED), (SCANNER, READY)]
    times = device.times
    await asyncio.sleep(0.15)
    assert device.times == times
    await supervisor.stop()


async def test_a_fault_told_by_the_device_starts_the_questions() -> None:
    device = Asked(READY)
    supervisor, told = supervise(device)
    supervisor.start()
    await device.again()
    supervisor.report(SCANNER, JAMMED)
    assert told[-1] == (SCANNER, JAMMED)
    await device.again()
    assert told[-1] == (SCANNER, READY)
    await supervisor.stop()


async def test_news_may_come_from_another_thread() -> None:
    device = Asked(READY)
    supervisor, told = supervise(device)
    supervisor.start()
    await device.again()
    thread = threading.Thread(target=supervisor.report, args=(CAMERA, UNPLUGGED))
    thread.start()
    thread.join()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told[-1] == (CAMERA, UNPLUGGED)
    assert supervisor.statuses()[CAMERA] is UNPLUGGED
    await supervisor.stop()
    supervisor.report(CAMERA, READY)


async def test_plugging_asks_at_once_and_only_what_is_concerned() -> None:
    device = Asked(READY)
    supervisor, _ = supervise(device)
    supervisor.start()
    await device.again()
    supervisor.probe_soon([PRINTER])
    await asyncio.sleep(0.05)
    assert device.times == 1
    supervisor.probe_soon([SCANNER, PRINTER])
    await device.again()
    assert device.times == 2
    await supervisor.stop()


async def test_without_udev_working_devices_are_asked_from_time_to_time_but_not_in_a_call() -> None:
    device = Asked(READY)
    supervisor, _ = supervise(device, period_s=0.05)
    supervisor.set_periodic(True)
    supervisor.start()
    await device.again()
    await device.again()
    supervisor.set_in_call(True)
    times = device.times
    await asyncio.sleep(0.2)
    assert device.times == times
    supervisor.set_in_call(False)
    await device.again()
    await supervisor.stop()


async def test_a_probe_that_raises_is_a_failed_device_and_is_asked_again() -> None:
    device = Asked(RuntimeError("driver"))
    supervisor, told = supervise(device)
    supervisor.start()
    await device.again()
    assert told == [(SCANNER, DeviceStatus.FAILED)]
    device.answer = READY
    await device.again()
    assert told[-1] == (SCANNER, READY)
    await supervisor.stop()


async def test_only_transitions_are_logged_and_a_lasting_fault_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    device = Asked(UNPLUGGED)
    supervisor, _ = supervise(device, lasting_s=0.05)
    supervisor.start()
    for _ in range(6):
        await device.again()
    assert supervisor.lasting() == {SCANNER}
    device.answer = READY
    await device.again()
    assert supervisor.lasting() == frozenset()
    for status in (DeviceStatus.BUSY, READY, DeviceStatus.BUSY, READY):
        supervisor.report(SCANNER, status)
    await supervisor.stop()
    events = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert events == ["DEVICE_CHANGED", "DEVICE_FAULT_LASTS", "DEVICE_CHANGED"]


async def test_nothing_is_asked_after_stop() -> None:
    device = Asked(UNPLUGGED)
    supervisor, _ = supervise(device)
    supervisor.start()
    await device.again()
    await supervisor.stop()
    times = device.times
    await asyncio.sleep(0.1)
    assert device.times == times
