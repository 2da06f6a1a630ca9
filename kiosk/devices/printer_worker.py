"""The process that owns the CUPS connection: prints one job and watches it, or asks, or purges; then ends.

Run as `python -m kiosk.devices.printer_worker`. The first frame of standard input says what to do; for a job its
blobs are the JPEG pages. A further line, or the end of standard input, cancels. Frames on standard output:
`progress` (also as a sign of life, twice a second), `stopped`; `status` for a probe; `purged` for a purge.
"""

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cups

from kiosk.devices import printer_reasons as reasons
from kiosk.devices.ipp_printer import ask_printer, last_job_state
from kiosk.devices.pdf import pages_to_pdf
from kiosk.devices.worker_side import WorkerSide

TITLE = "visio-relais"
"""The only name a job ever has: titles are seen in spools, logs and on the printer's panel."""

_POLL_S = 0.5
_CONNECTING_LIMIT_S = 3.0
_PRINTER_TIMEOUT_S = 2.0
_SERVICE_GONE_LIMIT_S = 5.0
_SETTLE_LIMIT_S = 15.0
_BACKEND_STOPS_S = 1.0
_PURGE_LIMIT_S = 5.0
_POLICY = "abort-job"
_OPTIONS = {"media": "iso_a4_210x297mm", "print-scaling": "fit", "copies": "1", "job-sheets": "none"}
_JOB_ATTRIBUTES = ["job-state", "job-state-reasons", "job-media-sheets-completed", "job-impressions-completed"]
_PRINTER_ATTRIBUTES = ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "device-uri"]
_CUPS_ERRORS = (cups.IPPError, cups.HTTPError, RuntimeError, OSError)


@dataclass
class Seen:
    """What the print service said last."""

    job_state: int
    job_reasons: list[str]
    status: str
    page: int


