"""The real scanner worker on SANE's real test backend, made to fail at a chosen moment. Run as a script:

    faulty_scanner_worker.py MOMENT FAULT

MOMENT: starting, mid_page, between_pages, after_last_page, cancelling (mid-page, once a cancel has been asked), or
feeder_empty. FAULT: a status of the backend's `read-return-value` option, or hang, killed, garbage, slow.
"""

import os
import signal
import sys
import time
from typing import Any

import sane

from kiosk.devices import scanner_worker

MOMENT, FAULT = sys.argv[1:3]
RAW_OUTPUT = os.dup(1)
TEXTS = {
    "SANE_STATUS_JAMMED": "Document feeder jammed",
    "SANE_STATUS_NO_DOCS": "Document feeder out of documents",
    "SANE_STATUS_COVER_OPEN": "Scanner cover is open",
    "SANE_STATUS_IO_ERROR": "Error during device I/O",
    "SANE_STATUS_DEVICE_BUSY": "Device busy",
    "SANE_STATUS_NO_MEM": "Out of memory",
}
_open = sane.open


class FaultyDevice:
    """A device of the test backend; everything else passes through."""

    def __init__(self, device: sane.SaneDev) -> None:
        self.__dict__["device"] = device
        self.__dict__["starts"] = 0
        self.__dict__["done"] = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.device, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.device, name, value)

    def start(self) -> None:
        self.__dict__["starts"] += 1
        if MOMENT == "feeder_empty":
            self.device.read_return_value = "Default" if self.device.source == "Flatbed" else "SANE_STATUS_NO_DOCS"
        if MOMENT == "starting" or (MOMENT == "between_pages" and self.starts == 2):
            self.fail()
        self.device.start()

    def snap(self, no_cancel: bool, progress: Any) -> Any:
        stopped = False

        def watch(line: int, lines: int) -> None:
            nonlocal stopped
            progress(line, lines)
            if line <= lines * 0.4 or MOMENT not in ("mid_page", "cancelling") or stopped:
                return
            if MOMENT == "cancelling":
                time.sleep(0.3)  # the cancel arrives in the middle of a page that would take long
            if not FAULT.startswith("SANE_"):
                self.fail()
                return
            # The backend takes no option while it reads: the page is really cut here, and the fault told below.
            stopped = True
            self.device.cancel()

        try:
            image = self.device.snap(no_cancel=no_cancel, progress=watch)
        except sane._sane.error:
            if not stopped:
                raise
        if stopped:
            raise sane._sane.error(TEXTS[FAULT])
        return image

    def close(self) -> None:
        if MOMENT == "after_last_page":
            if FAULT.startswith("SANE_"):
                raise sane._sane.error("Error during device I/O")
            self.fail()
        self.device.close()

    def fail(self) -> None:
        if self.done:
            return
        self.__dict__["done"] = True
        match FAULT:
            case "hang":
                time.sleep(600)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "garbage":
                os.write(RAW_OUTPUT, b"SANE: \xff\xfe not a frame\n" * 3)
                time.sleep(600)
            case "slow" if MOMENT in ("mid_page", "cancelling"):
                time.sleep(0.5)
            case "slow":
                self.device.read_delay = True
                self.device.read_delay_duration = 20_000
            case status:
                self.device.read_return_value = status


sane.open = lambda name: FaultyDevice(_open(name))
scanner_worker.main()
