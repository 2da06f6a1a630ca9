"""What a station's page may ask, and how it comes and goes."""

import logging
import secrets
from typing import Any

from hub.core.board import Rejected
from hub.core.network import AgentIdentity, Network
from hub.core.requests import (
    Accept,
    AtStation,
    CancelTransfer,
    Decline,
    ExtendWrapUp,
    FinishWrapUp,
    HangUp,
    LoseStation,
    RenewPeer,
    SetRest,
    TakeStation,
    Transfer,
)
from hub.journal import Event
from hub.logbook import record
from hub.protocol import (
    AcceptOffer,
    AwayReason,
    CloseCode,
    DeclineOffer,
    ErrorCode,
    ProtocolError,
    RelayCandidate,
    RelayDescription,
    ReportMedia,
    SetAvailability,
    TransferCall,
    TransferTarget,
)
from hub.protocol import CancelTransfer as CancelTransferMessage
from hub.protocol import ExtendWrapUp as ExtendWrapUpMessage
from hub.protocol import FinishWrapUp as FinishWrapUpMessage
from hub.protocol import HangUp as HangUpMessage
from hub.protocol import RenewPeer as RenewPeerMessage
from hub.protocol import TakeStation as TakeStationMessage
from hub.server import wire
from hub.server.connections import Connection, StationLink
from hub.server.relay import hear_media, relay
from hub.server.switchboard import Switchboard

_logger = logging.getLogger(__name__)


async def join(
    switchboard: Switchboard,
    connection: Connection,
    agent: AgentIdentity,
    message: TakeStationMessage,
    cookie: str | None = None,
) -> StationLink:
    """Sit at a station; the page is then told everything.

    Raises: hub.core.board.Rejected, UnavailableError.
    """
    known = switchboard.decisions.network.stations.get(message.station_id)
    if known is None or known.partner_id != agent.partner_id:
        raise Rejected(ErrorCode.NOT_FOUND, "no such station")
    board = await switchboard.submit(
        TakeStation(known.id, agent.agent_id, message.take_over, switchboard.decisions.node_id)
    )
    # From here to the welcome nothing waits: no news can come in between.
    station = board.stations[known.id]
    link = StationLink(connection, agent, known.id, station.epoch, cookie)
    switchboard.connections.join_station(link)
    _send_other_stations_away(switchboard, link)
    switchboard.decisions.agent_names[agent.agent_id] = agent.display_name
    switchboard.metrics.connections.labels("station").inc()
    record(_logger, Event.STATION_JOINED, station=known.id, epoch=station.epoch)
    queue = switchboard.digests.queue(agent.partner_id)
    connection.send(
        wire.welcome_station(
            switchboard.decisions.network,
            switchboard.decisions.agent_names,
            switchboard.boards[agent.partner_id],
            switchboard.boards[agent.partner_id].stations[known.id],
            agent.display_name,
            queue,
            switchboard.clock(),
        )
    )
    return link


def _send_other_stations_away(switchboard: Switchboard, link: StationLink) -> None:
    """The agent moved: pages at the station left behind speak for nobody."""
    for other in list(switchboard.connections.stations_of_agent(link.agent.agent_id)):
        if other.station_id != link.station_id:
            other.connection.close(CloseCode.REPLACED)


def leave(switchboard: Switchboard, link: StationLink) -> None:
    """The page's socket is closed: an idle station is out of the pool, a call has its grace."""
    switchboard.metrics.connections.labels("station").dec()
    if not switchboard.connections.leave_station(link):
        return
    record(_logger, Event.STATION_LEFT, station=link.station_id, epoch=link.epoch)
    switchboard.insist(LoseStation(AtStation(link.station_id, link.epoch)))


async def handle(switchboard: Switchboard, link: StationLink, message: Any) -> None:
    """Do what the agent asks.

    Raises: hub.core.board.Rejected, ProtocolError, UnavailableError.
    """
    station = AtStation(link.station_id, link.epoch)
    match message:
        # Most of what is said, so asked first.
        case RelayCandidate() | RelayDescription():
            relay(switchboard, station, message)
        case SetAvailability():
            _check_reason(message.away_reason)
            await switchboard.submit(SetRest(station, message.state, message.away_reason))
        case AcceptOffer():
            await switchboard.submit(Accept(station, message.call_id, message.offer_no))
        case DeclineOffer():
            await switchboard.submit(Decline(station, message.call_id, message.offer_no))
        case HangUpMessage():
            await switchboard.submit(HangUp(station, message.call_id, message.cause))
        case ReportMedia():
            await hear_media(switchboard, station, message)
        case RenewPeerMessage():
            await switchboard.submit(RenewPeer(station, message.call_id, message.peer_no))
        case FinishWrapUpMessage():
            _check_reason(message.away_reason)
            finish = FinishWrapUp(
                station, message.call_id, message.resolution, message.motif_id, message.next_state, message.away_reason
            )
            await switchboard.submit(finish)
        case ExtendWrapUpMessage():
            await switchboard.submit(ExtendWrapUp(station, message.call_id))
        case TransferCall():
            check_target(switchboard.decisions.network, link.station_id, message.to)
            request = Transfer(station, message.call_id, message.to, secrets.token_hex(12), message.announced)
            await switchboard.submit(request)
        case CancelTransferMessage():
            await switchboard.submit(CancelTransfer(station, message.call_id))
        case _:
            raise ProtocolError(ErrorCode.CONFLICT, "a station is already taken here")


def _check_reason(reason: AwayReason | None) -> None:
    if reason is AwayReason.MISSED_OFFERS:
        raise ProtocolError(ErrorCode.INVALID, "away_reason: set by the hub only")


def check_target(network: Network, station_id: str, to: TransferTarget) -> None:
    """Whether a call may be passed on there by who sits at `station_id`: a colleague, a pool, or another partner.

    Raises: Rejected.
    """
    mine = network.partners[network.stations[station_id].partner_id]
    if to.kind == "station":
        station = network.stations.get(to.id)
        if to.id == station_id:
            raise Rejected(ErrorCode.CONFLICT, "that is this station")
        is_known = station is not None and station.partner_id == mine.id and station.is_enabled
    elif to.kind == "pool":
        is_known = mine.pool(to.id) is not None
    else:
        partner = network.partners.get(to.id)
        if to.id == mine.id:
            raise Rejected(ErrorCode.CONFLICT, "that is this partner")
        is_known = partner is not None and partner.is_enabled
        if partner is not None and to.motif_id is not None and partner.motif(to.motif_id) is None:
            raise Rejected(ErrorCode.NOT_FOUND, "no such motif there")
    if not is_known:
        raise Rejected(ErrorCode.NOT_FOUND, "no such target")
