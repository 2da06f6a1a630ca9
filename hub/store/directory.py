"""Read the network (partners, motifs, sites, kiosks, stations) from the database."""

import json
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, select

from hub.core.access import Place, Workplace
from hub.core.network import AgentIdentity, KioskIdentity, Motif, Network, OpeningHours, Partner, Policy, Station
from hub.store import tables as t


def load_network(connection: Connection) -> Network:
    """Everything the engine needs to know of the network, disabled rows included."""
    motifs: dict[str, list[Motif]] = {}
    for row in connection.execute(select(t.motif).order_by(t.motif.c.position, t.motif.c.id)):
        motifs.setdefault(row.partner_id, []).append(_motif(row))
    hours: dict[str, list[OpeningHours]] = {}
    for row in connection.execute(select(t.opening).order_by(t.opening.c.weekday, t.opening.c.opens)):
        interval = OpeningHours(row.weekday, minutes(row.opens), minutes(row.closes))
        hours.setdefault(row.partner_id, []).append(interval)
    partners = {
        row.id: Partner(
            id=row.id,
            name=row.name,
            full_name=row.full_name,
            tagline=row.tagline,
            is_enabled=row.is_enabled,
            offer_timeout_s=float(row.offer_timeout_s),
            wrap_up_s=float(row.wrap_up_s),
            missed_offers_limit=row.missed_offers_limit,
            motifs=tuple(motifs.get(row.id, ())),
            hours=tuple(hours.get(row.id, ())),
            policy=read_policy(row.policy),
        )
        for row in connection.execute(select(t.partner).order_by(t.partner.c.position, t.partner.c.id))
    }
    stations = {
        row.id: Station(
            row.id, row.partner_id, row.name, row.is_enabled, row.pool_id, frozenset(json.loads(row.skills))
        )
        for row in connection.execute(select(t.station).order_by(t.station.c.id))
    }
    kiosk_rows = select(t.kiosk, t.site.c.name.label("site_name")).join(t.site).order_by(t.kiosk.c.id)
    kiosks = {
        row.id: KioskIdentity(row.id, row.name, row.site_id, row.site_name, row.is_enabled)
        for row in connection.execute(kiosk_rows)
    }
    return Network(partners, stations, kiosks)


def workplace(connection: Connection, identity: AgentIdentity) -> Workplace:
    """The partner of an agent and its stations that may be taken, as this agent sees them."""
    partner_name = select(t.partner.c.name).where(t.partner.c.id == identity.partner_id)
    query = (
        select(t.station)
        .where(t.station.c.partner_id == identity.partner_id, t.station.c.is_enabled)
        .order_by(t.station.c.name, t.station.c.id)
    )
    places = tuple(
        Place(row.id, row.name, row.state != "offline" and row.agent_id not in (None, identity.agent_id))
        for row in connection.execute(query)
    )
    return Workplace(identity.partner_id, connection.execute(partner_name).scalar_one(), places)


def _motif(row: Row[Any]) -> Motif:
    papers, skills = tuple(json.loads(row.papers)), frozenset(json.loads(row.skills))
    return Motif(row.id, row.label, papers, skills, row.priority)


_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)


def read_policy(text: str) -> Policy:
    """The policy as stored; what is absent has its default."""
    return _POLICY.validate_json(text)


def write_policy(policy: Policy) -> str:
    """The policy as it is stored."""
    return _POLICY.dump_json(policy, exclude_defaults=True).decode()


def minutes(clock: str) -> int:
    """Minutes after midnight of `HH:MM`; `24:00` is the end of the day."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
