"""Stations: from rows to values and back. Their names are the directory's, their state is the engine's."""

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from hub.core.rows import LiveStation, RestState
from hub.protocol import AwayReason, StationState
from hub.store import tables as t
from hub.store.statements import run, update_by_id

_COLUMNS = (
    "state",
    "away_reason",
    "next_state",
    "next_away_reason",
    "agent_id",
    "since",
    "idle_since",
    "missed_offers",
    "epoch",
    "lost_at",
    "node_id",
)
"""Written by the engine; the others are the directory's."""
_values = attrgetter(*_COLUMNS)
_NO_STATIONS: Mapping[str, LiveStation] = {}


def stations_of(connection: Connection, partner_id: str) -> dict[str, LiveStation]:
    """All stations of a partner, as they are now."""
    query = select(t.station).where(t.station.c.partner_id == partner_id).order_by(t.station.c.id)
    return {row.id: _station(row) for row in connection.execute(query)}


def partner_of_station(connection: Connection, station_id: str) -> str | None:
    return connection.execute(select(t.station.c.partner_id).where(t.station.c.id == station_id)).scalar_one_or_none()


def update_stations(
    connection: Connection, stations: Iterable[LiveStation], before: Mapping[str, LiveStation] = _NO_STATIONS
) -> None:
    """Write what differs from `before`; everything, of a station that is not in it."""
    for each in stations:
        old = before.get(each.id)
        was = _values(old) if old is not None else (object(),) * len(_COLUMNS)
        differing = [
            (name, value.value if isinstance(value, Enum) else value)
            for name, value, former in zip(_COLUMNS, _values(each), was, strict=True)
            if value != former
        ]
        if differing:
            columns = tuple(name for name, _ in differing)
            run(connection, update_by_id("station", columns), (*(value for _, value in differing), each.id))


def _station(row: Row[Any]) -> LiveStation:
    return LiveStation(
        id=row.id,
        partner_id=row.partner_id,
        is_enabled=row.is_enabled,
        pool_id=row.pool_id,
        skills=frozenset(json.loads(row.skills)),
        state=StationState(row.state),
        away_reason=AwayReason(row.away_reason) if row.away_reason else None,
        next_state=cast("RestState | None", row.next_state),
        next_away_reason=AwayReason(row.next_away_reason) if row.next_away_reason else None,
        agent_id=row.agent_id,
        since=row.since,
        idle_since=row.idle_since,
        missed_offers=row.missed_offers,
        epoch=row.epoch,
        lost_at=row.lost_at,
        node_id=row.node_id,
    )
