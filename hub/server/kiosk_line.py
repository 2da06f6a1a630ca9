"""What a kiosk may ask, and how it comes and goes."""

import logging
import secrets
from typing import Any

from hub.core.requests import ClaimPlace, HangUp, KeepPlace, Kiosk, LoseKiosk, Place, RenewPeer, SeeKiosk
from hub.core.rows import Call
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import (
    CallEnded,
    CallRefused,
    EndCause,
    ErrorCode,
    Hello,
    PlaceCall,
    ProtocolError,
    RefusalReason,
    RelayCandidate,
    RelayDescription,
    ReportDevices,
    ReportMedia,
)
from hub.protocol import ClaimPlace as ClaimPlaceMessage
from hub.protocol import HangUp as HangUpMessage
from hub.protocol import KeepPlace as KeepPlaceMessage
from hub.protocol import RenewPeer as RenewPeerMessage
from hub.server import wire
from hub.server.connections import KioskLink
from hub.server.relay import hear_media, relay
from hub.server.switchboard import Switchboard

_MAX_LEGS = 8
"""A call that was passed on more often while its kiosk was away is not followed further."""

_logger = logging.getLogger(__name__)


async def join(switchboard: Switchboard, link: KioskLink, hello: Hello) -> None:
    """The kiosk proved who it is: it is the one linked from now on, and is told everything.

    Raises: UnavailableError, when the call that it may hold cannot be looked up.
    """
    identity, connection = link.identity, link.connection
    connection.is_silent = True
    switchboard.connections.join_kiosk(link)
    switchboard.metrics.connections.labels("kiosk").inc()
    record(_logger, Event.KIOSK_JOINED, kiosk=identity.kiosk_id, software=_word(hello.software))
    held_id = hello.live_call_id
    call = switchboard.call_of_kiosk(identity.kiosk_id)
    if call is not None:
        held_id = await _held_leg(switchboard, call, held_id)
        kiosk = Kiosk(identity.kiosk_id)
        await switchboard.submit(SeeKiosk(kiosk, call.id, held_id, switchboard.decisions.node_id))
    ended = await _ended(switchboard, link, hello.live_call_id) if hello.live_call_id is not None else None
    # From here to the welcome nothing waits: no news can come in between.
    call = switchboard.call_of_kiosk(identity.kiosk_id)
    is_held = call is not None and call.id == held_id
    snapshot = switchboard.snapshot(call, hello.live_call_id if is_held else None) if call is not None else None
    connection.send(
        wire.welcome_kiosk(
            identity,
            switchboard.digests.cards(),
            switchboard.digests.tiles(identity),
            snapshot,
            switchboard.tickets_of(identity.kiosk_id),
        )
    )
    connection.is_silent = False
    if ended is not None and not is_held:
        connection.send(ended)


async def _held_leg(switchboard: Switchboard, call: Call, held_id: str | None) -> str | None:
    """The live call's identifier, when what the kiosk holds is a leg that was transferred into it meanwhile."""
    leg: Call | None = call
    for _ in range(_MAX_LEGS):
        if held_id is None or leg is None:
            break
        if held_id in (leg.id, leg.origin_call_id):
            return call.id
        if leg.origin_call_id is None:
            break
        leg = switchboard.live_call(leg.origin_call_id) or await switchboard.decisions.past_call(leg.origin_call_id)
    return held_id


async def _ended(switchboard: Switchboard, link: KioskLink, held_id: str) -> CallEnded | None:
    """How the call that the kiosk still holds ended, if it did; of a transferred one, how its last leg did."""
    leg: Call | None = None
    next_id: str | None = held_id
    for _ in range(_MAX_LEGS):
        if next_id is None:
            break
        leg = switchboard.live_call(next_id) or await switchboard.decisions.past_call(next_id)
        next_id = leg.transfer_call_id if leg is not None and leg.cause is EndCause.TRANSFERRED else None
    if leg is None or leg.kiosk_id != link.identity.kiosk_id or leg.holds_kiosk:
        return None
    if leg.outcome is None or leg.cause is None:
        return None
    return CallEnded(call_id=held_id, outcome=leg.outcome, cause=leg.cause)


