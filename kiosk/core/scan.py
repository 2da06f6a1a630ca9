"""One request for a paper, from « Le conseiller demande un papier » to the last page sent.

Everything that moves a scan is in this file: `TOUCHES` for what the usager does, `scan_reported`,
`page_received`, `cancelled_by_agent` and `ticked` for the rest. Each returns the new scan (None: the card
goes away) and commands. Pages travel sealed from the moment they are read; SEND releases the key.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hub.protocol import DeviceState
from kiosk.core.commands import CancelScanJob, Command, DiscardPage, ReleasePage, SealPage, SendToPeer, StartScan
from kiosk.core.conversation import MAX_SCAN_PAGES, RequestScan, ScanMoved, ScanStep
from kiosk.core.events import ScanReported
from kiosk.core.ports import PageScanned, ScanProgress, ScanSettings, ScanStopped
from kiosk.core.view import ScanStepView, TouchName

SENT_SHOWN_S = 5.0


@dataclass(frozen=True)
class PageHeld:
    """A page read and sealed, not sent yet."""

    transfer_id: str
    preview: bytes


@dataclass(frozen=True)
class Scan:
    request: RequestScan
    dpi: int
    step: ScanStepView = ScanStepView.ASKED
    job_no: int = 0
    """Number of the running job, 0 when none runs; `last_job_no` makes the next one."""
    last_job_no: int = 0
    held: tuple[PageHeld, ...] = ()
    """Pages waiting for the usager's word; the first is on the screen."""
    pages_sent: int = 0
    unconfirmed: tuple[str, ...] = ()
    """Transfers released, that the station has not yet confirmed."""
    progress: float = -1.0
    problem: DeviceState | None = None
    sent_at: float = 0.0

    @property
    def page_no(self) -> int:
        """The page being read or shown, from 1."""
        return self.pages_sent + 1

    @property
    def can_add_page(self) -> bool:
        return self.pages_sent + len(self.held) < MAX_SCAN_PAGES


Result = tuple[Scan | None, list[Command]]


def begin(request: RequestScan, dpi: int, last_job_no: int) -> Result:
    """The agent asks for a paper."""
    return Scan(request, dpi, last_job_no=last_job_no), [_told(request.scan_id, ScanStep.SEEN)]


def touched(scan: Scan, name: TouchName, now: float) -> Result:
    """What the usager did; a touch that means nothing at this step changes nothing."""
    handler = TOUCHES.get((scan.step, name))
    return handler(scan, now) if handler else (scan, [])


def scan_reported(scan: Scan, report: ScanReported, fresh_id: str, now: float) -> Result:
    """News of a job. A page becomes sealed at once; only the first waits on the screen."""
    event = report.event
    if report.job_no != scan.job_no:
        return scan, []
    if isinstance(event, ScanProgress):
        return replace(scan, progress=-1.0 if event.fraction is None else event.fraction), []
    if isinstance(event, PageScanned):
        return _page_read(scan, event, fresh_id)
    return _job_stopped(scan, event, now)


def page_received(scan: Scan, transfer_id: str, ok: bool, now: float) -> Result:
    """The station opened a released page (`ok`), or could not."""
    if transfer_id not in scan.unconfirmed:
        return scan, []
    left = tuple(each for each in scan.unconfirmed if each != transfer_id)
    if not ok:
        failed = replace(
            scan,
            unconfirmed=left,
            pages_sent=max(0, scan.pages_sent - 1),
            step=ScanStepView.PROBLEM,
            problem=DeviceState.FAILED,
        )
        return failed, [DiscardPage(transfer_id), _told(scan.request.scan_id, ScanStep.PROBLEM, scan.pages_sent - 1)]
    done = replace(scan, unconfirmed=left)
    if done.step is ScanStepView.SENDING and not left:
        return _finished_or_next(done, now)
    return done, []


def page_travelled(scan: Scan, transfer_id: str, fraction: float) -> Scan:
    """How much of the page being sent has come to the agent."""
    if scan.step is ScanStepView.SENDING and transfer_id in scan.unconfirmed:
        return replace(scan, progress=fraction)
    return scan


