"""Stations: from rows to values and back. Their names are the directory's, their state is the engine's."""

import json
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Connection, Row, select, update

from hub.core.rows import LiveStation, RestState
from hub.protocol import AwayReason, StationState
from hub.store import tables as t


def stations_of(connection: Connection, partner_id: str) -> dict[str, LiveStation]:
    """All stations of a partner, as they are now."""
    query = select(t.station).where(t.station.c.partner_id == partner_id)
    return {row.id: _station(row) for row in connection.execute(query)}


def update_stations(connection: Connection, stations: Iterable[LiveStation]) -> None:
    for each in stations:
        values = {
            "state": each.state.value,
            "away_reason": each.away_reason,
            "next_state": each.next_state,
            "next_away_reason": each.next_away_reason,
            "agent_id": each.agent_id,
            "since": each.since,
            "idle_since": each.idle_since,
            "missed_offers": each.missed_offers,
            "epoch": each.epoch,
            "lost_at": each.lost_at,
            "node_id": each.node_id,
        }
        connection.execute(update(t.station).where(t.station.c.id == each.id).values(values))


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
