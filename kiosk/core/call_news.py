"""What the hub says of the call of this kiosk: queued, refused, moved, rung, accepted, passed on, over."""

from dataclasses import replace

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallTransferred,
    ClaimPlace,
    EndCause,
    ErrorCode,
    ErrorReply,
    HangUp,
    Outcome,
    PeerRenewed,
    PlaceKept,
    QueueMoved,
    RelayCandidate,
    RelayDescription,
    WaitRange,
)
from kiosk.core import numbers
from kiosk.core.commands import AddCandidate, AnswerPeer, CloseDevices, ClosePeer, HoldCall, Mute, PlayChime, SendToHub
from kiosk.core.papers import leave_agent
from kiosk.core.session import Call, Refused, Result, Session, end_call, refuse, refuse_late, show, with_call
from kiosk.core.view import CallingStep, EndReason, LinkQuality, Screen, Setback

FINAL = (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.FORBIDDEN, ErrorCode.INVALID)
"""Faults that sending again does not cure."""


def is_ours(session: Session, call_id: str) -> bool:
    return session.call is not None and session.call.call_id == call_id


def queued(session: Session, message: CallQueued, now: float) -> Result:
    call = session.call
    if call is None or call.request.request_id != message.request_id:
        # The usager left before the answer came.
        return session, [SendToHub(HangUp(call_id=message.call_id))]
    if call.step is not CallingStep.PLACING:
        return session, []
    waiting = with_call(
        session,
        call_id=message.call_id,
        step=CallingStep.QUEUED,
        step_at=now,
        position=message.position,
        wait=message.wait,
        may_keep_place=message.may_keep_place,
    )
    return waiting, [HoldCall(message.call_id)]


def refused(session: Session, message: CallRefused, now: float) -> Result:
    call = session.call
    if call is None or call.request.request_id != message.request_id or call.step is not CallingStep.PLACING:
        return session, []
    return refuse(session, Refused(message.reason, message.opens_at or "", message.wait), now)


def failed(session: Session, message: ErrorReply, now: float) -> Result:
    """A number taken up too late, or a place that cannot be kept; other faults are cured by asking again."""
    call = session.call
    if call is None or message.code not in FINAL or message.in_reply_to is None:
        return session, []
    if isinstance(call.request, ClaimPlace) and call.step is CallingStep.PLACING:
        if message.in_reply_to in (call.request.request_id, call.request.call_id):
            return refuse_late(session, now)
    elif call.keeping and message.in_reply_to == call.call_id:
        return with_call(session, keeping=False, may_keep_place=False), []
    return session, []


def moved(session: Session, message: QueueMoved, now: float) -> Result:
    call = session.call
    if not is_ours(session, message.call_id) or call is None:
        return session, []
    if call.step is CallingStep.CONNECTING:
        if call.connected_at is not None and message.because != "agent_lost":
            return session, []
        # The agent vanished before the picture came: back at the head of the queue.
        return waits_again(session, Setback.AGENT_LOST, message.call_id, message.position, message.wait, now)
    return with_call(
        session,
        step=CallingStep.QUEUED,
        step_at=now,
        position=min(message.position, call.position or message.position),
        wait=message.wait,
        may_keep_place=message.may_keep_place,
    ), []


def ringing(session: Session, message: CallRinging, now: float) -> Result:
    call = session.call
    if not is_ours(session, message.call_id) or call is None:
        return session, []
    rung = with_call(
        replace(session, confirming_keep=False),
        step=CallingStep.RINGING,
        step_at=now,
        attempt=message.attempt,
        peer_no=0,
        setback=None if call.setback is Setback.AGENT_LOST else call.setback,
    )
    return rung, [PlayChime("ringback")] if message.attempt == 1 else []


def accepted(session: Session, message: CallAccepted, now: float) -> Result:
    if not is_ours(session, message.call_id):
        return session, []
    return with_call(
        replace(session, confirming_keep=False),
        step=CallingStep.CONNECTING,
        step_at=now,
        renewed_at=now,
        keeping=False,
        peer_no=message.peer_no,
        agent_name=message.agent_name,
        ice_servers=tuple(message.ice_servers),
    ), []


def renewed(session: Session, message: PeerRenewed, now: float) -> Result:
    call = session.call
    if not is_ours(session, message.call_id) or call is None or message.peer_no <= call.peer_no:
        return session, []
    again = with_call(
        session,
        peer_no=message.peer_no,
        ice_servers=tuple(message.ice_servers),
        renewed_at=now,
        lost_at=call.lost_at or (now if call.connected_at is not None else None),
        quality=LinkQuality.LOST if call.connected_at is not None else LinkQuality.GOOD,
        agent_seen=False,
    )
    return again, [ClosePeer()]