def leave(switchboard: Switchboard, link: KioskLink) -> None:
    """The kiosk's socket is closed: its call has its grace."""
    switchboard.metrics.connections.labels("kiosk").dec()
    if not switchboard.connections.leave_kiosk(link):
        return
    record(_logger, Event.KIOSK_LEFT, kiosk=link.identity.kiosk_id)
    kiosk_id = link.identity.kiosk_id
    call = switchboard.call_of_kiosk(kiosk_id)
    if call is not None:
        lost = LoseKiosk(Kiosk(kiosk_id), call.id, switchboard.decisions.node_id)
        switchboard.insist(lost, lambda: kiosk_id not in switchboard.connections.kiosks)


async def handle(switchboard: Switchboard, link: KioskLink, message: Any) -> None:
    """Do what the kiosk asks.

    Raises: hub.core.board.Rejected, ProtocolError, UnavailableError.
    """
    kiosk = Kiosk(link.identity.kiosk_id)
    match message:
        # Most of what is said, so asked first.
        case RelayCandidate() | RelayDescription():
            relay(switchboard, kiosk, message)
        case PlaceCall():
            await _place(switchboard, link, kiosk, message)
        case HangUpMessage():
            await switchboard.submit(HangUp(kiosk, message.call_id, message.cause))
        case KeepPlaceMessage():
            await switchboard.submit(KeepPlace(kiosk, message.call_id))
        case ClaimPlaceMessage():
            await _claim(switchboard, link, kiosk, message)
        case ReportMedia():
            await hear_media(switchboard, kiosk, message)
        case RenewPeerMessage():
            await switchboard.submit(RenewPeer(kiosk, message.call_id, message.peer_no))
        case ReportDevices():
            link.devices = message.devices
        case _:
            raise ProtocolError(ErrorCode.CONFLICT, "already known")


async def _place(switchboard: Switchboard, link: KioskLink, kiosk: Kiosk, message: PlaceCall) -> None:
    if message.partner_id not in switchboard.decisions.network.partners:
        _refuse(link, message.request_id, RefusalReason.UNKNOWN_PARTNER)
        return
    request = Place(
        kiosk=kiosk,
        partner_id=message.partner_id,
        request_id=message.request_id,
        call_id=secrets.token_hex(12),
        motif_id=message.motif_id,
        accompanied=message.accompanied,
        language=message.language,
        kiosk_is_enabled=_is_enabled(switchboard, link),
        site_id=link.identity.site_id,
        wait=switchboard.wait_of(message.partner_id),
        node=switchboard.decisions.node_id,
    )
    await _ask(switchboard, link, message.request_id, request)


async def _claim(switchboard: Switchboard, link: KioskLink, kiosk: Kiosk, message: ClaimPlaceMessage) -> None:
    request = ClaimPlace(
        kiosk=kiosk,
        call_id=message.call_id,
        request_id=message.request_id,
        kiosk_is_enabled=_is_enabled(switchboard, link),
        node=switchboard.decisions.node_id,
    )
    await _ask(switchboard, link, message.request_id, request)


async def _ask(switchboard: Switchboard, link: KioskLink, request_id: str, request: Place | ClaimPlace) -> None:
    """Somebody stands there and waits for an answer: also when the hub can do nothing."""
    if switchboard.is_stopping:
        # Stored now it would be safe, but nobody would tell; refused, it is asked again of the next hub.
        _refuse(link, request_id, RefusalReason.HUB_DEGRADED)
        return
    try:
        await switchboard.submit(request)
    except UnavailableError:
        _refuse(link, request_id, RefusalReason.HUB_DEGRADED)
        raise


def _refuse(link: KioskLink, request_id: str, reason: RefusalReason) -> None:
    link.connection.send(CallRefused(request_id=request_id, reason=reason))


def _is_enabled(switchboard: Switchboard, link: KioskLink) -> bool:
    known = switchboard.decisions.network.kiosks.get(link.identity.kiosk_id)
    return known.is_enabled if known is not None else link.identity.is_enabled


def _word(text: str) -> str:
    """A version as a log field may hold it; anything else is not written."""
    return text if text and all(c.isascii() and (c.isalnum() or c in "._-") for c in text) else "unknown"
