"""The process that owns SANE for one job: opens the device, reads pages, says how it ended, ends.

Run as `python -m kiosk.devices.scanner_worker`. First line of standard input: the job. A second line, or the end
of standard input, cancels. Frames on standard output: `progress`, `page` (two JPEG blobs: page, preview), `verdict`
(how it went), `stopped` (the same, once the device is free); for a question (`"probe": true`) one `status`.

Never raises inside SANE's progress callback (the binding would crash), cancels once, does not call
`sane.exit` (backends crash there); everything else is the supervising side's business.
"""

import io
import threading
import time
from collections.abc import Iterator
from typing import Any

import sane
from PIL import Image

from kiosk.devices import scanner_options as options
from kiosk.devices.scanner_faults import CANCELLED, OUT_OF_DOCUMENTS, status_of
from kiosk.devices.worker_side import WorkerSide

_PROGRESS_EVERY_S = 0.1
_QUALITIES = (70, 50, 30)
_PREVIEW_HEIGHT_PX = 900
_PREVIEW_QUALITY = 60


class ScanFault(Exception):
    """The device said no; `status` is a device word or `cancelled`."""

    def __init__(self, status: str, text: str = "") -> None:
        self.status = status
        self.text = text
        super().__init__(status)


class ScanWork:
    """One job on one device."""

    def __init__(self, side: WorkerSide, job: dict[str, Any]) -> None:
        self._side = side
        self._job = job
        self._device: Any = None
        self._cancelled = threading.Event()
        self._stopping = threading.Lock()
        self._stopped = False
        self._pages = 0

    def run(self) -> None:
        """Do the job and say its last word."""
        self._side.on_cancel(self._cancel)
        status = "ready"
        try:
            self._device = open_device(self._job, self._cancelled)
            for image in self._images():
                self._send(image)
                if self._pages >= self._job["max_pages"]:
                    break
        except ScanFault as fault:
            status = fault.status
        cancelled = self._cancelled.is_set() or status == CANCELLED
        verdict = {"status": "ready" if cancelled else status, "pages": self._pages, "cancelled": cancelled}
        # Said before the driver is asked to let go: some hang there, and what is known must not be lost with it.
        self._side.say({"event": "verdict", **verdict})
        self._release()
        self._side.say({"event": "stopped", **verdict})

    def _images(self) -> Iterator[Image.Image]:
        """Pages of the wanted source. Raises ScanFault."""
        feeder, glass = options.feeder_source(self._device), options.glass_source(self._device)
        wanted = self._job["source"]
        use_feeder = feeder is not None and wanted != "flatbed"
        if wanted == "automatic" and glass is not None and use_feeder:
            use_feeder = options.feeder_holds_paper(self._device) is not False
        if use_feeder:
            assert feeder is not None
            try:
                yield from self._feeder_pages(feeder)
                return
            except ScanFault as fault:
                # The feeder was only a guess: its sensor could not be asked, and it turned out to be empty.
                if self._pages or fault.text != OUT_OF_DOCUMENTS or wanted != "automatic" or glass is None:
                    raise
                self._end_operation()
        self._prepare(glass)
        self._start()
        yield self._read()

    def _feeder_pages(self, source: str) -> Iterator[Image.Image]:
        self._prepare(source)
        while True:
            try:
                self._start()
                image = self._read()
            except ScanFault as fault:
                if fault.text == OUT_OF_DOCUMENTS and self._pages:
                    return
                raise
            yield image

    def _prepare(self, source: str | None) -> None:
        try:
            if source is not None:
                options.set_source(self._device, source)
            options.set_page(self._device, dpi=self._job["dpi"], colour=self._job["colour"])
        except (sane._sane.error, AttributeError, TypeError) as error:
            raise ScanFault(status_of(str(error))) from None

    def _start(self) -> None:
        for attempt in range(self._job["busy_retries"] + 1):
            if self._cancelled.is_set():
                raise ScanFault(CANCELLED)
            try:
                self._device.start()
                return
            except sane._sane.error as error:
                text = str(error)
                if status_of(text) != "busy" or attempt == self._job["busy_retries"]:
                    raise ScanFault(status_of(text), text) from None
                self._cancelled.wait(self._job["busy_delay_s"])

    def _read(self) -> Image.Image:
        said_s = time.monotonic()

        def progress(line: int, lines: int) -> None:
            nonlocal said_s
            now = time.monotonic()
            if now - said_s >= _PROGRESS_EVERY_S:
                said_s = now
                fraction = min(1.0, line / lines) if lines > 0 else None
                self._side.say({"event": "progress", "page": self._pages + 1, "fraction": fraction})

        self._side.say({"event": "progress", "page": self._pages + 1, "fraction": 0.0})
        try:
            image: Image.Image = self._device.snap(no_cancel=True, progress=progress)
        except sane._sane.error as error:
            raise ScanFault(status_of(str(error)), str(error)) from None
        except RuntimeError:  # the binding's word for a page without a line
            raise ScanFault("failed") from None
        if self._cancelled.is_set():
            raise ScanFault(CANCELLED)
        return image

    def _send(self, image: Image.Image) -> None:
        self._pages += 1
        preview = image.copy()
        preview.thumbnail((_PREVIEW_HEIGHT_PX, _PREVIEW_HEIGHT_PX), reducing_gap=2.0)
        self._side.say(
            {
                "event": "page",
                "page": self._pages,
                "width": image.width,
                "height": image.height,
                "dpi": self._job["dpi"],
            },
            encode_page(image, self._job["max_page_bytes"]),
            jpeg(preview, _PREVIEW_QUALITY),
        )

    def _cancel(self) -> None:
        """In another thread, while SANE may be reading: the standard allows `sane_cancel` at any time."""
        self._cancelled.set()
        self._stop_device()

    def _stop_device(self) -> None:
        with self._stopping:
            if self._stopped or self._device is None:
                return
            self._stopped = True
        self._device.cancel()

    def _end_operation(self) -> None:
        """Leave the scanning state, so that another source can be chosen (SANE standard, §4.4)."""
        with self._stopping:
            if not self._stopped:
                self._device.cancel()

    def _release(self) -> None:
        if self._device is None:
            return
        try:
            self._stop_device()
            self._device.close()
        except sane._sane.error:
            pass  # what matters was said; the process ends now