def described(session: Session, message: RelayDescription, _now: float) -> Result:
    call = session.call
    if not is_ours(session, message.call_id) or call is None or message.peer_no != call.peer_no:
        return session, []
    if message.description.type != "offer":
        return session, []
    # Said before the answer: a camera switched off must not show for an instant on a new connection.
    mute = Mute(camera=not session.camera_on, microphone=not session.microphone_on)
    return session, [mute, AnswerPeer(message.call_id, message.peer_no, message.description, call.ice_servers)]


def candidate(session: Session, message: RelayCandidate, _now: float) -> Result:
    if not is_ours(session, message.call_id):
        return session, []
    return session, [AddCandidate(message.peer_no, message.candidate)]


def transferred(session: Session, message: CallTransferred, now: float) -> Result:
    """The agent passed the call on: it waits for the next one, at the place that it had from the beginning."""
    if not is_ours(session, message.call_id):
        return session, []
    return passed_on(session, message.new_call_id, message.partner_id, message.position, message.wait, now)


def passed_on(
    session: Session, call_id: str, partner_id: str, position: int, wait: WaitRange | None, now: float
) -> Result:
    setback = Setback.OTHER_AGENT
    if partner_id != session.partner_id:
        setback = Setback.OTHER_PARTNER
        session = replace(session, partner_id=partner_id, motif_id=None)
    return waits_again(session, setback, call_id, position, wait, now)


def waits_again(
    session: Session, setback: Setback, call_id: str, position: int, wait: WaitRange | None, now: float
) -> Result:
    """From an agent back to the queue. Nothing of this agent reaches the next one, camera and microphone stay as set."""
    assert session.call is not None
    request = session.call.request
    session, commands, dropped = leave_agent(replace(session, erase_after_call=False))
    call = Call(
        request,
        step=CallingStep.QUEUED,
        call_id=call_id,
        position=position,
        wait=wait,
        started_at=now,
        step_at=now,
        setback=setback,
        papers_dropped=dropped,
    )
    waiting = show(replace(session, call=call), Screen.CALLING, now)
    return waiting, [*commands, ClosePeer(), HoldCall(call_id), PlayChime("attention")]


def place_kept(session: Session, message: PlaceKept, now: float) -> Result:
    """The kiosk is free for others; the number stays on the screen for the time to note it."""
    session = replace(session, numbers=numbers.added(session.numbers, message.ticket, now))
    if not is_ours(session, message.ticket.call_id):
        return session, []
    return left_with_number(session, message.ticket.call_id, now)


def left_with_number(session: Session, call_id: str, now: float) -> Result:
    kept = replace(session, call=None, kept_call_id=call_id, last_touch_at=now)
    return show(kept, Screen.PLACE_KEPT, now), [ClosePeer(), CloseDevices(), HoldCall(None)]


def ended(session: Session, message: CallEnded, now: float) -> Result:
    request = session.call.request if session.call is not None and session.call.call_id is None else None
    if isinstance(request, ClaimPlace) and request.call_id == message.call_id:
        return refuse_late(session, now)
    if not is_ours(session, message.call_id):
        return session, []
    lost = message.cause in (EndCause.MEDIA_LOST, EndCause.STATION_LOST, EndCause.KIOSK_LOST)
    kept = lost and message.outcome is Outcome.FAILED
    return end_call(session, reason_of(message), now, place_kept=kept)


def reason_of(message: CallEnded) -> EndReason:
    """The end in the usager's terms."""
    if message.cause is EndCause.NOBODY_LEFT:
        return EndReason.NOBODY_LEFT
    if message.outcome is Outcome.OUT_OF_HOURS or message.cause is EndCause.SERVICE_CLOSED:
        return EndReason.CLOSED
    if message.cause is EndCause.AGENT_HUNG_UP:
        return EndReason.AGENT
    if message.cause is EndCause.USAGER_HUNG_UP:
        return EndReason.USAGER
    if message.cause in (EndCause.USAGER_LEFT_QUEUE, EndCause.NOT_BACK):
        return EndReason.LEFT_QUEUE
    if message.outcome in (Outcome.UNANSWERED, Outcome.DECLINED):
        return EndReason.NO_ANSWER
    return EndReason.CUT
