"""The real printer worker, made to fail at a chosen moment. Run as a script:

    faulty_printer_worker.py MOMENT FAULT

MOMENT: sending (before the job is made), sent (right after), printing (at the third look), cancelling. FAULT: killed,
garbage, hang.
"""

import os
import signal
import sys
import time

from kiosk.devices import printer_worker

MOMENT, FAULT = sys.argv[1:3]
RAW_OUTPUT = os.dup(1)


class FaultyWork(printer_worker.PrintWork):
    """Fails once, where it was told."""

    looks = 0

    def _send(self, data: bytes) -> int:
        if MOMENT == "sending":
            fail()
        job = super()._send(data)
        if MOMENT == "sent":
            fail()
        return job

    def _look(self, now: float) -> printer_worker.Seen:
        self.looks += 1
        if MOMENT == "printing" and self.looks == 3:
            fail()
        return super()._look(now)

    def _cancel_job(self) -> None:
        if MOMENT == "cancelling":
            fail()
        super()._cancel_job()


def fail() -> None:
    match FAULT:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "garbage":
            os.write(RAW_OUTPUT, b"lp0 on fire\n")
            time.sleep(600)
        case _:
            time.sleep(600)


printer_worker.PrintWork = FaultyWork
printer_worker.main()
