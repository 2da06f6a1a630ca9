"""One file that the agent sends, from its arrival to the paper in the tray, with consent in between.

Everything that moves a print is in this file: `TOUCHES` for what the usager does, the other functions for
what the transfer, the sandbox, the printer and the agent say. Each returns the new print (None: the card
goes away) and commands. What is previewed is what is printed: both are the sandbox's pixels.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hub.protocol import DeviceState
from kiosk.core.commands import CancelPrintJob, Command, DropFile, PrintFile, ReceiveFile, RenderFile, SendToPeer
from kiosk.core.conversation import MAX_PRINT_BYTES, OfferPrint, PrintMoved, PrintRefusal, PrintStep
from kiosk.core.ports import PrintEvent, PrintProgress
from kiosk.core.view import PrintStepView, TouchName

PRINTED_SHOWN_S = 8.0
MAX_FILES = 5
"""Files of one call waiting for the usager's word; one more is refused."""

_MOVING = (DeviceState.READY, DeviceState.BUSY)


@dataclass(frozen=True)
class Print:
    offer: OfferPrint
    step: PrintStepView = PrintStepView.RECEIVING
    progress: float = 0.0
    previews: tuple[bytes, ...] = ()
    shown_page: int = 0
    """The page of the preview on the screen, from 0."""
    pages_out: int = 0
    job_running: bool = False
    problem: DeviceState | None = None
    finished_at: float = 0.0
    agent_gone: bool = False
    """Whoever sent the file no longer has this call: nobody else is told of it."""

    @property
    def id(self) -> str:
        return self.offer.print_id

    @property
    def is_over(self) -> bool:
        return self.step in (PrintStepView.PRINTED, PrintStepView.REFUSED, PrintStepView.CANCELLED)


Result = tuple[Print | None, list[Command]]


def begin(offer: OfferPrint, waiting: int) -> Result:
    """The agent sends a file; `waiting` is how many are already on this kiosk."""
    if offer.size > MAX_PRINT_BYTES:
        return None, [_refusal(offer, PrintRefusal.TOO_LARGE)]
    if waiting >= MAX_FILES:
        return None, [_refusal(offer, PrintRefusal.PRINTER_UNAVAILABLE)]
    return Print(offer), [ReceiveFile(offer), _told(offer, PrintStep.RECEIVING)]


def touched(job: Print, name: TouchName, argument: str, now: float) -> Result:
    """What the usager did; a touch that means nothing at this step changes nothing."""
    if name is TouchName.PRINT_PAGE and job.step is PrintStepView.PREVIEW:
        page = int(argument) if argument.isdecimal() else job.shown_page
        return replace(job, shown_page=max(0, min(page, len(job.previews) - 1))), []
    handler = TOUCHES.get((job.step, name))
    return handler(job, now) if handler else (job, [])


def travelled(job: Print, fraction: float) -> Print:
    """How much of the file has come."""
    return replace(job, progress=fraction) if job.step is PrintStepView.RECEIVING else job


def arrived(job: Print) -> Result:
    """The whole file is here: the sandbox looks at it."""
    if job.step is not PrintStepView.RECEIVING:
        return job, []
    return replace(job, step=PrintStepView.CHECKING, progress=-1.0), [
        RenderFile(job.id, job.offer.mime),
        _told(job.offer, PrintStep.CHECKING),
    ]


def rendered(job: Print, previews: Sequence[bytes]) -> Result:
    """The usager can see what the agent sends."""
    if job.step is not PrintStepView.CHECKING:
        return job, []
    moved = replace(job, step=PrintStepView.PREVIEW, previews=tuple(previews))
    return moved, [_told(job.offer, PrintStep.PREVIEWING, pages=len(previews))]


def refused(job: Print, refusal: PrintRefusal, now: float) -> Result:
    """The file cannot be printed; both sides are told why."""
    if job.is_over or job.job_running:
        return job, []
    return replace(job, step=PrintStepView.REFUSED, finished_at=now, previews=()), [
        DropFile(job.id),
        _refusal(job.offer, refusal),
    ]


