"""Who decides on a partner: one hub at a time, with an advisory lock for the length of the transaction.

PostgreSQL only: SQLite has one writer anyway, and its transactions begin by being it. Locks are asked for in one
order by everybody; whoever finds out later that one more is needed may only try, never wait: no deadlock.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection

from hub.store.statements import run

_NAMESPACE = b"visio-relais/"


def key(name: str) -> int:
    """A stable 64-bit number for a name of ours, signed as PostgreSQL wants it."""
    return int.from_bytes(hashlib.sha256(_NAMESPACE + name.encode()).digest()[:8], "big", signed=True)


def hold(connection: Connection, partner_ids: Iterable[str]) -> None:
    """Wait until the transaction holds all of these partners.

    Raises: sqlalchemy.exc.OperationalError, when another one holds one for too long.
    """
    keys = sorted(key("partner/" + partner_id) for partner_id in partner_ids)
    if keys and connection.dialect.name == "postgresql":
        run(connection, "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(? AS bigint[])) AS k", (keys,)).fetchall()


def try_hold(connection: Connection, partner_id: str) -> bool:
    """Hold one more partner, if nobody does."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(run(connection, "SELECT pg_try_advisory_xact_lock(?)", (key("partner/" + partner_id),)).fetchone()[0])


def hold_place(connection: Connection, *, alone: bool = False) -> None:
    """Write here, with all the others who do; or `alone`, once they have finished, before the installation moves."""
    if connection.dialect.name == "postgresql":
        function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        run(connection, f"SELECT {function}(?)", (key("place"),)).fetchall()


def hold_schema(connection: Connection) -> None:
    """One program at a time changes the schema."""
    if connection.dialect.name == "postgresql":
        run(connection, "SELECT pg_advisory_xact_lock(?)", (key("schema"),)).fetchall()