def cancelled_by_agent(scan: Scan) -> Result:
    """The paper is no longer needed: nothing unsent survives, the card goes away."""
    return None, _let_go(scan)


def ended(scan: Scan) -> list[Command]:
    """The call is over: nothing unsent survives."""
    return _let_go(scan)


def told_again(scan: Scan) -> Command:
    """Where the request stands, for a station that may have missed it (reloaded, or on a new connection)."""
    return _told(scan.request.scan_id, _TOLD[scan.step], scan.pages_sent, scan.problem)


def ticked(scan: Scan, now: float) -> Result:
    """« Envoyé » is shown for a few seconds."""
    if scan.step is ScanStepView.SENT and now - scan.sent_at >= SENT_SHOWN_S:
        return None, []
    return scan, []


# ---- the steps ------------------------------------------------------------------------------------------


def _told(scan_id: str, step: ScanStep, pages: int = 0, device: DeviceState | None = None) -> Command:
    return SendToPeer(ScanMoved(scan_id=scan_id, step=step, pages_sent=max(0, pages), device=device))


def _let_go(scan: Scan) -> list[Command]:
    commands: list[Command] = [CancelScanJob()] if scan.job_no else []
    return commands + [DiscardPage(page.transfer_id) for page in scan.held]


def _start(scan: Scan, _now: float = 0.0) -> Result:
    """Read a page; whatever waited unsent is destroyed."""
    job_no = scan.last_job_no + 1
    moved = replace(
        scan,
        step=ScanStepView.SCANNING,
        job_no=job_no,
        last_job_no=job_no,
        held=(),
        progress=0.0,
        problem=None,
    )
    settings = ScanSettings(dpi=scan.dpi, colour=scan.request.colour)
    told = _told(scan.request.scan_id, ScanStep.SCANNING, scan.pages_sent)
    return moved, [*_let_go(scan), StartScan(job_no, settings), told]


def _page_read(scan: Scan, page: PageScanned, fresh_id: str) -> Result:
    if not scan.can_add_page:
        return scan, [CancelScanJob()]
    page_no = scan.pages_sent + len(scan.held) + 1
    moved = replace(scan, held=(*scan.held, PageHeld(fresh_id, page.preview_jpeg)))
    commands: list[Command] = [SealPage(scan.request.scan_id, fresh_id, page_no, page)]
    if scan.step is ScanStepView.SCANNING:
        moved = replace(moved, step=ScanStepView.PREVIEW, progress=-1.0)
        commands.append(_told(scan.request.scan_id, ScanStep.PREVIEWING, scan.pages_sent))
    return moved, commands


def _job_stopped(scan: Scan, event: ScanStopped, now: float) -> Result:
    stopped = replace(scan, job_no=0)
    if stopped.step is not ScanStepView.SCANNING:
        return stopped, []
    if event.status is DeviceState.READY and event.pages:
        # The feeder is empty and its last page has already been sent.
        return _finished_or_next(stopped, now)
    status = DeviceState.FAILED if event.status is DeviceState.READY else event.status
    return _trouble(stopped, status)


def _trouble(scan: Scan, status: DeviceState) -> Result:
    moved = replace(scan, step=ScanStepView.PROBLEM, problem=status, progress=-1.0)
    return moved, [_told(scan.request.scan_id, ScanStep.PROBLEM, scan.pages_sent, status)]


def _send(scan: Scan, now: float) -> Result:
    """SEND: this page may be read by the agent; then the next one, or the wait for the agent's page to open."""
    if not scan.held:
        return scan, []
    sent = scan.held[0].transfer_id
    moved = replace(
        scan,
        held=scan.held[1:],
        pages_sent=scan.pages_sent + 1,
        unconfirmed=(*scan.unconfirmed, sent),
        progress=-1.0,
    )
    if moved.held:
        step = ScanStepView.PREVIEW
    elif moved.job_no:
        step = ScanStepView.SCANNING
    else:
        step = ScanStepView.SENDING
    return replace(moved, step=step), [ReleasePage(sent)]


