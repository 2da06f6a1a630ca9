"""Bring the database to what `network.toml` says, in the caller's transaction.

Nothing that a call may refer to is ever deleted: what is no longer in the file is disabled. Opening hours, motifs
and rules are replaced; a call keeps its motif's identifier.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from hub.core.network import Motif
from hub.network_file import NetworkFile, PartnerRow
from hub.store import tables as t
from hub.store.accounts import close_sessions_of
from hub.store.directory import write_policy


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One row that the import touches. `fields` names the columns of a CHANGED row."""

    kind: ChangeKind
    table: str
    key: str
    fields: tuple[str, ...] = ()


def apply_network(connection: Connection, network: NetworkFile) -> list[Change]:
    """Make the rows of `network` what the database holds, and say what that changed. Twice changes nothing more."""
    changes: list[Change] = []
    changes += _merge(connection, t.partner, "id", [_partner(n, each) for n, each in enumerate(network.partners)])
    for partner in network.partners:
        changes += _replace_motifs(connection, partner)
        changes += _replace_hours(connection, partner)
    changes += _merge(connection, t.site, "id", [{"id": each.id, "name": each.name} for each in network.sites])
    changes += _merge(
        connection,
        t.kiosk,
        "id",
        [
            {"id": each.id, "site_id": each.site_id, "name": each.name, "is_enabled": each.is_enabled}
            for each in network.kiosks
        ],
    )
    changes += _merge(
        connection,
        t.station,
        "id",
        [
            {
                "id": each.id,
                "partner_id": each.partner_id,
                "name": each.name,
                "is_enabled": each.is_enabled,
                "pool_id": each.pool_id,
                "skills": json.dumps(each.skills),
            }
            for each in network.stations
        ],
    )
    agents = [
        {
            "email": each.email,
            "partner_id": each.partner_id,
            "display_name": each.display_name,
            "is_enabled": each.is_enabled,
        }
        for each in network.agents
    ]
    agent_changes = _merge(connection, t.agent, "email", agents, lambda: {"id": new_agent_id()})
    for change in agent_changes:
        if change.kind is ChangeKind.DISABLED or "partner_id" in change.fields:
            agent_id = connection.execute(select(t.agent.c.id).where(t.agent.c.email == change.key)).scalar_one()
            close_sessions_of(connection, agent_id)
    changes += agent_changes
    if changes:
        # What hubs remember of a partner's rows was true of the network before.
        connection.execute(update(t.partner).values(revision=t.partner.c.revision + 1))
    return changes


def new_agent_id() -> str:
    """An identifier that says nothing of the person."""
    return f"agent-{secrets.token_hex(8)}"


def _partner(position: int, partner: PartnerRow) -> dict[str, Any]:
    return {
        "id": partner.id,
        "name": partner.name,
        "full_name": partner.full_name,
        "tagline": partner.tagline,
        "position": position,
        "is_enabled": partner.is_enabled,
        "offer_timeout_s": partner.offer_timeout_s,
        "wrap_up_s": partner.wrap_up_s,
        "missed_offers_limit": partner.missed_offers_limit,
        "policy": write_policy(partner.policy),
    }


def _merge(
    connection: Connection,
    table: Table,
    key: str,
    rows: Iterable[dict[str, Any]],
    more: Callable[[], dict[str, Any]] = dict,
) -> list[Change]:
    """Insert or update `rows` by `key`; disable what they do not name. `more` gives columns of new rows only."""
    stored = {getattr(row, key): row._mapping for row in connection.execute(select(table))}
    changes: list[Change] = []
    wanted = {row[key]: row for row in rows}
    for value, row in wanted.items():
        before = stored.get(value)
        if before is None:
            connection.execute(insert(table).values(row | more()))
            changes.append(Change(ChangeKind.ADDED, table.name, value))
            continue
        fields = tuple(sorted(name for name, new in row.items() if before[name] != new))
        if not fields:
            continue
        connection.execute(update(table).where(table.c[key] == value).values(row))
        if "is_enabled" in fields:
            kind = ChangeKind.ENABLED if row["is_enabled"] else ChangeKind.DISABLED
            changes.append(Change(kind, table.name, value, tuple(name for name in fields if name != "is_enabled")))
        else:
            changes.append(Change(ChangeKind.CHANGED, table.name, value, fields))
    if "is_enabled" in table.c:
        for value, before in stored.items():
            if value not in wanted and before["is_enabled"]:
                connection.execute(update(table).where(table.c[key] == value).values(is_enabled=False))
                changes.append(Change(ChangeKind.DISABLED, table.name, value))
    return changes


def _replace_motifs(connection: Connection, partner: PartnerRow) -> list[Change]:
    motifs = t.motif
    mine = motifs.c.partner_id == partner.id
    stored = {row.id: row._mapping for row in connection.execute(select(motifs).where(mine))}
    wanted = {motif.id: _motif(position, motif) for position, motif in enumerate(partner.motifs)}
    changes: list[Change] = []
    for motif_id, values in wanted.items():
        key = f"{partner.id}/{motif_id}"
        if motif_id not in stored:
            connection.execute(insert(motifs).values(values | {"partner_id": partner.id, "id": motif_id}))
            changes.append(Change(ChangeKind.ADDED, "motif", key))
        elif any(stored[motif_id][name] != value for name, value in values.items()):
            connection.execute(update(motifs).where(mine, motifs.c.id == motif_id).values(values))
            changes.append(Change(ChangeKind.CHANGED, "motif", key))
    for motif_id in stored.keys() - wanted.keys():
        connection.execute(delete(motifs).where(mine, motifs.c.id == motif_id))
        changes.append(Change(ChangeKind.REMOVED, "motif", f"{partner.id}/{motif_id}"))
    return changes


def _motif(position: int, motif: Motif) -> dict[str, Any]:
    return {
        "label": motif.label,
        "papers": json.dumps(motif.papers, ensure_ascii=False),
        "skills": json.dumps(sorted(motif.skills)),
        "priority": motif.priority,
        "position": position,
    }


def _replace_hours(connection: Connection, partner: PartnerRow) -> list[Change]:
    opening = t.opening
    mine = opening.c.partner_id == partner.id
    rows = connection.execute(select(opening).where(mine))
    stored = sorted((row.weekday, row.opens, row.closes) for row in rows)
    wanted = sorted((hours.weekday, _clock(hours.opens_min), _clock(hours.closes_min)) for hours in partner.hours)
    if stored == wanted:
        return []
    connection.execute(delete(opening).where(mine))
    for weekday, opens, closes in wanted:
        values = {"partner_id": partner.id, "weekday": weekday, "opens": opens, "closes": closes}
        connection.execute(insert(opening).values(values))
    return [Change(ChangeKind.CHANGED if stored else ChangeKind.ADDED, "opening", partner.id)]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
