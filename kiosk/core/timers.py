"""What time alone changes: idle stays, requests sent again, media given up, screens that go by themselves."""

from dataclasses import replace

from hub.protocol import HangUp
from kiosk.core import numbers
from kiosk.core.commands import Command, PlayChime, SendToHub
from kiosk.core.papers import papers_ticked
from kiosk.core.session import Result, Session, end_call, erase, leave_call, renewal, settle, show, with_call
from kiosk.core.view import CallingStep, EndReason, Screen

PLACING_RESEND_S = 5.0
CONNECTING_RENEW_S = 15.0
CONNECTING_GIVE_UP_S = 60.0
RENEW_EVERY_S = 15.0
MEDIA_GIVE_UP_S = 90.0
WAIT_WITHOUT_HUB_S = 300.0
"""A wait that the hub has not heard of for so long is over: the place is lost, and the screen must not stay for the next one."""
RING_EVERY_S = 20.0

SOMEBODY_CALLS = (Screen.CALLING, Screen.IN_CALL, Screen.ENDED)
"""Nobody is called away from their conversation, nor their papers: numbers wait for the end of the stay."""


def ticked(session: Session, now: float) -> Result:
    session, commands = papers_ticked(session, now)
    match session.screen:
        case Screen.PARTNERS | Screen.MOTIF | Screen.BEFORE_CALL | Screen.REFUSED:
            moved, more = _idle(session, now)
        case Screen.HUB_UNREACHABLE if session.partner_id is not None:
            moved, more = _idle(session, now)
        case Screen.CALLING:
            moved, more = _calling_ticked(session, now)
        case Screen.IN_CALL:
            moved, more = _in_call_ticked(session, now)
        case Screen.ENDED if now - session.last_touch_at >= session.rules.ended_s and not _printing(session):
            moved, more = erase(session, now)
        case Screen.PLACE_KEPT if now - session.last_touch_at >= session.rules.ended_s:
            moved, more = erase(session, now)
        case Screen.ERASED if now - session.screen_at >= session.rules.erased_s:
            moved, more = show(session, Screen.ATTRACT, now), []
        case _:
            moved, more = session, []
    settled, last = settle(moved, now)
    rung, aloud = ring_numbers(settled, now)
    return rung, commands + more + last + aloud


def ring_numbers(session: Session, now: float) -> Result:
    """A sound for the numbers that are called, and again from time to time until somebody comes."""
    others = any(each.call_id != session.claim for each in numbers.called(session.numbers, now))
    if not others or session.screen in SOMEBODY_CALLS:
        return session, []
    if session.rang_at is not None and now - session.rang_at < RING_EVERY_S:
        return session, []
    return replace(session, rang_at=now), [PlayChime("number")]


def _printing(session: Session) -> bool:
    return any(each.job_running and each.problem is None for each in session.prints)


def _idle(session: Session, now: float) -> Result:
    if session.warned_at is None:
        if now - session.last_touch_at >= session.rules.idle_warning_s:
            return replace(session, warned_at=now), [PlayChime("attention")]
        return session, []
    if now - session.warned_at >= session.rules.idle_countdown_s:
        return erase(session, now)
    return session, []


def _calling_ticked(session: Session, now: float) -> Result:
    call = session.call
    assert call is not None
    if not session.hub_up and now - max(session.hub_lost_at, call.started_at) >= WAIT_WITHOUT_HUB_S:
        left, told = leave_call(session, now)
        ended, more = end_call(left, EndReason.CUT, now)
        return ended, told + more
    if call.step is CallingStep.PLACING and session.hub_up and now - call.step_at >= PLACING_RESEND_S:
        # The same request again: the hub knows it by its id and answers with the same call.
        return with_call(session, step_at=now), [SendToHub(call.request)]
    if call.step is CallingStep.CONNECTING and call.call_id is not None:
        if now - call.step_at >= CONNECTING_GIVE_UP_S:
            return _give_up_media(session, now)
        if now - max(call.step_at, call.renewed_at) >= CONNECTING_RENEW_S:
            return with_call(session, renewed_at=now), [renewal(call)]
    return session, []


def _in_call_ticked(session: Session, now: float) -> Result:
    call = session.call
    if call is None or call.lost_at is None or call.call_id is None:
        return session, []
    if now - call.lost_at >= MEDIA_GIVE_UP_S:
        return _give_up_media(session, now)
    if now - call.renewed_at >= RENEW_EVERY_S:
        return with_call(session, renewed_at=now), [renewal(call)]
    return session, []


def _give_up_media(session: Session, now: float) -> Result:
    assert session.call is not None
    assert session.call.call_id is not None
    told: list[Command] = [SendToHub(HangUp(call_id=session.call.call_id, cause="media_lost"))]
    unsaid = None if session.hub_up else session.call.call_id
    ended, more = end_call(replace(session, unsaid_hang_up=unsaid), EndReason.CUT, now, place_kept=session.hub_up)
    return ended, told + more
