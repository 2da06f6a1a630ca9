"""The printer, seen from the kiosk: one worker process per job; nothing of a job outlives its session."""

import logging
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from hub.logbook import record
from kiosk.config import PrinterOptions
from kiosk.core.ports import DeviceStatus, PrintEvent, PrintProgress, PrintStopped
from kiosk.devices.frames import Frame
from kiosk.devices.status import StatusListener, StatusWord, status_word
from kiosk.devices.worker_job import Launch, WorkerEnd, WorkerJob, ask_worker, bare_environment
from kiosk.errors import GarbledStream
from kiosk.journal import Event

WORKER = (sys.executable, "-m", "kiosk.devices.printer_worker")

_log = logging.getLogger(__name__)

_PROBE_TIMEOUT_S = 10.0
_PURGE_TIMEOUT_S = 10.0
_SILENCE_LIMIT_S = 30.0
"""The worker speaks twice a second; a CUPS call may block for some seconds."""
_CANCEL_GRACE_S = 8.0
"""Cancelling at the printer and purging take up to seven seconds; killed before, both would be owed."""


class CupsPrinter:
    """`kiosk.core.ports.Printer` on CUPS.

    Args:
        options: queue, server, time allowed without progress.
        listener: told of each change of status.
        worker: command of the worker process.
        silence_limit_s: a worker silent for longer is killed.
    """

    def __init__(
        self,
        options: PrinterOptions,
        listener: StatusListener | None = None,
        *,
        worker: Sequence[str] = WORKER,
        silence_limit_s: float = _SILENCE_LIMIT_S,
    ) -> None:
        self._options = options
        self._status = StatusWord(listener)
        self._launch = Launch(tuple(worker), bare_environment(), "printer")
        self._silence_limit_s = silence_limit_s
        self._job: WorkerJob[PrintEvent | _Aside] | None = None
        # A job of before a crash may still be in the spool: the first probe removes it.
        self._purge_owed = True

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    async def print_pages(self, pages: Sequence[bytes]) -> AsyncIterator[PrintEvent]:
        """See the port. A second job while one runs ends at once with `busy`."""
        if self._job is not None:
            yield PrintStopped(False, DeviceStatus.BUSY, 0)
            return
        out = 0

        def ended(end: WorkerEnd) -> PrintEvent:
            self._purge_owed = True  # the worker is gone, its job may not be
            cancelled = end is WorkerEnd.CANCELLED
            return PrintStopped(False, DeviceStatus.READY if cancelled else DeviceStatus.FAILED, out, cancelled)

        job = self._job = WorkerJob[PrintEvent | _Aside](
            self._launch,
            {**self._base_request(), "do": "print", "job_timeout_s": self._options.job_timeout_s},
            *pages,
            translate=self._event_of,
            is_last=lambda event: isinstance(event, PrintStopped),
            ended=ended,
            timeout_s=self._silence_limit_s,
            restarts_clock=lambda event: True,
            cancel_grace_s=_CANCEL_GRACE_S,
        )
        self._status.set(DeviceStatus.BUSY)
        said: PrintProgress | None = None
        left_as = DeviceStatus.READY
        try:
            async for event in job.events():
                if isinstance(event, PrintProgress):
                    out = event.page
                    self._status.set(event.status)
                    if event == said:
                        continue
                    said = event
                    yield event
                elif isinstance(event, PrintStopped):
                    left_as = event.status
                    if self._purge_owed:
                        await self._purge()
                    self._job = None
                    self._status.set(left_as)
                    yield event
        finally:
            if self._job is job:  # the caller left in the middle
                await job.kill()
                await self._purge()
                self._job = None
                self._status.set(left_as)

    async def cancel(self) -> None:
        """See the port."""
        if self._job is not None:
            await self._job.cancel()

    async def purge(self) -> None:
        """See the port. What cannot be purged now is logged, and purged before the printer counts as ready again."""
        await self.cancel()
        await self._purge()

    async def probe(self) -> DeviceStatus:
        """See the port. While a job runs its own polling tells."""
        if self._job is not None:
            return self._status.word
        frame = await ask_worker(self._launch, {**self._base_request(), "do": "probe"}, timeout_s=_PROBE_TIMEOUT_S)
        word = status_word(frame.head.get("status")) if frame else DeviceStatus.FAILED
        if frame is not None and "policy_set" in frame.head:
            done = bool(frame.head["policy_set"])
            event = Event.PRINT_POLICY_SET if done else Event.PRINT_POLICY_WRONG
            record(_log, event, logging.INFO if done else logging.WARNING)
        if self._purge_owed and frame is not None and self._job is None:
            await self._purge()
        if self._job is None:
            self._status.set(word)
        return self._status.word

    async def _purge(self) -> None:
        frame = await ask_worker(self._launch, {**self._base_request(), "do": "purge"}, timeout_s=_PURGE_TIMEOUT_S)
        left = frame.head.get("left") if frame else -1
        self._purge_owed = left != 0
        if left != 0:
            record(_log, Event.PRINT_JOBS_LEFT, logging.WARNING, left=left if isinstance(left, int) else -1)

    def _event_of(self, frame: Frame) -> "PrintEvent | _Aside | None":
        """The event of a worker's frame. Raises GarbledStream when a field is missing or of a wrong type."""
        head = frame.head
        try:
            match frame.event:
                case "progress":
                    return PrintProgress(status_word(head["status"]), int(head["page"]), int(head["pages"]))
                case "stopped":
                    self._purge_owed = not head["purged"]
                    return PrintStopped(
                        bool(head["printed"]), status_word(head["status"]), int(head["page"]), bool(head["cancelled"])
                    )
                case _:
                    return _Aside()
        except (KeyError, TypeError, ValueError):
            raise GarbledStream("a field is missing or of a wrong type") from None

    def _base_request(self) -> dict[str, Any]:
        return {"queue": self._options.queue, "server": self._options.server}


class _Aside:
    """A frame that only shows that the worker lives."""
