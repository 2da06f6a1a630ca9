"""What the hub says, and what it changes in the session: the table `NEWS`, by type of message.

What concerns the call of this kiosk is in `call_news`; here are the welcome, with a call told from both sides,
and the network: partners, tiles, numbers.
"""

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
    CallTransferred,
    ErrorReply,
    HangUp,
    KeepPlace,
    MediaState,
    PartnersChanged,
    PeerRenewed,
    PlaceKept,
    QueueMoved,
    RelayCandidate,
    RelayDescription,
    ReportMedia,
    TicketsChanged,
    WelcomeKiosk,
)
from kiosk.core import call_news, numbers
from kiosk.core.commands import ClosePeer, Command, HoldCall, SendToHub
from kiosk.core.session import Call, Result, Session, end_call, refuse_late, renewal, settle, with_call
from kiosk.core.timers import ring_numbers
from kiosk.core.view import CallingStep, EndReason, Screen, Setback

STEPS = {
    "queued": CallingStep.QUEUED,
    "offered": CallingStep.RINGING,
    "connecting": CallingStep.CONNECTING,
    "in_call": CallingStep.CONNECTING,
}


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
        partners_to_come=tuple(message.partners),
        tiles={tile.partner_id: tile for tile in message.tiles},
        numbers=numbers.told(message.tickets, now),
    )
    commands: list[Command] = []
    known, unsaid = message.call, session.unsaid_hang_up
    if unsaid is not None:
        commands += [SendToHub(HangUp(call_id=unsaid)), HoldCall(None)]
        session = replace(session, unsaid_hang_up=None)
        known = None if known is not None and known.call_id == unsaid else known
    session, more = _reconcile(session, known, now)
    settled, last = settle(session, now)
    followed, aloud = _numbers_moved(settled, now)
    return followed, commands + more + last + aloud


def _reconcile(session: Session, known: CallSnapshot | None, now: float) -> Result:
    """Our call and the hub's, after a lost link: the hub is right about its existence (invariant I13)."""
    call = session.call
    if call is None:
        if known is not None:
            # We hold no call (restarted, or the usager left): the hub must not keep an agent for nobody.
            return session, [SendToHub(HangUp(call_id=known.call_id)), HoldCall(None)]
        return session, []
    if call.call_id is None:
        if known is not None and known.partner_id == session.partner_id:
            return _adopt(session, call, known, now)
        # Not stored before the link went down: ask again, under the same request id. A call to somebody else is one
        # that the usager had already left.
        stray: list[Command] = [] if known is None else [SendToHub(HangUp(call_id=known.call_id))]
        return with_call(session, step_at=now), [*stray, SendToHub(call.request)]
    if known is not None and known.call_id == call.call_id:
        return _adopt(session, call, known, now)
    if known is not None and known.origin_call_id == call.call_id:
        return _adopt_transferred(session, known, now)
    if numbers.of_call(session.numbers, call.call_id) is not None:
        return call_news.left_with_number(session, call.call_id, now)
    stray = [] if known is None else [SendToHub(HangUp(call_id=known.call_id))]
    over, commands = end_call(session, EndReason.CUT, now)
    return over, [*stray, *commands]


def _adopt_transferred(session: Session, known: CallSnapshot, now: float) -> Result:
    """The agent passed the call on while we could not hear it."""
    session, commands = call_news.passed_on(
        session, known.call_id, known.partner_id, known.position or 0, known.wait, now
    )
    assert session.call is not None
    session, more = _adopt(session, session.call, known, now)
    return session, commands + more


def _adopt(session: Session, call: Call, known: CallSnapshot, now: float) -> Result:
    step = STEPS[known.state]
    commands: list[Command] = [HoldCall(known.call_id)]
    anew = False
    if step is not CallingStep.CONNECTING and call.step is CallingStep.CONNECTING:
        session, commands = call_news.waits_again(
            session, Setback.AGENT_LOST, known.call_id, known.position or 0, known.wait, now
        )
    elif known.peer_no != call.peer_no:
        commands.append(ClosePeer())
        anew = step is CallingStep.CONNECTING
    elif call.lost_at is not None:
        # Asked for when it was lost, into a link that was down.
        anew = True
    elif call.connected_at is not None and call.lost_at is None:
        # Said again: a hub that was dead when we connected would otherwise believe that nobody talks.
        commands.append(SendToHub(ReportMedia(call_id=known.call_id, peer_no=call.peer_no, state=MediaState.CONNECTED)))
    if call.keeping and step is CallingStep.QUEUED:
        commands.append(SendToHub(KeepPlace(call_id=known.call_id)))
    session = with_call(
        session,
        call_id=known.call_id,
        step=step,
        step_at=now if step is not call.step else call.step_at,
        position=_never_upwards(call.position, known.position),
        wait=known.wait,
        may_keep_place=known.may_keep_place,
        keeping=call.keeping and step is CallingStep.QUEUED,
        peer_no=known.peer_no,
        agent_name=known.agent_name,
        ice_servers=tuple(known.ice_servers) or call.ice_servers,
    )
    if anew and session.call is not None:
        # What the station sent for this connection went into a link that was down: it begins another.
        commands.append(renewal(session.call))
        session = with_call(session, renewed_at=now)
    return session, commands


def _never_upwards(position: int, news: int | None) -> int:
    return min(position, news) if position and news else news or position


def _partners_changed(session: Session, message: PartnersChanged, now: float) -> Result:
    session = replace(session, tiles={**session.tiles, **{tile.partner_id: tile for tile in message.tiles}})
    if message.partners is not None:
        session = replace(session, partners_to_come=tuple(message.partners))
    return settle(session, now)


def _tickets_changed(session: Session, message: TicketsChanged, now: float) -> Result:
    return _numbers_moved(replace(session, numbers=numbers.told(message.tickets, now)), now)


def _numbers_moved(session: Session, now: float) -> Result:
    """A place that is no longer kept is told at once to whoever reads its number."""
    commands: list[Command] = []
    read = {Screen.BEFORE_CALL: session.claim, Screen.PLACE_KEPT: session.kept_call_id}.get(session.screen)
    if read is not None and numbers.of_call(session.numbers, read) is None:
        session, commands = refuse_late(session, now)
    rung, aloud = ring_numbers(session, now)
    return rung, commands + aloud


NEWS: dict[type, Callable[[Session, Any, float], Result]] = {
    WelcomeKiosk: _welcomed,
    PartnersChanged: _partners_changed,
    TicketsChanged: _tickets_changed,
    CallQueued: call_news.queued,
    CallRefused: call_news.refused,
    QueueMoved: call_news.moved,
    PlaceKept: call_news.place_kept,
    CallTransferred: call_news.transferred,
    CallRinging: call_news.ringing,
    CallAccepted: call_news.accepted,
    PeerRenewed: call_news.renewed,
    RelayDescription: call_news.described,
    RelayCandidate: call_news.candidate,
    CallEnded: call_news.ended,
    ErrorReply: call_news.failed,
}
