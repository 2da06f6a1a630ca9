"""What the station says on the control channel, and what it changes in the session: the table `NEWS`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub.protocol import MediaState, ReportMedia
from kiosk.core import printing, scan
from kiosk.core.commands import Command, DiscardPage, PlayChime, SendToHub, SendToPeer
from kiosk.core.conversation import (
    CancelPrint,
    CancelScan,
    HangUpPeer,
    MediaMuted,
    OfferPrint,
    PageReceived,
    PicturePaused,
    RequestScan,
    ScanMoved,
    ScanStep,
)
from kiosk.core.events import OwnPicturePaused, PeerMoved, PeerOpened
from kiosk.core.papers import keep_print, keep_scan, told_again
from kiosk.core.session import Result, Session, end_call, muted, renewal, show, with_call
from kiosk.core.view import EndReason, LinkQuality, ScanStepView, Screen

_INTERRUPTIBLE = (ScanStepView.ASKED, ScanStepView.PUT_OFF, ScanStepView.PROBLEM, ScanStepView.SENT)


def heard(session: Session, message: Any, now: float) -> Result:
    """A message of the station, outside a call nothing."""
    if session.call is None:
        return session, []
    handler = NEWS.get(type(message))
    return handler(session, message, now) if handler else (session, [])


def _scan_requested(session: Session, message: RequestScan, _now: float) -> Result:
    current = session.scan
    if current is not None and current.request.scan_id == message.scan_id:
        return session, [scan.told_again(current)]
    commands: list[Command] = []
    if current is not None:
        if current.step not in _INTERRUPTIBLE:
            # The usager's hands are on a paper: one thing after the other.
            return session, [SendToPeer(ScanMoved(scan_id=message.scan_id, step=ScanStep.CANCELLED))]
        commands = _drop(current)
    begun, more = scan.begin(message, session.rules.scan_dpi, session.last_job_no)
    return replace(session, scan=begun), [*commands, *more, PlayChime("attention")]


def _drop(current: scan.Scan) -> list[Command]:
    commands = scan.ended(current)
    if current.step is not ScanStepView.SENT:
        moved = ScanMoved(scan_id=current.request.scan_id, step=ScanStep.CANCELLED, pages_sent=current.pages_sent)
        commands.append(SendToPeer(moved))
    return commands


def _scan_cancelled(session: Session, message: CancelScan, _now: float) -> Result:
    if session.scan is None or session.scan.request.scan_id != message.scan_id:
        return session, []
    moved, commands = scan.cancelled_by_agent(session.scan)
    return keep_scan(session, moved), commands


def _page_received(session: Session, message: PageReceived, now: float) -> Result:
    # Confirmed or not, the page has no business here any more.
    drop: list[Command] = [DiscardPage(message.transfer_id)] if message.ok else []
    if session.scan is None:
        return session, drop
    moved, commands = scan.page_received(session.scan, message.transfer_id, message.ok, now)
    return keep_scan(session, moved), drop + commands


def _print_offered(session: Session, message: OfferPrint, _now: float) -> Result:
    known = next((each for each in session.prints if each.id == message.print_id), None)
    if known is not None:
        told = printing.told_again(known)
        return session, [told] if told is not None else []
    waiting = sum(not each.is_over for each in session.prints)
    begun, commands = printing.begin(message, waiting)
    if begun is None:
        return session, commands
    return replace(session, prints=(*session.prints, begun)), [*commands, PlayChime("attention")]


def _print_cancelled(session: Session, message: CancelPrint, now: float) -> Result:
    job = next((each for each in session.prints if each.id == message.print_id), None)
    if job is None:
        return session, []
    moved, commands = printing.cancelled_by_agent(job, now)
    return keep_print(session, job.id, moved), commands


def _muted(session: Session, message: MediaMuted, _now: float) -> Result:
    return with_call(session, agent_camera_off=message.camera, agent_microphone_off=message.microphone), []


def _picture_paused(session: Session, message: PicturePaused, _now: float) -> Result:
    assert session.call is not None
    return with_call(session, agent_paused_on=session.call.peer_no if message.paused else 0), []


def _hung_up(session: Session, _message: HangUpPeer, now: float) -> Result:
    # The station tells the hub itself; if we did, the record would say that the usager hung up. Unless the hub is away:
    # coming back without a word, we would be counted as lost.
    assert session.call is not None
    unsaid = None if session.hub_up else session.call.call_id
    return end_call(replace(session, unsaid_hang_up=unsaid), EndReason.AGENT, now)


NEWS: dict[type, Callable[[Session, Any, float], Result]] = {
    RequestScan: _scan_requested,
    CancelScan: _scan_cancelled,
    PageReceived: _page_received,
    OfferPrint: _print_offered,
    CancelPrint: _print_cancelled,
    MediaMuted: _muted,
    PicturePaused: _picture_paused,
    HangUpPeer: _hung_up,
}


def own_picture_paused(session: Session, event: OwnPicturePaused) -> Result:
    """The connection says that our picture is held back, or goes out again: the agent is told why it stands still."""
    if session.call is None or session.call.peer_no != event.peer_no:
        return session, []
    told = SendToPeer(PicturePaused(paused=event.paused))
    return with_call(session, paused_on=event.peer_no if event.paused else 0), [told]


def peer_opened(session: Session, event: PeerOpened) -> Result:
    """Say what the other side, who may be a page that was reloaded, cannot know."""
    commands = told_again(session)
    if session.call is not None and session.call.paused_on == event.peer_no:
        commands.append(SendToPeer(PicturePaused(paused=True)))
    return session, commands


def peer_moved(session: Session, event: PeerMoved, now: float) -> Result:
    call = session.call
    if call is None or call.call_id is None or event.peer_no != call.peer_no:
        return session, []
    commands: list[Command] = [SendToHub(ReportMedia(call_id=call.call_id, peer_no=event.peer_no, state=event.state))]
    match event.state:
        case MediaState.CONNECTED:
            first = call.connected_at is None
            call = replace(
                call,
                connected_at=now if first else call.connected_at,
                quality=LinkQuality.GOOD,
                lost_at=None,
                setback=None,
                papers_dropped=False,
            )
            if first:
                commands.append(PlayChime("agent_here"))
            return show(replace(session, call=call), Screen.IN_CALL, now), commands + muted(session)
        case MediaState.WEAK:
            return with_call(session, quality=LinkQuality.WEAK), commands
        case MediaState.LOST:
            lost = with_call(session, quality=LinkQuality.LOST, lost_at=call.lost_at or now, renewed_at=now)
            return lost, [*commands, renewal(call)]
        case _:
            return session, []
