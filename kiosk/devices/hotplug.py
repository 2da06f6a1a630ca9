"""Which devices to ask again, because something was plugged or unplugged.

udev only tells that something moved. A device with several functions makes a dozen events and its services (CUPS,
ipp-usb) come up seconds later: events are gathered until they stop, then the devices concerned are probed.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pyudev

from hub.logbook import record
from kiosk.core.ports import DeviceName
from kiosk.journal import Event

Plugged = Callable[[frozenset[DeviceName]], None]

_log = logging.getLogger(__name__)

DEBOUNCE_S = 1.5
_UDEV_RUNS = Path("/run/udev/control")
_BUFFER_BYTES = 1 << 20

_CONCERNS = {
    "video4linux": frozenset({DeviceName.CAMERA}),
    "sound": frozenset({DeviceName.MICROPHONE, DeviceName.LOUDSPEAKER}),
    "usb": frozenset({DeviceName.SCANNER, DeviceName.PRINTER}),
    "usbmisc": frozenset({DeviceName.PRINTER}),
    "scsi_generic": frozenset({DeviceName.SCANNER}),
}


class UdevEvent(Protocol):
    """The part of `pyudev.Device` used here."""

    subsystem: str | None


class UdevMonitor(Protocol):
    """The part of `pyudev.Monitor` used here."""

    def fileno(self) -> int: ...

    def poll(self, timeout: float) -> UdevEvent | None: ...


class Hotplug:
    """Watches udev on the running loop.

    Args:
        on_plugged: called with the devices to ask again, `debounce_s` after the last event.
        open_monitor: gives a started monitor, or None where udev does not run.
    """

    def __init__(
        self,
        on_plugged: Plugged,
        *,
        debounce_s: float = DEBOUNCE_S,
        open_monitor: Callable[[], UdevMonitor | None] | None = None,
    ) -> None:
        self._on_plugged = on_plugged
        self._debounce_s = debounce_s
        self._open_monitor = open_monitor or open_udev_monitor
        self._monitor: UdevMonitor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._concerned: set[DeviceName] = set()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> bool:
        """Begin watching; False when udev cannot tell anything here (a container)."""
        self._monitor = self._open_monitor()
        if self._monitor is None:
            record(_log, Event.HOTPLUG_UNAVAILABLE, logging.WARNING)
            return False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._monitor.fileno(), self._drain)
        return True

    def stop(self) -> None:
        """Stop watching; nothing is called any more."""
        if self._monitor is not None and self._loop is not None:
            self._loop.remove_reader(self._monitor.fileno())
        if self._timer is not None:
            self._timer.cancel()
        self._monitor = self._loop = self._timer = None
        self._concerned.clear()

    def _drain(self) -> None:
        """Take every event that waits: what is left in the buffer would be lost when it overflows."""
        assert self._monitor is not None
        assert self._loop is not None
        concerned: set[DeviceName] = set()
        try:
            while (event := self._monitor.poll(timeout=0)) is not None:
                concerned |= _CONCERNS.get(event.subsystem or "", frozenset())
        except OSError:  # the kernel dropped events (ENOBUFS): anything may have moved
            concerned |= set(DeviceName)
        if not concerned:
            return
        self._concerned |= concerned
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self._debounce_s, self._tell)

    def _tell(self) -> None:
        concerned, self._concerned, self._timer = frozenset(self._concerned), set(), None
        record(_log, Event.HOTPLUG_SEEN, devices=len(concerned))
        self._on_plugged(concerned)


def open_udev_monitor() -> UdevMonitor | None:
    """A started monitor of udev's own events (rules and permissions are applied by then), or None."""
    if not _UDEV_RUNS.exists():
        return None
    try:
        monitor: Any = pyudev.Monitor.from_netlink(pyudev.Context(), source="udev")
        for subsystem in _CONCERNS:
            monitor.filter_by(subsystem)
        monitor.set_receive_buffer_size(_BUFFER_BYTES)
        monitor.start()
    except (OSError, ImportError):
        return None
    opened: UdevMonitor = monitor
    return opened
