"""Plugging: events are gathered, then the devices concerned are told once."""

import asyncio
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.core.ports import DeviceName
from kiosk.devices import hotplug
from kiosk.devices.hotplug import Hotplug


@dataclass
class Event:
    subsystem: str | None


class Monitor:
    """udev's socket, as a pipe: readable while events wait."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        self.events: deque[Event | OSError] = deque()

    def send(self, *subsystems: str | None) -> None:
        self.events += [Event(subsystem) for subsystem in subsystems]
        os.write(self._write, b".")

    def overflow(self) -> None:
        self.events.append(OSError(105, "No buffer space available"))
        os.write(self._write, b".")

    def fileno(self) -> int:
        return self._read

    def poll(self, timeout: float) -> Event | None:
        assert timeout == 0
        if not self.events:
            os.read(self._read, 4096)
            return None
        event = self.events.popleft()
        if isinstance(event, OSError):
            os.read(self._read, 4096)
            raise event
        return event

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


class Told:
    def __init__(self) -> None:
        self.times: list[frozenset[DeviceName]] = []
        self.news = asyncio.Event()

    def __call__(self, devices: frozenset[DeviceName]) -> None:
        self.times.append(devices)
        self.news.set()


async def watching(debounce_s: float = 0.05) -> tuple[Hotplug, Monitor, Told]:
    monitor, told = Monitor(), Told()
    watcher = Hotplug(told, debounce_s=debounce_s, open_monitor=lambda: monitor)
    assert watcher.start()
    return watcher, monitor, told


async def test_a_burst_is_told_once() -> None:
    watcher, monitor, told = await watching(debounce_s=0.3)
    monitor.send("usb", "usb", "video4linux", "input")
    await asyncio.sleep(0.01)
    monitor.send("usbmisc", None)
    await asyncio.wait_for(told.news.wait(), 5)
    await asyncio.sleep(0.4)
    assert told.times == [frozenset({DeviceName.CAMERA, DeviceName.SCANNER, DeviceName.PRINTER})]
    assert not monitor.events
    watcher.stop()
    monitor.close()


async def test_events_of_no_interest_are_not_told() -> None:
    watcher, monitor, told = await watching()
    monitor.send("input", "net", None)
    await asyncio.sleep(0.15)
    assert told.times == []
    watcher.stop()
    monitor.close()


async def test_lost_events_mean_that_anything_may_have_moved() -> None:
    watcher, monitor, told = await watching()
    monitor.overflow()
    await asyncio.wait_for(told.news.wait(), 5)
    assert told.times == [frozenset(DeviceName)]
    watcher.stop()
    monitor.close()


async def test_stopping_forgets_what_was_gathered() -> None:
    watcher, monitor, told = await watching()
    monitor.send("sound")
    await asyncio.sleep(0.01)
    watcher.stop()
    watcher.stop()
    await asyncio.sleep(0.1)
    assert told.times == []
    monitor.close()


async def test_without_udev_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotplug, "_UDEV_RUNS", tmp_path / "none")
    watcher = Hotplug(lambda devices: None)
    assert watcher.start() is False
    watcher.stop()


async def test_the_real_monitor_opens_where_udev_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The netlink socket and its filters are real, whether or not a udev daemon feeds it here."""
    monkeypatch.setattr(hotplug, "_UDEV_RUNS", tmp_path)
    watcher = Hotplug(lambda devices: None)
    assert watcher.start() is True
    await asyncio.sleep(0.01)
    watcher.stop()
