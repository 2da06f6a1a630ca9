"""What a decision had to tell, for the other hubs: a party may be linked to any of them.

Written in the decision's own transaction, read by the others in the order of the partner's revisions, erased after
minutes. Alone on SQLite nobody reads it, and it is not written. On PostgreSQL it always is: when the link to the
server breaks during a commit, the hub itself may need to read what it decided but never got to tell.
"""

import json
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete

from hub.core.notices import Notice
from hub.store import tables as t
from hub.store.statements import insert_into, marks, run

KEPT_S = 300.0
CHANNEL = "visio_relais"

_KINDS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Notice)}
_COLUMNS = ("partner_id", "revision", "node_id", "at", "notices")


def write(
    connection: Connection, partner_id: str, revision: int, node_id: str, at: float, notices: Sequence[Notice]
) -> None:
    values = (partner_id, revision, node_id, at, dump(notices))
    run(connection, insert_into("outbox", _COLUMNS), values)


def read(connection: Connection, partner_id: str, after: int, until: int) -> list[Notice]:
    """Notices of the partner's revisions after one and until another, in order."""
    query = "SELECT notices FROM outbox WHERE partner_id = ? AND revision > ? AND revision <= ? ORDER BY revision"
    found: list[Notice] = []
    for row in run(connection, query, (partner_id, after, until)):
        found += load(row[0])
    return found


def ring(connection: Connection, partner_ids: Sequence[str]) -> None:
    """Wake the other hubs when this transaction commits: they look now rather than a second later."""
    if partner_ids and connection.dialect.name == "postgresql":
        calls = ", ".join(["pg_notify(?, ?)"] * len(partner_ids))
        run(connection, f"SELECT {calls}", tuple(word for each in partner_ids for word in (CHANNEL, each))).fetchall()


def purge(connection: Connection, now: float) -> None:
    connection.execute(delete(t.outbox).where(t.outbox.c.at < now - KEPT_S))


def revisions(connection: Connection, partner_ids: Sequence[str] | None = None) -> dict[str, int]:
    """Of these partners, or of all."""
    if partner_ids is None:
        return {row[0]: row[1] for row in run(connection, "SELECT id, revision FROM partner")}
    query = f"SELECT id, revision FROM partner WHERE id IN ({marks(len(partner_ids))})"  # noqa: S608 - marks only
    return {row[0]: row[1] for row in run(connection, query, tuple(partner_ids))} if partner_ids else {}


def dump(notices: Sequence[Notice]) -> str:
    # Several notices hold one call and nothing else: each is stored with its name.
    texts = (
        f'["{type(n).__name__}",{_KINDS[type(n).__name__].dump_json(n, exclude_defaults=True).decode()}]'
        for n in notices
    )
    return f"[{','.join(texts)}]"


def load(text: str) -> list[Notice]:
    return [_KINDS[name].validate_python(value) for name, value in json.loads(text)]