def open_device(job: dict[str, Any], cancelled: threading.Event) -> Any:
    """The wanted device, or the first real one; waits a little for one that is busy. Raises ScanFault."""
    try:
        sane.init()
        name = job["device"] or _first_device()
    except sane._sane.error as error:
        raise ScanFault(status_of(str(error), opening=True)) from None
    if name is None:
        raise ScanFault("unplugged")
    for attempt in range(job["busy_retries"] + 1):
        if cancelled.is_set():
            break
        try:
            return sane.open(name)
        except sane._sane.error as error:
            status = status_of(str(error), opening=True)
            if status != "busy" or attempt == job["busy_retries"]:
                raise ScanFault(status) from None
            cancelled.wait(job["busy_delay_s"])
    raise ScanFault(CANCELLED)


def _first_device() -> str | None:
    devices = sane.get_devices(True)
    real = [name for name, _vendor, _model, kind in devices if kind != "virtual device"]
    return next(iter(real or [name for name, *_ in devices]), None)


def jpeg(image: Image.Image, quality: int, *, progressive: bool = False) -> bytes:
    """`image` as a JPEG file; `progressive`: the same pixels in fewer bytes, for some tens of milliseconds."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, progressive=progressive)
    return out.getvalue()


def encode_page(image: Image.Image, max_bytes: int) -> bytes:
    """A JPEG that fits what may travel: quality gives way first, then size."""
    for quality in _QUALITIES:
        data = jpeg(image, quality, progressive=True)
        if len(data) <= max_bytes:
            return data
    return encode_page(image.reduce(2), max_bytes)


def main() -> None:
    """Entry point of the process."""
    side = WorkerSide()
    job, _ = side.request()
    if job.get("probe"):
        try:
            open_device(job, threading.Event()).close()
            side.say({"event": "status", "status": "ready"})
        except ScanFault as fault:
            side.say({"event": "status", "status": fault.status})
    else:
        ScanWork(side, job).run()
    side.leave()


if __name__ == "__main__":
    main()