class PrintWork:
    """One job."""

    def __init__(self, side: WorkerSide, request: dict[str, Any], pages: Sequence[bytes]) -> None:
        self._side = side
        self._queue: str = request["queue"]
        self._timeout_s: float = request["job_timeout_s"]
        self._pages = pages
        self._connection: Any = None
        self._cancelled = threading.Event()
        self._connecting_since_s: float | None = None
        self._job_id = 0

    def run(self) -> None:
        """Do the job, say its last word, leave nothing of it in the spool."""
        self._side.on_cancel(self._cancelled.set)
        page = 0
        try:
            data = pages_to_pdf(self._pages)
            self._connection = cups.Connection()
            self._job_id = self._send(data)
            self._side.say({"event": "accepted", "job": self._job_id})
            # Told before the first look: a quick printer may be done by then.
            self._say_progress("ready", 0)
            printed, status, page = self._watch()
        except (ValueError, *_CUPS_ERRORS):
            printed, status = False, "failed"
        cancelled = self._cancelled.is_set() and not printed
        purged = self._job_id == 0 or self._purge()
        self._side.say(
            {
                "event": "stopped",
                "printed": printed,
                "status": "ready" if cancelled else status,
                "page": page,
                "cancelled": cancelled,
                "purged": purged,
            }
        )

    def _send(self, data: bytes) -> int:
        job_id = int(self._connection.createJob(self._queue, TITLE, _OPTIONS))
        # Known before the document is sent: should that fail, the empty job is purged.
        self._job_id = job_id
        self._connection.startDocument(self._queue, job_id, TITLE, "application/pdf", True)
        self._connection.writeRequestData(data, len(data))
        self._connection.finishDocument(self._queue)
        return job_id

    def _watch(self) -> tuple[bool, str, int]:
        """(printed, status, pages out), once the job is over or given up."""
        moved_s = answered_s = time.monotonic()
        completed_s: float | None = None
        last: Seen | None = None
        while True:
            now = time.monotonic()
            if self._cancelled.is_set():
                self._cancel_job()
                return False, "ready", last.page if last else 0
            try:
                seen = self._look(now)
                answered_s = now
            except _CUPS_ERRORS:
                if now - answered_s > _SERVICE_GONE_LIMIT_S:
                    return False, "failed", last.page if last else 0
                self._reconnect()
                self._cancelled.wait(_POLL_S)
                continue
            if last is None or (seen.page, seen.status, seen.job_state) != (last.page, last.status, last.job_state):
                moved_s = now
            last = seen
            if seen.job_state == reasons.COMPLETED:
                completed_s = completed_s or now
                if self._given_up_by_printer():
                    return False, seen.status if seen.status != "ready" else "failed", seen.page
                if self._truly_out(seen):
                    return True, "ready", len(self._pages)
                if now - completed_s > _SETTLE_LIMIT_S:
                    return False, seen.status if seen.status != "ready" else "failed", seen.page
            elif seen.job_state in (reasons.CANCELED, reasons.ABORTED):
                return False, seen.status if seen.status != "ready" else "failed", seen.page
            elif now - moved_s > self._timeout_s:
                self._cancel_job()
                return False, seen.status if seen.status != "ready" else "failed", seen.page
            self._say_progress(seen.status, seen.page)
            self._cancelled.wait(_POLL_S)

    def _truly_out(self, seen: Seen) -> bool:
        """`completed` alone may only mean "handed over": the printer must also be content, or have counted them."""
        if "job-completed-with-errors" in seen.job_reasons:
            return False
        return seen.status == "ready" or seen.page >= len(self._pages)

    def _given_up_by_printer(self) -> bool:
        with contextlib.suppress(*_CUPS_ERRORS):
            queue = self._connection.getPrinterAttributes(self._queue, requested_attributes=["device-uri"])
            state = last_job_state(str(queue.get("device-uri", "")), TITLE, _PRINTER_TIMEOUT_S)
            return state in (reasons.CANCELED, reasons.ABORTED)
        return False

    def _look(self, now: float) -> Seen:
        job = self._connection.getJobAttributes(self._job_id, requested_attributes=_JOB_ATTRIBUTES)
        printer = self._connection.getPrinterAttributes(self._queue, requested_attributes=_PRINTER_ATTRIBUTES)
        why = reasons_now(printer)
        if any(reasons.bare(reason) in (reasons.CONNECTING, reasons.OFFLINE) for reason in why):
            self._connecting_since_s = self._connecting_since_s or now
            # A printer that wakes up or takes one connection at a time is not unplugged yet.
            why = [reasons.OFFLINE] if now - self._connecting_since_s > _CONNECTING_LIMIT_S else []
        else:
            self._connecting_since_s = None
        return Seen(
            int(job["job-state"]),
            reasons.as_list(job.get("job-state-reasons")),
            reasons.status_of(why),
            min(reasons.pages_out(job), len(self._pages)),
        )

    def _say_progress(self, status: str, page: int) -> None:
        word = "busy" if status == "ready" else status
        self._side.say({"event": "progress", "status": word, "page": page, "pages": len(self._pages)})

    def _reconnect(self) -> None:
        # Should this fail, the next look does too, until the limit.
        with contextlib.suppress(*_CUPS_ERRORS):
            self._connection = cups.Connection()

    def _cancel_job(self) -> None:
        # What cannot be cancelled now is seen by the purge that follows.
        with contextlib.suppress(*_CUPS_ERRORS):
            self._connection.cancelJob(self._job_id)
            time.sleep(_BACKEND_STOPS_S)

    def _purge(self) -> bool:
        try:
            return purge_jobs(cups.Connection(), self._queue) == 0
        except _CUPS_ERRORS:
            return False


