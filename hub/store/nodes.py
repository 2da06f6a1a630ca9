"""The hubs that share the database: each has a row under a lease, and is one of them as long as the row is there.

Instants are those of the database's own clock: hubs may disagree on the time, their leases may not. Whoever sees a
lease in the past removes the row; the hub it belonged to finds out at its next decision and starts over (fencing).
"""

from sqlalchemy import Connection, delete, insert, select, text, update

from hub.errors import MovedError
from hub.store import tables as t
from hub.store.statements import run

LEASE_S = 6.0
RENEW_EVERY_S = 2.0
MOVED = "moved"
"""Key of `installation`: this database was moved elsewhere by `visio-hub db migrate`."""

_CLOCKS = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
}


def clock(connection: Connection) -> float:
    """UTC seconds, by the database."""
    return float(connection.execute(text(_CLOCKS[connection.dialect.name])).scalar_one())


def register(connection: Connection, node_id: str) -> None:
    """Be one of the hubs.

    Raises: hub.errors.MovedError, when the installation was moved to another database.
    """
    if has_moved(connection):
        raise MovedError
    now = clock(connection)
    connection.execute(insert(t.node).values(id=node_id, started_at=now, lease_until=now + LEASE_S))


def renew(connection: Connection, node_id: str) -> bool:
    """Go on for another lease; False when the row is gone."""
    lease = clock(connection) + LEASE_S
    return connection.execute(update(t.node).where(t.node.c.id == node_id).values(lease_until=lease)).rowcount == 1


def remove(connection: Connection, node_id: str) -> None:
    connection.execute(delete(t.node).where(t.node.c.id == node_id))


def remove_dead(connection: Connection) -> None:
    """Remove those whose lease has ended."""
    connection.execute(delete(t.node).where(t.node.c.lease_until < clock(connection)))


def living(connection: Connection) -> frozenset[str]:
    """Those whose row is there."""
    return frozenset(row[0] for row in run(connection, "SELECT id FROM node"))


def has_moved(connection: Connection) -> bool:
    return connection.execute(select(t.installation.c.key).where(t.installation.c.key == MOVED)).first() is not None
