"""A printer for machines without one: writes PDF files into a directory; runs out of paper on command."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from kiosk.config import PrinterOptions
from kiosk.core.ports import DeviceName, DeviceStatus, PrintEvent, PrintProgress, PrintStopped
from kiosk.devices.pdf import pages_to_pdf
from kiosk.devices.simulation import SimulatedFaults
from kiosk.devices.status import StatusListener, StatusWord

_PAGE_S = 0.5
_WAIT_S = 0.25
_SLOW = 6
_WAITING = (DeviceStatus.NO_PAPER, DeviceStatus.JAMMED, DeviceStatus.COVER_OPEN)


class SimulatedPrinter:
    """`kiosk.core.ports.Printer` without a printer: waits for a person as a real one would, then goes on.

    Files are `print-0001.pdf`, `print-0002.pdf`... in `simulated_output`: they stand for paper, `purge` leaves them.
    """

    def __init__(
        self,
        options: PrinterOptions,
        faults: SimulatedFaults,
        listener: StatusListener | None = None,
        *,
        page_s: float = _PAGE_S,
    ) -> None:
        self._options = options
        self._faults = faults
        self._status = StatusWord(listener)
        self._page_s = page_s
        self._cancel: asyncio.Event | None = None

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    async def print_pages(self, pages: Sequence[bytes]) -> AsyncIterator[PrintEvent]:
        """See the port."""
        if self._cancel is not None:
            yield PrintStopped(False, DeviceStatus.BUSY, 0)
            return
        cancel = self._cancel = asyncio.Event()
        self._status.set(DeviceStatus.BUSY)
        left_as, done = DeviceStatus.READY, 0
        try:
            yield PrintProgress(DeviceStatus.BUSY, 0, len(pages))
            moved_s = time.monotonic()
            while done < len(pages) and not cancel.is_set():
                left_as = self._faults.of(DeviceName.PRINTER)
                if left_as in _WAITING and time.monotonic() - moved_s < self._options.job_timeout_s:
                    if self._status.word is not left_as:
                        self._status.set(left_as)
                        yield PrintProgress(left_as, done, len(pages))
                    await _pause(cancel, _WAIT_S)
                    continue
                if left_as not in (DeviceStatus.READY, DeviceStatus.BUSY):
                    break
                self._status.set(DeviceStatus.BUSY)
                await _pause(cancel, self._page_s * (_SLOW if left_as is DeviceStatus.BUSY else 1))
                left_as = DeviceStatus.READY
                if not cancel.is_set():
                    done += 1
                    moved_s = time.monotonic()
                    yield PrintProgress(DeviceStatus.BUSY, done, len(pages))
            if done == len(pages) and not await asyncio.to_thread(self._write, pages):
                left_as, done = DeviceStatus.FAILED, 0
        finally:
            self._cancel = None
            self._status.set(DeviceStatus.READY if cancel.is_set() else left_as)
        printed = done == len(pages) and left_as is DeviceStatus.READY
        cancelled = cancel.is_set() and not printed
        yield PrintStopped(printed, DeviceStatus.READY if cancelled else left_as, done, cancelled=cancelled)

    async def cancel(self) -> None:
        """See the port."""
        if self._cancel is not None:
            self._cancel.set()

    async def purge(self) -> None:
        """See the port: nothing is spooled, so only a running job can remain."""
        await self.cancel()

    async def probe(self) -> DeviceStatus:
        """The state ordered by the state file."""
        if self._cancel is None:
            ordered = self._faults.of(DeviceName.PRINTER)
            self._status.set(DeviceStatus.READY if ordered is DeviceStatus.BUSY else ordered)
        return self._status.word

    def _write(self, pages: Sequence[bytes]) -> bool:
        try:
            data = pages_to_pdf(pages)
            if self._options.simulated_output:
                folder = Path(self._options.simulated_output)
                folder.mkdir(parents=True, exist_ok=True)
                taken = sum(1 for _ in folder.glob("print-*.pdf"))
                (folder / f"print-{taken + 1:04d}.pdf").write_bytes(data)
        except (OSError, ValueError):
            return False
        return True


async def _pause(cancel: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(cancel.wait(), seconds)
