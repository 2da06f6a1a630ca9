"""What the hub says, and what it changes in the session: the table `NEWS`, by type of message."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallSnapshot,
    EndCause,
    HangUp,
    MediaState,
    Outcome,
    PartnersChanged,
    PeerRenewed,
    QueueMoved,
    RelayCandidate,
    RelayDescription,
    ReportMedia,
    WelcomeKiosk,
)
from kiosk.core.commands import AddCandidate, AnswerPeer, ClosePeer, Command, HoldCall, Mute, PlayChime, SendToHub
from kiosk.core.session import Result, Session, end_call, settle, show, with_call
from kiosk.core.view import CallingStep, EndReason, LinkQuality, Screen


def heard(session: Session, message: Any, now: float) -> Result:
    """A message of the hub; one that concerns another call than ours changes nothing."""
    handler = NEWS.get(type(message))
    return handler(session, message, now) if handler else (session, [])


def _welcomed(session: Session, message: WelcomeKiosk, now: float) -> Result:
    session = replace(
        session,
        hub_up=True,
        hub_refused=False,
        site_name=message.site_name,
        partners=tuple(message.partners),
        tiles={tile.partner_id: tile for tile in message.tiles},
    )
    commands: list[Command] = []
    known, unsaid = message.call, session.unsaid_hang_up
    if unsaid is not None:
        commands += [SendToHub(HangUp(call_id=unsaid)), HoldCall(None)]
        session = replace(session, unsaid_hang_up=None)
        known = None if known is not None and known.call_id == unsaid else known
    session, more = _reconcile(session, known, now)
    settled, last = settle(session, now)
    return settled, commands + more + last


def _reconcile(session: Session, known: CallSnapshot | None, now: float) -> Result:
    """Our call and the hub's, after a lost link: the hub is right about its existence (invariant I13)."""
    call = session.call
    if call is None:
        if known is not None:
            # We hold no call (restarted, or the usager left): the hub must not keep an agent for nobody.
            return session, [SendToHub(HangUp(call_id=known.call_id)), HoldCall(None)]
        return session, []
    if known is None or (call.call_id is not None and known.call_id != call.call_id):
        if call.step is CallingStep.PLACING:
            # Not stored before the link went down: ask again, under the same request id.
            return with_call(session, step_at=now), [SendToHub(call.request)]
        return end_call(session, EndReason.CUT, now)
    steps = {
        "queued": CallingStep.QUEUED,
        "offered": CallingStep.RINGING,
        "connecting": CallingStep.CONNECTING,
        "in_call": CallingStep.CONNECTING,
    }
    commands: list[Command] = [HoldCall(known.call_id)]
    if known.peer_no != call.peer_no:
        commands.append(ClosePeer())
    elif call.connected_at is not None and call.lost_at is None:
        # Said again: a hub that was dead when we connected would otherwise believe that nobody talks.
        commands.append(SendToHub(ReportMedia(call_id=known.call_id, peer_no=call.peer_no, state=MediaState.CONNECTED)))
    session = with_call(
        session,
        call_id=known.call_id,
        step=steps[known.state],
        step_at=now if steps[known.state] is not call.step else call.step_at,
        position=known.position or call.position,
        wait=known.wait,
        peer_no=known.peer_no,
        agent_name=known.agent_name,
        ice_servers=tuple(known.ice_servers) or call.ice_servers,
    )
    return session, commands


def _partners_changed(session: Session, message: PartnersChanged, _now: float) -> Result:
    return replace(session, tiles={**session.tiles, **{tile.partner_id: tile for tile in message.tiles}}), []


def _queued(session: Session, message: CallQueued, now: float) -> Result:
    call = session.call
    if call is None or call.request.request_id != message.request_id:
        # The usager left before the answer came.
        return session, [SendToHub(HangUp(call_id=message.call_id))]
    if call.step is not CallingStep.PLACING:
        return session, []
    queued = with_call(
        session,
        call_id=message.call_id,
        step=CallingStep.QUEUED,
        step_at=now,
        position=message.position,
        wait=message.wait,
    )
    return queued, [HoldCall(message.call_id)]


