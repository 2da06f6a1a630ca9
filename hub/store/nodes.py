"""The hubs that share the database: each has a row under a lease, and is one of them as long as the row is there.

Instants are those of the database's own clock: hubs may disagree on the time, their leases may not. Whoever sees a
lease in the past removes the row; the hub it belonged to finds out at its next decision and starts over (fencing).
"""

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import OperationalError

from hub.errors import MovedError
from hub.store import tables as t
from hub.store.locks import hold_place
from hub.store.statements import run

LEASE_S = 6.0
MOVED = "moved"
"""Key of `installation`: this database was moved elsewhere by `visio-hub db migrate`."""

_CLOCKS = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
}


def clock(connection: Connection) -> float:
    """UTC seconds, by the database."""
    return float(connection.execute(text(_CLOCKS[connection.dialect.name])).scalar_one())


def register(connection: Connection, node_id: str, place: str | None = None) -> None:
    """Be one of the hubs. One that stood at the same `place` before is dead: its lease need not end.

    Raises: hub.errors.MovedError, when the installation was moved to another database.
    """
    if has_moved(connection):
        raise MovedError
    now = clock(connection)
    if place is not None:
        connection.execute(delete(t.node).where(t.node.c.place == place))
    values = {"id": node_id, "place": place, "started_at": now, "lease_until": now + LEASE_S}
    connection.execute(insert(t.node).values(values))


def renew(connection: Connection, node_id: str) -> float | None:
    """Go on for another lease; the seconds that were left of the former one, None when the row is gone."""
    now = clock(connection)
    query = select(t.node.c.lease_until).where(t.node.c.id == node_id)
    former: float | None = connection.execute(query).scalar_one_or_none()
    renewed = connection.execute(update(t.node).where(t.node.c.id == node_id).values(lease_until=now + LEASE_S))
    return former - now if former is not None and renewed.rowcount == 1 else None


def remove(connection: Connection, node_id: str) -> None:
    connection.execute(delete(t.node).where(t.node.c.id == node_id))


def remove_dead(connection: Connection) -> None:
    """Remove those whose lease has ended."""
    connection.execute(delete(t.node).where(t.node.c.lease_until < clock(connection)))


def living(connection: Connection) -> frozenset[str]:
    """Those whose row is there."""
    return frozenset(row[0] for row in run(connection, "SELECT id FROM node"))


def has_living(connection: Connection) -> bool:
    """Whether a hub uses this database now: one that stopped has left, one that died has no lease after a while."""
    alive = select(t.node.c.id).where(t.node.c.lease_until >= clock(connection))
    return connection.execute(alive).first() is not None


def refuse_moved(connection: Connection) -> None:
    """Write nothing where nobody will look for it.

    Raises: sqlalchemy.exc.OperationalError, as for a database that does not answer.
    """
    # A move that goes on is waited for, and one that comes waits: what is written now is copied, or not written.
    hold_place(connection)
    if run(connection, "SELECT 1 FROM installation WHERE key = ?", (MOVED,)).fetchone() is not None:
        raise OperationalError("moved", None, MovedError())


def has_moved(connection: Connection) -> bool:
    return connection.execute(select(t.installation.c.key).where(t.installation.c.key == MOVED)).first() is not None
