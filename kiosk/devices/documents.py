"""A file that arrived becomes pixels, in a sandboxed process: what is previewed is what is printed."""

import asyncio
import logging

from hub.logbook import record
from kiosk.core.conversation import MAX_PRINT_BYTES, MAX_PRINT_PAGES, PrintRefusal
from kiosk.core.ports import DocumentRefused, RenderedDocument
from kiosk.devices.frames import Frame
from kiosk.devices.sandbox import sandboxed
from kiosk.devices.worker_job import Launch, WorkerEnd, WorkerJob, ask_worker
from kiosk.errors import SandboxMissing
from kiosk.journal import Event

WORKER = "kiosk.devices.documents_worker"

_log = logging.getLogger(__name__)

_TIMEOUT_S = 40.0
_PROBE_TIMEOUT_S = 10.0
_MAX_RENDERED_BYTES = 128 * 1024 * 1024
_PDF_HEADER_WITHIN = 1024
_JPEG_START = b"\xff\xd8\xff"
_PNG_START = b"\x89PNG\r\n\x1a\n"


class SandboxedRenderer:
    """`kiosk.core.ports.DocumentRenderer`. One file at a time.

    Args:
        timeout_s: a file that takes longer is refused as unreadable.
        module: the worker.
    """

    def __init__(self, *, timeout_s: float = _TIMEOUT_S, module: str = WORKER) -> None:
        self._timeout_s = timeout_s
        self._module = module
        self._turn = asyncio.Lock()

    async def available(self) -> bool:
        """Whether the sandbox can run here; it never runs without one."""
        try:
            launch = self._launch()
        except SandboxMissing:
            return False
        frame = await ask_worker(launch, {"probe": True}, timeout_s=_PROBE_TIMEOUT_S)
        return frame is not None and frame.event == "ready"

    async def render(self, data: bytes, mime: str) -> RenderedDocument:
        """See the port. Without a sandbox every file is refused (`printer_unavailable`)."""
        refuse_at_sight(data, mime)
        try:
            launch = self._launch()
        except SandboxMissing:
            record(_log, Event.SANDBOX_MISSING, logging.ERROR)
            raise DocumentRefused(PrintRefusal.PRINTER_UNAVAILABLE) from None
        async with self._turn:
            return await self._render(launch, data, mime)

    async def _render(self, launch: Launch, data: bytes, mime: str) -> RenderedDocument:
        pages: list[bytes] = []
        previews: list[bytes] = []
        job = WorkerJob[Frame | WorkerEnd](
            launch,
            {"mime": mime, "max_pages": MAX_PRINT_PAGES},
            data,
            translate=lambda frame: frame,
            is_last=lambda event: isinstance(event, WorkerEnd) or event.event in ("done", "refused"),
            ended=lambda end: end,
            timeout_s=self._timeout_s,
            restarts_clock=lambda event: False,
        )
        last: Frame | WorkerEnd = WorkerEnd.DIED
        async for last in job.events():
            if isinstance(last, WorkerEnd) or last.event != "page":
                continue
            if not _takes(last, pages, previews):
                await job.kill()
                raise DocumentRefused(PrintRefusal.UNREADABLE)
        if isinstance(last, WorkerEnd) or last.event == "refused":
            raise DocumentRefused(await self._reason(last))
        if not pages or last.head.get("pages") != len(pages):
            raise DocumentRefused(PrintRefusal.UNREADABLE)
        return RenderedDocument(tuple(pages), tuple(previews))

    async def _reason(self, last: Frame | WorkerEnd) -> PrintRefusal:
        """Why; a worker that died may also mean that the sandbox itself does not work."""
        if isinstance(last, Frame):
            said = str(last.head.get("why"))
            return next((word for word in PrintRefusal if word.value == said), PrintRefusal.UNREADABLE)
        if last is WorkerEnd.DIED and not await self.available():
            record(_log, Event.SANDBOX_MISSING, logging.ERROR)
            return PrintRefusal.PRINTER_UNAVAILABLE
        return PrintRefusal.UNREADABLE

    def _launch(self) -> Launch:
        return Launch(sandboxed(self._module), {}, "documents")


def refuse_at_sight(data: bytes, mime: str) -> None:
    """Refuse what needs no opening.

    Raises:
        DocumentRefused: too large, or its first bytes are not those of `mime`.
    """
    if len(data) > MAX_PRINT_BYTES:
        raise DocumentRefused(PrintRefusal.TOO_LARGE)
    match mime:
        case "application/pdf":
            right = b"%PDF-" in data[:_PDF_HEADER_WITHIN]
        case "image/jpeg":
            right = data.startswith(_JPEG_START)
        case "image/png":
            right = data.startswith(_PNG_START)
        case _:
            right = False
    if not right:
        raise DocumentRefused(PrintRefusal.WRONG_TYPE)


def _takes(frame: Frame, pages: list[bytes], previews: list[bytes]) -> bool:
    """Add a page; False when the worker says more than it may (it may have been taken over by the file)."""
    if len(frame.blobs) != 2 or len(pages) >= MAX_PRINT_PAGES:
        return False
    held = sum(map(len, pages)) + sum(map(len, previews)) + sum(map(len, frame.blobs))
    if held > _MAX_RENDERED_BYTES or not all(blob.startswith(_JPEG_START) for blob in frame.blobs):
        return False
    pages.append(frame.blobs[0])
    previews.append(frame.blobs[1])
    return True
