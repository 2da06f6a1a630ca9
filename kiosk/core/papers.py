"""Scans and prints of a session: which one is on the screen, and the sums told at the end."""

from dataclasses import replace

from kiosk.core import printing, scan
from kiosk.core.commands import Command, DropFile, ForgetAgent, SendToPeer
from kiosk.core.events import (
    FileArrived,
    FileRefused,
    FileRendered,
    FileTravelled,
    PageTravelled,
    PrintReported,
    ScanReported,
)
from kiosk.core.printing import Print
from kiosk.core.scan import Scan
from kiosk.core.session import Result, Session
from kiosk.core.view import ScanStepView, Screen, TouchName


def scan_touched(session: Session, name: TouchName, now: float) -> Result:
    if session.scan is None or session.screen is not Screen.IN_CALL:
        return session, []
    moved, commands = scan.touched(session.scan, name, now)
    return keep_scan(session, moved), commands


def keep_scan(session: Session, moved: Scan | None) -> Session:
    """The session with its scan moved, sums kept; None: the card goes away."""
    after = replace(
        session,
        scan=moved,
        last_job_no=max(session.last_job_no, moved.last_job_no if moved else 0),
        scanned_anything=session.scanned_anything or bool(moved and moved.last_job_no > session.last_job_no),
    )
    return count_pages(after, session)


def scan_news(session: Session, event: ScanReported | PageTravelled, now: float, fresh_id: str) -> Result:
    if session.scan is None:
        return session, []
    if isinstance(event, PageTravelled):
        return replace(session, scan=scan.page_travelled(session.scan, event.transfer_id, event.fraction)), []
    moved, commands = scan.scan_reported(session.scan, event, fresh_id, now)
    return keep_scan(session, moved), commands


def print_touched(session: Session, name: TouchName, argument: str, now: float) -> Result:
    if not session.prints or session.screen is not Screen.IN_CALL:
        return session, []
    job = session.prints[0]
    moved, commands = printing.touched(job, name, argument, now)
    return keep_print(session, job.id, moved), _for_the_agent_of(job, commands)


def keep_print(session: Session, print_id: str, moved: Print | None) -> Session:
    """The session with one of its prints moved; None: its card goes away and the next one shows."""
    before = next((each for each in session.prints if each.id == print_id), None)
    prints = tuple(
        each if each.id != print_id else moved for each in session.prints if each.id != print_id or moved is not None
    )
    printed = 0
    if before is not None and moved is not None:
        printed = max(0, moved.pages_out - before.pages_out) if moved.job_running or before.job_running else 0
    return replace(
        session,
        prints=tuple(each for each in prints if each is not None),
        pages_printed=session.pages_printed + printed,
    )


def print_news(
    session: Session, event: FileTravelled | FileArrived | FileRefused | FileRendered | PrintReported, now: float
) -> Result:
    job = next((each for each in session.prints if each.id == event.print_id), None)
    if job is None:
        return session, [DropFile(event.print_id)] if isinstance(event, FileArrived | FileRendered) else []
    match event:
        case FileTravelled(_, fraction):
            return keep_print(session, job.id, printing.travelled(job, fraction)), []
        case FileArrived():
            moved, commands = printing.arrived(job)
        case FileRefused(_, refusal):
            moved, commands = printing.refused(job, refusal, now)
        case FileRendered(_, previews):
            moved, commands = printing.rendered(job, previews)
        case PrintReported(_, report):
            moved, commands = printing.reported(job, report, now)
    return keep_print(session, job.id, moved), _for_the_agent_of(job, commands)


def count_pages(session: Session, before: Session) -> Session:
    """Keep the sums that the end screen tells."""
    sent = (session.scan.pages_sent if session.scan else 0) - (before.scan.pages_sent if before.scan else 0)
    if before.scan is not None and session.scan is None:
        sent = 0
    return replace(session, pages_sent=max(0, session.pages_sent + sent))


def papers_ticked(session: Session, now: float) -> Result:
    commands: list[Command] = []
    if session.scan is not None:
        moved, more = scan.ticked(session.scan, now)
        session, commands = keep_scan(session, moved), more
    for job in session.prints:
        after, more = printing.ticked(job, now)
        session, commands = keep_print(session, job.id, after), commands + more
    return session, commands


def told_again(session: Session) -> list[Command]:
    """Where every paper stands: a new connection may be with a page that was reloaded."""
    commands: list[Command] = [scan.told_again(session.scan)] if session.scan is not None else []
    theirs = (job for job in session.prints if not job.agent_gone)
    return commands + [told for job in theirs if (told := printing.told_again(job)) is not None]


def leave_agent(session: Session) -> tuple[Session, list[Command], bool]:
    """Somebody else will answer: what was shown to the agent stays with them, what was not yet is destroyed.

    Papers that the usager already sent to the printer come out; nobody is told of them any more. The last value
    says whether a paper that somebody waited for is cancelled.
    """
    commands: list[Command] = []
    dropped = session.scan is not None and session.scan.step is not ScanStepView.SENT
    if session.scan is not None:
        commands += scan.ended(session.scan)
        session = keep_scan(session, None)
    for job in session.prints:
        if not job.job_running:
            commands.append(DropFile(job.id))
            dropped = dropped or not job.is_over
    running = tuple(replace(job, agent_gone=True) for job in session.prints if job.job_running)
    return replace(session, prints=running), [*commands, ForgetAgent()], dropped


def _for_the_agent_of(job: Print, commands: list[Command]) -> list[Command]:
    if not job.agent_gone:
        return commands
    return [each for each in commands if not isinstance(each, SendToPeer)]
