"""What a station's page asks beside its socket: whom a call can be passed on to, and what the day was made of."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from hub.core.network import KioskIdentity, Network, Partner
from hub.core.routing import available
from hub.core.story_words import station_history
from hub.errors import UnavailableError
from hub.protocol import StationState, TileState
from hub.server.api.guard import Guard
from hub.server.doors import Doors, StationPast
from hub.server.problems import Problem, ProblemCode
from hub.server.switchboard import Switchboard


class Colleague(BaseModel):
    id: str
    name: str
    agent_name: str
    """Empty: nobody sits there."""
    state: StationState


class PoolChoice(BaseModel):
    id: str
    name: str
    available: int


class MotifChoice(BaseModel):
    id: str
    label: str


class PartnerChoice(BaseModel):
    id: str
    name: str
    full_name: str
    state: TileState
    motifs: list[MotifChoice]


class Targets(BaseModel):
    """Whom a call can be passed on to, in the order of the directory; also who cannot take it now."""

    stations: list[Colleague]
    pools: list[PoolChoice]
    partners: list[PartnerChoice]


class PastEvent(BaseModel):
    at: str
    """Local time, HH:MM."""
    sentence: str


class StationDay(BaseModel):
    """What the hub decided for a station today, newest first."""

    events: list[PastEvent]


MOST_EVENTS = 100
_NO_KIOSK = KioskIdentity("", "", "", "", is_enabled=True)


def stations_router(doors: Doors, switchboard: Switchboard, past: StationPast) -> APIRouter:
    """The routes, on these doors and this engine."""
    router = APIRouter(prefix="/api/station")
    guard = Guard(doors)

    async def partner_of(request: Request, station_id: str) -> Partner:
        """The signed-in agent's partner, when the station is one of its own."""
        session = await guard.session_of(request)
        network = switchboard.decisions.network
        station = network.stations.get(station_id)
        if station is None or station.partner_id != session.identity.partner_id:
            raise Problem(ProblemCode.NOT_FOUND)
        return network.partners[station.partner_id]

    @router.get("/transfer-targets")
    async def transfer_targets(request: Request, station_id: str) -> Targets:
        mine = await partner_of(request, station_id)
        return targets(switchboard, mine, station_id)

    @router.get("/history")
    async def history(request: Request, station_id: str) -> StationDay:
        await partner_of(request, station_id)
        now = datetime.fromtimestamp(switchboard.wall(), switchboard.zone)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()
        try:
            events, names = await past.of_station(switchboard.decisions.network, station_id, midnight)
        except UnavailableError:
            raise Problem(ProblemCode.NOT_READY) from None
        told = station_history(events, names, switchboard.zone)
        return StationDay(events=[PastEvent(at=at, sentence=said) for at, said in reversed(told[-MOST_EVENTS:])])

    return router


def targets(switchboard: Switchboard, mine: Partner, station_id: str) -> Targets:
    """Whom a call at this station can be passed on to, as things are now."""
    network, board = switchboard.decisions.network, switchboard.boards[mine.id]
    free = available(board)
    return Targets(
        stations=_colleagues(switchboard, network, mine, station_id),
        pools=[
            PoolChoice(id=pool.id, name=pool.name, available=sum(each.pool_id == pool.id for each in free))
            for pool in mine.policy.pools
        ],
        partners=_partners(switchboard, network, mine, _kiosk_at(switchboard, network, mine, station_id)),
    )


def _colleagues(switchboard: Switchboard, network: Network, mine: Partner, station_id: str) -> list[Colleague]:
    found = []
    for live in switchboard.boards[mine.id].stations.values():
        known = network.stations.get(live.id)
        if live.id == station_id or known is None or not known.is_enabled:
            continue
        is_manned = live.state is not StationState.OFFLINE
        name = switchboard.decisions.agent_names.get(live.agent_id or "", "") if is_manned else ""
        found.append(Colleague(id=live.id, name=known.name, agent_name=name, state=live.state))
    return sorted(found, key=lambda each: (each.name, each.id))


def _partners(switchboard: Switchboard, network: Network, mine: Partner, kiosk: KioskIdentity) -> list[PartnerChoice]:
    tiles = {tile.partner_id: tile for tile in switchboard.digests.look_at(kiosk)}
    return [
        PartnerChoice(
            id=partner.id,
            name=partner.name,
            full_name=partner.full_name,
            state=tiles[partner.id].state,
            motifs=[MotifChoice(id=motif.id, label=motif.label) for motif in partner.motifs],
        )
        for partner in network.partners.values()
        if partner.id in tiles and partner.id != mine.id
    ]


def _kiosk_at(switchboard: Switchboard, network: Network, mine: Partner, station_id: str) -> KioskIdentity:
    """The kiosk that the station speaks with: other partners may be open to it, or not."""
    call = switchboard.boards[mine.id].call_of_station(station_id)
    return network.kiosks.get(call.kiosk_id, _NO_KIOSK) if call is not None else _NO_KIOSK
