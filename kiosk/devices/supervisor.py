"""Which devices work: asked at start, after a plug or a fault, and told to whoever must know, on change only."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable

from hub.logbook import record
from kiosk.core.ports import DeviceName, DeviceStatus
from kiosk.journal import Event

Probe = Callable[[], Awaitable[DeviceStatus]]
StatusChanged = Callable[[DeviceName, DeviceStatus], None]

_log = logging.getLogger(__name__)

_WELL = (DeviceStatus.READY, DeviceStatus.BUSY)
_FAULT_PAUSES_S = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
LASTING_S = 300.0
"""A fault older than this is not temporary any more: it is logged once as such."""
PERIOD_S = 30.0


class Supervisor:
    """Keeps the word of each device and asks again when it is worth it.

    Everything runs on the loop that called `start`; only `report` may come from any thread.

    Args:
        on_change: called on the loop with each change, and with the first word of each device.
        pauses_s: between two questions to a device out of order; the last one repeats.
        period_s: between two questions to a working device, when nothing else tells (see `set_periodic`).
    """

    def __init__(
        self,
        on_change: StatusChanged,
        *,
        pauses_s: tuple[float, ...] = _FAULT_PAUSES_S,
        period_s: float = PERIOD_S,
        lasting_s: float = LASTING_S,
    ) -> None:
        self._on_change = on_change
        self._pauses_s = pauses_s
        self._period_s = period_s
        self._lasting_s = lasting_s
        self._probes: dict[DeviceName, Probe] = {}
        self._words: dict[DeviceName, DeviceStatus] = {}
        self._faulty_since_s: dict[DeviceName, float] = {}
        self._lasting: set[DeviceName] = set()
        self._due: set[DeviceName] = set()
        self._wake: dict[DeviceName, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._in_call = False
        self._periodic = False

    def add(self, name: DeviceName, probe: Probe) -> None:
        """A device to look after; before `start`."""
        self._probes[name] = probe

    def start(self) -> None:
        """Begin: each device is asked at once, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        for name in self._probes:
            self._wake[name] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._look_after(name), name=f"supervise {name.value}"))

    async def stop(self) -> None:
        """No question is under way and none will be asked when this returns."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._loop = None

    def statuses(self) -> dict[DeviceName, DeviceStatus]:
        """The word of each device; `busy` for one that has not answered yet."""
        return {name: self._words.get(name, DeviceStatus.BUSY) for name in (*self._probes, *self._words)}

    def lasting(self) -> frozenset[DeviceName]:
        """Devices out of order for so long that somebody must come."""
        return frozenset(self._lasting)

    def report(self, name: DeviceName, status: DeviceStatus) -> None:
        """A device's own news; any thread. Before `start` and after `stop` nobody listens."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        if threading.get_ident() == self._thread:
            self._note(name, status)
        else:
            loop.call_soon_threadsafe(self._note, name, status)

    def probe_soon(self, names: Iterable[DeviceName]) -> None:
        """Something was plugged or unplugged: ask these devices now."""
        for name in names:
            if name in self._wake:
                self._due.add(name)
                self._wake[name].set()

    def set_in_call(self, in_call: bool) -> None:
        """During a call working devices are not asked without a reason."""
        self._in_call = in_call

    def set_periodic(self, periodic: bool) -> None:
        """Ask working devices every `period_s`: for machines where udev does not tell."""
        self._periodic = periodic

    async def _look_after(self, name: DeviceName) -> None:
        await self._ask(name)
        tries = 0
        while True:
            well = self._words[name] in _WELL
            woken = await self._pause(
                name, self._period_s if well else self._pauses_s[min(tries, len(self._pauses_s) - 1)]
            )
            if woken and name not in self._due:
                tries = 0  # the device itself brought news: choose the pause anew, do not ask what it has just said
                continue
            if not woken and well and (self._in_call or not self._periodic):
                continue
            tries = 0 if woken else tries + 1
            self._due.discard(name)
            await self._ask(name)

    async def _ask(self, name: DeviceName) -> None:
        try:
            self._note(name, await self._probes[name]())
        except Exception:  # noqa: BLE001 (a driver's surprise must not end the supervision of its device)
            record(_log, Event.PROBE_FAILED, logging.WARNING, device=name)
            self._note(name, DeviceStatus.FAILED)

    async def _pause(self, name: DeviceName, seconds: float) -> bool:
        """True when woken before the end."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake[name].wait()
        except TimeoutError:
            return False
        self._wake[name].clear()
        return True

    def _note(self, name: DeviceName, status: DeviceStatus) -> None:
        if self._loop is None:  # news that were on their way when it stopped
            return
        now = self._loop.time()
        before = self._words.get(name)
        if status in _WELL:
            self._faulty_since_s.pop(name, None)
            self._lasting.discard(name)
        elif now - self._faulty_since_s.setdefault(name, now) >= self._lasting_s and name not in self._lasting:
            self._lasting.add(name)
            record(_log, Event.DEVICE_FAULT_LASTS, logging.ERROR, device=name, status=status)
        if status is before:
            return
        self._words[name] = status
        # Working is not news worth a line: busy and ready alternate at each job.
        if before is None or not (before in _WELL and status in _WELL):
            level = logging.INFO if status in _WELL else logging.WARNING
            record(_log, Event.DEVICE_CHANGED, level, device=name, status=status)
        if name in self._wake:
            self._wake[name].set()
        self._on_change(name, status)
