"""A scanner for machines without one: a drawn form, or the pictures of a directory; fails on command."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from kiosk.config import ScannerOptions
from kiosk.core.conversation import MAX_SCAN_PAGES
from kiosk.core.ports import (
    DeviceName,
    DeviceStatus,
    PageScanned,
    ScanEvent,
    ScanProgress,
    ScanSettings,
    ScanSource,
    ScanStopped,
)
from kiosk.devices.simulated_page import draw_page
from kiosk.devices.simulation import SimulatedFaults
from kiosk.devices.status import StatusListener, StatusWord

_STEPS = 8
_STEP_S = 0.12
_SLOW = 6
_FEEDER_PAGES = 3
_PREVIEW_HEIGHT_PX = 900
_PICTURES = (".jpg", ".jpeg", ".png")


class SimulatedScanner:
    """`kiosk.core.ports.Scanner` without a scanner.

    The glass holds one page, the feeder three (or every picture of `simulated_pages`); AUTOMATIC is the glass.
    Pictures of the directory lie on the glass one after the other, one per job.
    """

    def __init__(
        self,
        options: ScannerOptions,
        faults: SimulatedFaults,
        listener: StatusListener | None = None,
        *,
        step_s: float = _STEP_S,
    ) -> None:
        self._options = options
        self._faults = faults
        self._status = StatusWord(listener)
        self._step_s = step_s
        self._next_page = 0
        self._cancel: asyncio.Event | None = None

    @property
    def status(self) -> DeviceStatus:
        return self._status.word

    async def scan(self, settings: ScanSettings) -> AsyncIterator[ScanEvent]:
        """See the port."""
        if self._cancel is not None:
            yield ScanStopped(DeviceStatus.BUSY, 0)
            return
        cancel = self._cancel = asyncio.Event()
        self._status.set(DeviceStatus.BUSY)
        left_as, pages = DeviceStatus.READY, 0
        try:
            for page_no in range(1, self._pages_of(settings.source) + 1):
                for step in range(_STEPS):
                    left_as = await self._step(cancel)
                    if left_as is not DeviceStatus.READY or cancel.is_set():
                        break
                    yield ScanProgress(page_no, step / _STEPS)
                if left_as is not DeviceStatus.READY or cancel.is_set():
                    break
                page = await asyncio.to_thread(self._read_page, page_no, settings)
                if page is None:
                    left_as = DeviceStatus.FAILED
                    break
                pages += 1
                yield page
        finally:
            self._cancel = None
            self._status.set(DeviceStatus.READY if cancel.is_set() else left_as)
        cancelled = cancel.is_set()
        yield ScanStopped(DeviceStatus.READY if cancelled else left_as, pages, cancelled=cancelled)

    async def cancel(self) -> None:
        """See the port."""
        if self._cancel is not None:
            self._cancel.set()

    async def probe(self) -> DeviceStatus:
        """The state ordered by the state file."""
        if self._cancel is None:
            ordered = self._faults.of(DeviceName.SCANNER)
            self._status.set(DeviceStatus.READY if ordered is DeviceStatus.BUSY else ordered)
        return self._status.word

    async def _step(self, cancel: asyncio.Event) -> DeviceStatus:
        """Let one step's time pass; the state ordered then, `ready` when it goes on."""
        ordered = self._faults.of(DeviceName.SCANNER)
        slow = ordered is DeviceStatus.BUSY
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(cancel.wait(), self._step_s * (_SLOW if slow else 1))
        return DeviceStatus.READY if slow else ordered

    def _pages_of(self, source: ScanSource) -> int:
        if source is not ScanSource.FEEDER:
            return 1
        pictures = self._pictures()
        return min(len(pictures), MAX_SCAN_PAGES) if pictures else _FEEDER_PAGES

    def _pictures(self) -> list[Path]:
        if not self._options.simulated_pages:
            return []
        try:
            files = sorted(Path(self._options.simulated_pages).iterdir())
        except OSError:
            return []
        return [file for file in files if file.suffix.lower() in _PICTURES]

    def _read_page(self, page_no: int, settings: ScanSettings) -> PageScanned | None:
        pictures = self._pictures()
        if pictures:
            file = pictures[self._next_page % len(pictures)]
            self._next_page += 1
            try:
                with Image.open(file) as picture:
                    image = picture.convert("RGB" if settings.colour else "L")
            except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
                return None
        else:
            image = draw_page(page_no, settings.dpi, colour=settings.colour)
        preview = image.copy()
        preview.thumbnail((_PREVIEW_HEIGHT_PX, _PREVIEW_HEIGHT_PX), reducing_gap=2.0)
        return PageScanned(page_no, _jpeg(image, 70), _jpeg(preview, 60), image.width, image.height, settings.dpi)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