def reasons_now(printer: dict[str, Any]) -> list[str]:
    """What the printer says of itself, else what CUPS heard from it during its last job."""
    answer = ask_printer(str(printer.get("device-uri", "")), _PRINTER_TIMEOUT_S)
    heard = reasons.as_list(printer.get("printer-state-reasons"))
    if answer is None:
        return heard
    own = [reasons.OFFLINE] if answer.reasons is None else answer.reasons
    # What CUPS itself knows (paused, no filter) the printer does not.
    return own + [reason for reason in heard if reasons.bare(reason) in reasons.OF_THE_QUEUE]


def purge_jobs(connection: Any, queue: str) -> int:
    """Remove every job of ours in the queue with its files; how many are still there after some seconds.

    A job that runs is cancelled first and given a moment: purging it at once would kill CUPS's backend before it tells
    the printer, which would go on and print for whoever comes next.
    """
    running = [job_id for job_id, state in _jobs_of(connection, queue).items() if state < reasons.CANCELED]
    for job_id in running:
        with contextlib.suppress(cups.IPPError):  # it may just have ended
            connection.cancelJob(job_id)
    if running:
        time.sleep(_BACKEND_STOPS_S)
    limit_s = time.monotonic() + _PURGE_LIMIT_S
    while left := _jobs_of(connection, queue):
        for job_id in left:
            with contextlib.suppress(cups.IPPError):  # what stays is seen again
                connection.cancelJob(job_id, purge_job=True)
        if time.monotonic() > limit_s:
            break
        time.sleep(_POLL_S / 5)
    return len(left)


def _jobs_of(connection: Any, queue: str) -> dict[int, int]:
    """Our jobs in the queue, finished ones too: number -> job-state."""
    wanted = ["job-id", "job-printer-uri", "job-state"]
    jobs = connection.getJobs(which_jobs="all", my_jobs=True, requested_attributes=wanted)
    return {
        job_id: int(job.get("job-state", reasons.PENDING))
        for job_id, job in jobs.items()
        if str(job.get("job-printer-uri", "")).endswith(f"/{queue}")
    }


def probe(queue: str) -> dict[str, Any]:
    """The printer's state word, after setting what a kiosk's queue must be where we may."""
    connection = cups.Connection()
    asked = [*_PRINTER_ATTRIBUTES, "printer-error-policy"]
    printer = connection.getPrinterAttributes(queue, requested_attributes=asked)
    answer: dict[str, Any] = {"event": "status"}
    if printer.get("printer-error-policy") != _POLICY:
        answer["policy_set"] = _allowed(lambda: connection.setPrinterErrorPolicy(queue, _POLICY))
    stopped = printer.get("printer-state") == reasons.PRINTER_STOPPED
    if stopped and _allowed(lambda: connection.enablePrinter(queue)):
        printer = connection.getPrinterAttributes(queue, requested_attributes=asked)
        stopped = printer.get("printer-state") == reasons.PRINTER_STOPPED
    status = reasons.status_of(reasons_now(printer))
    if status == "ready" and (stopped or not printer.get("printer-is-accepting-jobs", True)):
        status = "failed"
    return {**answer, "status": status}


def _allowed(action: Any) -> bool:
    try:
        action()
    except cups.IPPError:
        return False
    return True


def main() -> None:
    """Entry point of the process."""
    side = WorkerSide()
    request, pages = side.request()
    if request["server"]:
        cups.setServer(request["server"])
    # Never ask for a password: no one is there to type it.
    cups.setPasswordCB2(lambda *_: "")
    match request["do"]:
        case "print":
            PrintWork(side, request, pages).run()
        case "purge":
            try:
                left = purge_jobs(cups.Connection(), request["queue"])
            except _CUPS_ERRORS:
                left = -1
            side.say({"event": "purged", "left": left})
        case _:
            try:
                side.say(probe(request["queue"]))
            except cups.IPPError as error:
                gone = error.args[0] == cups.IPP_NOT_FOUND
                side.say({"event": "status", "status": "unplugged" if gone else "failed"})
            except _CUPS_ERRORS:
                side.say({"event": "status", "status": "failed"})
    side.leave()


if __name__ == "__main__":
    main()