def reported(job: Print, event: PrintEvent, now: float) -> Result:
    """News of the printer."""
    if not job.job_running:
        return job, []
    pages = len(job.previews)
    if isinstance(event, PrintProgress):
        moved = replace(job, pages_out=event.page, progress=event.page / pages if pages else -1.0)
        if event.status in _MOVING:
            return replace(moved, step=PrintStepView.PRINTING, problem=None), [
                _told(job.offer, PrintStep.PRINTING, event.page, pages)
            ]
        return replace(moved, step=PrintStepView.PROBLEM, problem=event.status), [
            _told(job.offer, PrintStep.PROBLEM, event.page, pages, event.status)
        ]
    stopped = replace(job, job_running=False, finished_at=now)
    if event.printed:
        return replace(stopped, step=PrintStepView.PRINTED, pages_out=pages, problem=None, previews=job.previews), [
            DropFile(job.id),
            _told(job.offer, PrintStep.PRINTED, pages, pages),
        ]
    if event.cancelled:
        return _over(stopped, now)
    status = DeviceState.FAILED if event.status in _MOVING else event.status
    return replace(stopped, step=PrintStepView.PROBLEM, problem=status), [
        _told(job.offer, PrintStep.PROBLEM, event.pages, pages, status)
    ]


def cancelled_by_agent(job: Print, now: float) -> Result:
    """The agent takes the file back."""
    if job.is_over:
        return job, []
    if job.job_running:
        return job, [CancelPrintJob(job.id)]
    return _over(job, now)


def told_again(job: Print) -> Command | None:
    """Where the print stands, for a station that may have missed it; None for a refusal, told with its reason once."""
    step = _TOLD.get(job.step)
    return _told(job.offer, step, job.pages_out, len(job.previews), job.problem) if step else None


def ticked(job: Print, now: float) -> Result:
    """« Imprimé » is shown for a few seconds."""
    if job.is_over and now - job.finished_at >= PRINTED_SHOWN_S:
        return None, []
    return job, []


# ---- the steps ------------------------------------------------------------------------------------------


def _told(
    offer: OfferPrint, step: PrintStep, page: int = 0, pages: int = 0, device: DeviceState | None = None
) -> Command:
    return SendToPeer(PrintMoved(print_id=offer.print_id, step=step, page=page, pages=pages, device=device))


def _refusal(offer: OfferPrint, refusal: PrintRefusal) -> Command:
    return SendToPeer(PrintMoved(print_id=offer.print_id, step=PrintStep.REFUSED, refusal=refusal))


def _over(job: Print, now: float) -> Result:
    moved = replace(job, step=PrintStepView.CANCELLED, finished_at=now, previews=(), problem=None)
    return moved, [DropFile(job.id), _told(job.offer, PrintStep.CANCELLED)]


def _print(job: Print, _now: float) -> Result:
    if job.job_running:
        return job, []
    moved = replace(job, step=PrintStepView.PRINTING, job_running=True, progress=-1.0, problem=None, pages_out=0)
    return moved, [PrintFile(job.id), _told(job.offer, PrintStep.PRINTING, 0, len(job.previews))]


def _decline(job: Print, _now: float) -> Result:
    return None, [DropFile(job.id), _told(job.offer, PrintStep.DECLINED)]


def _cancel(job: Print, now: float) -> Result:
    if job.job_running:
        return job, [CancelPrintJob(job.id)]
    return _over(job, now)


def _dismiss(_job: Print, _now: float) -> Result:
    return None, []


TOUCHES: dict[tuple[PrintStepView, TouchName], Callable[[Print, float], Result]] = {
    (PrintStepView.RECEIVING, TouchName.PRINT_DECLINE): _decline,
    (PrintStepView.CHECKING, TouchName.PRINT_DECLINE): _decline,
    (PrintStepView.PREVIEW, TouchName.PRINT_ACCEPT): _print,
    (PrintStepView.PREVIEW, TouchName.PRINT_DECLINE): _decline,
    (PrintStepView.PRINTING, TouchName.PRINT_CANCEL): _cancel,
    (PrintStepView.PROBLEM, TouchName.PRINT_CANCEL): _cancel,
    (PrintStepView.PROBLEM, TouchName.PRINT_ACCEPT): _print,
    (PrintStepView.PROBLEM, TouchName.PRINT_DECLINE): _cancel,
    (PrintStepView.PRINTED, TouchName.PRINT_DISMISS): _dismiss,
    (PrintStepView.REFUSED, TouchName.PRINT_DISMISS): _dismiss,
    (PrintStepView.CANCELLED, TouchName.PRINT_DISMISS): _dismiss,
}

_TOLD: dict[PrintStepView, PrintStep] = {
    PrintStepView.RECEIVING: PrintStep.RECEIVING,
    PrintStepView.CHECKING: PrintStep.CHECKING,
    PrintStepView.PREVIEW: PrintStep.PREVIEWING,
    PrintStepView.PRINTING: PrintStep.PRINTING,
    PrintStepView.PROBLEM: PrintStep.PROBLEM,
    PrintStepView.PRINTED: PrintStep.PRINTED,
    PrintStepView.CANCELLED: PrintStep.CANCELLED,
}
"""What the agent is told of each step of the usager's screen."""
