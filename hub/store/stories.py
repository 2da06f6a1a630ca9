"""What the log and the rows remember of a call or a station, for people who ask why."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, select

from hub.core.events import EventName
from hub.core.explain import Leg
from hub.core.network import Network
from hub.core.rows import Call
from hub.core.story_words import Happened, Names
from hub.store import calls
from hub.store import tables as t
from hub.store.directory import load_network

BEFORE_S = 12 * 3600.0
"""How far back a station's state is looked for when a call arrives."""
MOST_LEGS = 20
_AROUND = (EventName.STATION_CHANGED.value, EventName.OFFER_ACCEPTED.value)
_SHORTEST_START = 6


def call_ids(connection: Connection, start: str) -> list[str]:
    """The calls whose identifier is `start`, or begins so when it is long enough; a few at most."""
    exact = connection.execute(select(t.call.c.id).where(t.call.c.id == start)).scalars().all()
    if exact or len(start) < _SHORTEST_START:
        return list(exact)
    query = select(t.call.c.id).where(t.call.c.id.startswith(start, autoescape=True)).order_by(t.call.c.id).limit(5)
    return list(connection.execute(query).scalars())


def legs_of(connection: Connection, call_id: str) -> list[Leg]:
    """The call with what came before and after it by transfer, in this order; empty when there is no such call."""
    network = load_network(connection)
    return [_leg(connection, network, call) for call in _chain(connection, call_id)]


def station_events(connection: Connection, station_id: str, since: float) -> list[Happened]:
    """What happened at a station since an instant, in order."""
    query = select(t.event).where(t.event.c.station_id == station_id, t.event.c.at >= since)
    return _happened(connection, query.order_by(t.event.c.at, t.event.c.id))


def names(network: Network) -> Names:
    """How people call the stations, kiosks, partners and pools of the network."""
    pools = {pool.id: pool.name for partner in network.partners.values() for pool in partner.policy.pools}
    return Names(
        stations={each.id: each.name for each in network.stations.values()},
        kiosks={each.kiosk_id: f"{each.site_name}, {each.name}" for each in network.kiosks.values()},
        partners={each.id: each.name for each in network.partners.values()},
        pools=pools,
    )


def _chain(connection: Connection, call_id: str) -> list[Call]:
    """The first leg, then those that were made of it, taken or not, in the order they were tried."""
    first = calls.call(connection, call_id)
    climbed = 0
    while first is not None and first.origin_call_id is not None and climbed < MOST_LEGS:
        origin = calls.call(connection, first.origin_call_id)
        if origin is None:
            break
        first, climbed = origin, climbed + 1
    chain = [first] if first is not None else []
    for leg in chain:
        # The list grows while it is walked.
        query = select(t.call.c.id).where(t.call.c.origin_call_id == leg.id)
        following = _calls(connection, connection.execute(query).scalars().all())
        chain += sorted(following, key=lambda each: each.waiting_since or each.queued_at)[: MOST_LEGS - len(chain)]
    return chain


def _leg(connection: Connection, network: Network, call: Call) -> Leg:
    query = select(t.event).where(t.event.c.call_id == call.id).order_by(t.event.c.at, t.event.c.id)
    events = _happened(connection, query)
    last = max([call.queued_at, *(event.at for event in events)])
    query = select(t.event).where(
        t.event.c.partner_id == call.partner_id,
        t.event.c.name.in_(_AROUND),
        t.event.c.at >= call.queued_at - BEFORE_S,
        t.event.c.at <= last,
    )
    around = _happened(connection, query.order_by(t.event.c.at, t.event.c.id))
    answered = {event.call_id for event in around if event.call_id is not None and event.at >= call.queued_at}
    return Leg(
        call=call,
        partner=network.partners[call.partner_id],
        stations=tuple(each for each in network.stations.values() if each.partner_id == call.partner_id),
        events=tuple(events),
        around=tuple(around),
        others={each.id: each for each in _calls(connection, answered)},
    )


def _calls(connection: Connection, ids: Iterable[str]) -> list[Call]:
    return [found for each in sorted(ids) if (found := calls.call(connection, each)) is not None]


def _happened(connection: Connection, query: Select[Any]) -> list[Happened]:
    return [
        Happened(row.at, row.name, row.call_id, row.station_id, row.kiosk_id, row.detail)
        for row in connection.execute(query)
    ]
