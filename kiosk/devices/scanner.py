"""The scanner, seen from the kiosk: one worker process per job, whose death or silence is just another status."""

import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from kiosk.config import ScannerOptions
from kiosk.core.conversation import MAX_PAGE_BYTES, MAX_SCAN_PAGES
from kiosk.core.ports import DeviceStatus, PageScanned, ScanEvent, ScanProgress, ScanSettings, ScanStopped
from kiosk.devices.frames import Frame
from kiosk.devices.status import StatusListener, StatusWord, status_word
from kiosk.devices.worker_job import Launch, WorkerEnd, WorkerJob, ask_worker, bare_environment
from kiosk.errors import GarbledStream

WORKER = (sys.executable, "-m", "kiosk.devices.scanner_worker")

_PROBE_TIMEOUT_S = 15.0
_RELEASE_S = 3.0
"""A driver that does not let go of the device within this time is killed; how the job went is known by then."""
_BUSY_RETRIES = 3
_BUSY_DELAY_S = 1.0

_STATUS_OF_END = {
    WorkerEnd.DIED: DeviceStatus.FAILED,
    WorkerEnd.GARBLED: DeviceStatus.FAILED,
    WorkerEnd.TIMED_OUT: DeviceStatus.FAILED,
    WorkerEnd.CANCELLED: DeviceStatus.READY,
}


class SaneScanner:
    """`kiosk.core.ports.Scanner` on SANE.

    Args:
        options: device, resolution, time allowed per page.
        listener: told of each change of status.
        worker: command of the worker process.
        busy_delay_s: pause before a busy device is asked again (three times).
    """

    def __init__(
        self,
        options: ScannerOptions,
        listener: StatusListener | None = None,
        *,
        worker: Sequence[str] = WORKER,
        busy_delay_s: float = _BUSY_DELAY_S,
    ) -> None:
        self._options = options
        self._status = StatusWord(listener)
        self._busy_delay_s = busy_delay_s
        more = {"SANE_CONFIG_DIR": options.sane_config_dir} if options.sane_config_dir else {}
        self._launch = Launch(tuple(worker), bare_environment(**more), "scanner")
        self._job: WorkerJob[ScanEvent] | None = None

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    async def scan(self, settings: ScanSettings) -> AsyncIterator[ScanEvent]:
        """See the port. A second job while one runs ends at once with `busy`."""
        if self._job is not None:
            yield ScanStopped(DeviceStatus.BUSY, 0)
            return
        pages = 0
        verdict: ScanStopped | None = None

        def event_of(frame: Frame) -> ScanEvent | None:
            nonlocal verdict
            event = _event_of(frame)
            if frame.event != "verdict" or not isinstance(event, ScanStopped):
                return event
            verdict = event
            job.allow(_RELEASE_S)
            return None

        def ended(end: WorkerEnd) -> ScanEvent:
            return verdict or ScanStopped(_STATUS_OF_END[end], pages, cancelled=end is WorkerEnd.CANCELLED)

        job = self._job = WorkerJob[ScanEvent](
            self._launch,
            {
                **self._base_request(),
                "dpi": settings.dpi,
                "colour": settings.colour,
                "source": settings.source.value,
                "max_pages": MAX_SCAN_PAGES,
                "max_page_bytes": MAX_PAGE_BYTES,
            },
            translate=event_of,
            is_last=lambda event: isinstance(event, ScanStopped),
            ended=ended,
            timeout_s=self._options.page_timeout_s,
            restarts_clock=lambda event: isinstance(event, PageScanned),
        )
        self._status.set(DeviceStatus.BUSY)
        left_as = DeviceStatus.READY
        try:
            async for event in job.events():
                if isinstance(event, PageScanned):
                    pages += 1
                elif isinstance(event, ScanStopped):
                    left_as = event.status
                    self._finish(left_as)
                yield event
        finally:
            await job.kill()
            if self._job is job:
                self._finish(left_as)

    async def cancel(self) -> None:
        """See the port: asks, then kills; never longer than 5 s."""
        if self._job is not None:
            await self._job.cancel()

    async def probe(self) -> DeviceStatus:
        """See the port. While a job runs the device is not disturbed."""
        if self._job is None:
            frame = await ask_worker(self._launch, {**self._base_request(), "probe": True}, timeout_s=_PROBE_TIMEOUT_S)
            if self._job is None:
                self._status.set(status_word(frame.head.get("status")) if frame else DeviceStatus.FAILED)
        return self._status.word

    def _finish(self, status: DeviceStatus) -> None:
        self._job = None
        self._status.set(status)

    def _base_request(self) -> dict[str, Any]:
        return {
            "device": self._options.device,
            "busy_retries": _BUSY_RETRIES,
            "busy_delay_s": self._busy_delay_s,
        }


def _event_of(frame: Frame) -> ScanEvent | None:
    """The event of a worker's frame. Raises GarbledStream when a field is missing or of a wrong type."""
    head = frame.head
    try:
        match frame.event:
            case "progress":
                fraction = head["fraction"]
                return ScanProgress(int(head["page"]), None if fraction is None else float(fraction))
            case "page":
                page, preview = frame.blobs
                return PageScanned(
                    int(head["page"]), page, preview, int(head["width"]), int(head["height"]), int(head["dpi"])
                )
            case "verdict" | "stopped":
                return ScanStopped(status_word(head["status"]), int(head["pages"]), bool(head["cancelled"]))
            case _:
                return None
    except (KeyError, TypeError, ValueError):
        raise GarbledStream("a field is missing or of a wrong type") from None