def _refused(session: Session, message: CallRefused, now: float) -> Result:
    call = session.call
    if call is None or call.request.request_id != message.request_id or call.step is not CallingStep.PLACING:
        return session, []
    return show(replace(session, call=None, refusal=message.reason), Screen.BEFORE_CALL, now), []


def _moved(session: Session, message: QueueMoved, now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    assert session.call is not None
    if session.call.step is CallingStep.CONNECTING:
        if session.call.connected_at is not None:
            return session, []
        # The agent vanished before the picture came: back at the head of the queue.
        back = with_call(session, step=CallingStep.QUEUED, step_at=now, peer_no=0)
        return with_call(back, position=message.position, wait=message.wait), [ClosePeer()]
    return with_call(session, step=CallingStep.QUEUED, step_at=now, position=message.position, wait=message.wait), []


def _ringing(session: Session, message: CallRinging, now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    rung = with_call(session, step=CallingStep.RINGING, step_at=now, attempt=message.attempt, peer_no=0)
    return rung, [PlayChime("ringback")] if message.attempt == 1 else []


def _accepted(session: Session, message: CallAccepted, now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    return with_call(
        session,
        step=CallingStep.CONNECTING,
        step_at=now,
        renewed_at=now,
        peer_no=message.peer_no,
        agent_name=message.agent_name,
        ice_servers=tuple(message.ice_servers),
    ), []


def _renewed(session: Session, message: PeerRenewed, now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    assert session.call is not None
    if message.peer_no <= session.call.peer_no:
        return session, []
    renewed = with_call(
        session,
        peer_no=message.peer_no,
        ice_servers=tuple(message.ice_servers),
        renewed_at=now,
        lost_at=session.call.lost_at or (now if session.call.connected_at is not None else None),
        quality=LinkQuality.LOST if session.call.connected_at is not None else LinkQuality.GOOD,
        agent_seen=False,
    )
    return renewed, [ClosePeer()]


def _described(session: Session, message: RelayDescription, _now: float) -> Result:
    call = session.call
    if not _is_ours(session, message.call_id) or call is None or message.peer_no != call.peer_no:
        return session, []
    if message.description.type != "offer":
        return session, []
    # Said before the answer: a camera switched off must not show for an instant on a new connection.
    mute = Mute(camera=not session.camera_on, microphone=not session.microphone_on)
    return session, [mute, AnswerPeer(message.call_id, message.peer_no, message.description, call.ice_servers)]


def _candidate(session: Session, message: RelayCandidate, _now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    return session, [AddCandidate(message.peer_no, message.candidate)]


def _ended(session: Session, message: CallEnded, now: float) -> Result:
    if not _is_ours(session, message.call_id):
        return session, []
    return end_call(session, _reason(message), now)


def _reason(message: CallEnded) -> EndReason:
    if message.outcome is Outcome.OUT_OF_HOURS or message.cause is EndCause.SERVICE_CLOSED:
        return EndReason.CLOSED
    if message.cause is EndCause.AGENT_HUNG_UP:
        return EndReason.AGENT
    if message.cause is EndCause.USAGER_HUNG_UP:
        return EndReason.USAGER
    if message.cause is EndCause.USAGER_LEFT_QUEUE:
        return EndReason.LEFT_QUEUE
    if message.outcome in (Outcome.UNANSWERED, Outcome.DECLINED):
        return EndReason.NO_ANSWER
    return EndReason.CUT


def _is_ours(session: Session, call_id: str) -> bool:
    return session.call is not None and session.call.call_id == call_id


NEWS: dict[type, Callable[[Session, Any, float], Result]] = {
    WelcomeKiosk: _welcomed,
    PartnersChanged: _partners_changed,
    CallQueued: _queued,
    CallRefused: _refused,
    QueueMoved: _moved,
    CallRinging: _ringing,
    CallAccepted: _accepted,
    PeerRenewed: _renewed,
    RelayDescription: _described,
    RelayCandidate: _candidate,
    CallEnded: _ended,
}
