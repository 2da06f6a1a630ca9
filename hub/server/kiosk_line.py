"""What a kiosk may ask, and how it comes and goes."""

import logging
import secrets
from typing import Any

from hub.core.requests import HangUp, Kiosk, LoseKiosk, Place, RenewPeer, SeeKiosk
from hub.core.rows import Call
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import (
    CallEnded,
    CallRefused,
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
from hub.protocol import HangUp as HangUpMessage
from hub.protocol import RenewPeer as RenewPeerMessage
from hub.server import wire
from hub.server.connections import KioskLink
from hub.server.relay import hear_media, relay
from hub.server.switchboard import Switchboard

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
    call = switchboard.call_of_kiosk(identity.kiosk_id)
    ended: Call | None = None
    if call is not None:
        await switchboard.submit(SeeKiosk(Kiosk(identity.kiosk_id), call.id, hello.live_call_id))
    if hello.live_call_id is not None:
        held = switchboard.live_call(hello.live_call_id)
        if held is None or not held.holds_kiosk:
            ended = held or await switchboard.decisions.past_call(hello.live_call_id)
    call = switchboard.call_of_kiosk(identity.kiosk_id)
    snapshot = switchboard.snapshot(call) if call is not None else None
    tiles = switchboard.digests.tiles()
    connection.send(wire.welcome_kiosk(switchboard.decisions.network, identity, tiles, snapshot))
    connection.is_silent = False
    if ended is not None and ended.kiosk_id == identity.kiosk_id and ended.outcome and ended.cause:
        connection.send(CallEnded(call_id=ended.id, outcome=ended.outcome, cause=ended.cause))


def leave(switchboard: Switchboard, link: KioskLink) -> None:
    """The kiosk's socket is closed: its call has its grace."""
    switchboard.metrics.connections.labels("kiosk").dec()
    if not switchboard.connections.leave_kiosk(link):
        return
    record(_logger, Event.KIOSK_LEFT, kiosk=link.identity.kiosk_id)
    call = switchboard.call_of_kiosk(link.identity.kiosk_id)
    if call is not None:
        switchboard.insist(LoseKiosk(Kiosk(link.identity.kiosk_id), call.id))


async def handle(switchboard: Switchboard, link: KioskLink, message: Any) -> None:
    """Do what the kiosk asks.

    Raises: hub.core.board.Rejected, ProtocolError, UnavailableError.
    """
    kiosk = Kiosk(link.identity.kiosk_id)
    match message:
        case PlaceCall():
            await _place(switchboard, link, kiosk, message)
        case HangUpMessage():
            await switchboard.submit(HangUp(kiosk, message.call_id, message.cause))
        case RelayDescription() | RelayCandidate():
            relay(switchboard, kiosk, message)
        case ReportMedia():
            await hear_media(switchboard, kiosk, message)
        case RenewPeerMessage():
            await switchboard.submit(RenewPeer(kiosk, message.call_id))
        case ReportDevices():
            link.devices = message.devices
        case _:
            raise ProtocolError(ErrorCode.CONFLICT, "already known")


async def _place(switchboard: Switchboard, link: KioskLink, kiosk: Kiosk, message: PlaceCall) -> None:
    def refuse(reason: RefusalReason) -> None:
        link.connection.send(CallRefused(request_id=message.request_id, reason=reason))

    if message.partner_id not in switchboard.decisions.network.partners:
        refuse(RefusalReason.UNKNOWN_PARTNER)
        return
    known = switchboard.decisions.network.kiosks.get(kiosk.id)
    request = Place(
        kiosk=kiosk,
        partner_id=message.partner_id,
        request_id=message.request_id,
        call_id=secrets.token_hex(12),
        motif_id=message.motif_id,
        accompanied=message.accompanied,
        language=message.language,
        kiosk_is_enabled=known.is_enabled if known is not None else link.identity.is_enabled,
    )
    try:
        await switchboard.submit(request)
    except UnavailableError:
        refuse(RefusalReason.HUB_DEGRADED)
        raise


def _word(text: str) -> str:
    """A version as a log field may hold it; anything else is not written."""
    return text if text and all(c.isascii() and (c.isalnum() or c in "._-") for c in text) else "unknown"