def _send_and_add(scan: Scan, now: float) -> Result:
    """SEND, then read one more page than the agent asked for."""
    if not scan.held or len(scan.held) > 1 or scan.job_no or not scan.can_add_page:
        return _send(scan, now)
    moved, released = _send(scan, now)
    assert moved is not None
    started, commands = _start(moved)
    return started, released + commands


def _finished_or_next(scan: Scan, now: float) -> Result:
    if scan.pages_sent < scan.request.pages:
        return replace(scan, step=ScanStepView.ASKED, progress=-1.0), []
    done = replace(scan, step=ScanStepView.SENT, sent_at=now, progress=1.0)
    return done, [_told(scan.request.scan_id, ScanStep.DONE, scan.pages_sent)]


def _give_up(scan: Scan, now: float) -> Result:
    """Cancel, or « je n'ai pas d'autre page »: what was sent stays sent, the rest is destroyed."""
    if scan.pages_sent:
        done = replace(scan, step=ScanStepView.SENT, sent_at=now, held=(), job_no=0)
        return done, [*_let_go(scan), _told(scan.request.scan_id, ScanStep.DONE, scan.pages_sent)]
    return None, [*_let_go(scan), _told(scan.request.scan_id, ScanStep.CANCELLED)]


def _decline(scan: Scan, now: float) -> Result:
    if scan.pages_sent:
        return _give_up(scan, now)
    return None, [_told(scan.request.scan_id, ScanStep.DECLINED)]


def _put_off(scan: Scan, _now: float) -> Result:
    return replace(scan, step=ScanStepView.PUT_OFF), [_told(scan.request.scan_id, ScanStep.LATER, scan.pages_sent)]


def _take_up(scan: Scan, _now: float) -> Result:
    return replace(scan, step=ScanStepView.ASKED), [_told(scan.request.scan_id, ScanStep.SEEN, scan.pages_sent)]


def _close(_scan: Scan, _now: float) -> Result:
    return None, []


TOUCHES: dict[tuple[ScanStepView, TouchName], Callable[[Scan, float], Result]] = {
    (ScanStepView.ASKED, TouchName.SCAN_START): _start,
    (ScanStepView.ASKED, TouchName.SCAN_DECLINE): _decline,
    (ScanStepView.ASKED, TouchName.SCAN_LATER): _put_off,
    (ScanStepView.ASKED, TouchName.SCAN_CANCEL): _give_up,
    (ScanStepView.PUT_OFF, TouchName.SCAN_RESUME): _take_up,
    (ScanStepView.PUT_OFF, TouchName.SCAN_DECLINE): _decline,
    (ScanStepView.SCANNING, TouchName.SCAN_CANCEL): _give_up,
    (ScanStepView.PREVIEW, TouchName.SCAN_SEND): _send,
    (ScanStepView.PREVIEW, TouchName.SCAN_ADD_PAGE): _send_and_add,
    (ScanStepView.PREVIEW, TouchName.SCAN_REDO): _start,
    (ScanStepView.PREVIEW, TouchName.SCAN_CANCEL): _give_up,
    (ScanStepView.PROBLEM, TouchName.SCAN_RETRY): _start,
    (ScanStepView.PROBLEM, TouchName.SCAN_CANCEL): _give_up,
    (ScanStepView.PROBLEM, TouchName.SCAN_DECLINE): _decline,
    (ScanStepView.SENT, TouchName.SCAN_CANCEL): _close,
}

_TOLD: dict[ScanStepView, ScanStep] = {
    ScanStepView.ASKED: ScanStep.SEEN,
    ScanStepView.PUT_OFF: ScanStep.LATER,
    ScanStepView.SCANNING: ScanStep.SCANNING,
    ScanStepView.PREVIEW: ScanStep.PREVIEWING,
    ScanStepView.SENDING: ScanStep.PREVIEWING,
    ScanStepView.PROBLEM: ScanStep.PROBLEM,
    ScanStepView.SENT: ScanStep.DONE,
}
"""What the agent is told of each step of the usager's screen."""
