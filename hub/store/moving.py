"""All rows of an installation, from one database to another: moved, backed up, restored, compared.

Tables are copied in the order of their references, and counted and digested on both sides: a copy that is not the
original, row for row, is not accepted. A backup is an SQLite file whatever the database was.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, Row, Table, delete, func, insert, select, text

from hub.core.rows import CallState
from hub.protocol import StationState
from hub.store import migrations
from hub.store import tables as t
from hub.store.locks import hold_place
from hub.store.nodes import MOVED

AT_ONCE = 500
"""Rows read and written together."""
_LEFT_BEHIND = frozenset({t.node.name, t.outbox.name, t.installation.name})
"""What says which hubs use this very database: not part of what is copied."""
TABLES = tuple(table for table in t.METADATA.sorted_tables if table.name not in _LEFT_BEHIND)


class CopyError(Exception):
    """The copy is not the original; nothing may be kept of it."""


class NotEmptyError(Exception):
    """There are rows where some were to be put."""


@dataclass(frozen=True)
class Inventory:
    """What a database holds."""

    rows: dict[str, int]
    digests: dict[str, str]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def inventory(connection: Connection) -> Inventory:
    """Count and digest every table."""
    rows: dict[str, int] = {}
    digests: dict[str, str] = {}
    for table in TABLES:
        digest = hashlib.sha256()
        rows[table.name] = 0
        for row in _rows(connection, table):
            rows[table.name] += 1
            digest.update(_text(table, row).encode())
        digests[table.name] = digest.hexdigest()
    return Inventory(rows, digests)


def is_empty(connection: Connection) -> bool:
    """Whether it has no row of ours (it may have the schema)."""
    return all(connection.execute(select(func.count()).select_from(table)).scalar_one() == 0 for table in TABLES)


def empty(connection: Connection) -> None:
    """Delete all rows, of all tables."""
    for table in reversed(t.METADATA.sorted_tables):
        connection.execute(delete(table))


def copy(source: Connection, target: Connection) -> Inventory:
    """Copy all rows to a target that has the same schema and no row, and compare.

    Raises:
        NotEmptyError: the target has rows.
        CopyError: what arrived is not what left.
    """
    if not is_empty(target):
        raise NotEmptyError
    for table in TABLES:
        batch: list[dict[str, Any]] = []
        for row in _rows(source, table):
            batch.append(dict(row._mapping))
            if len(batch) == AT_ONCE:
                target.execute(insert(table), batch)
                batch = []
        if batch:
            target.execute(insert(table), batch)
    _reset_sequences(target)
    there, here = inventory(target), inventory(source)
    if there != here:
        raise CopyError
    return there


def move(source: Connection, target: Connection, where: str) -> Inventory:
    """Copy, then close the source: no hub may serve it any more. Both transactions are the caller's.

    Raises: NotEmptyError, CopyError.
    """
    migrations.upgrade(target)
    found = copy(source, target)
    fence_everybody(source)
    source.execute(delete(t.installation).where(t.installation.c.key == MOVED))
    source.execute(insert(t.installation).values(key=MOVED, value=where[:200]))
    return found


def fence_everybody(connection: Connection) -> None:
    """Fence every hub that uses this database."""
    connection.execute(delete(t.node))


def freeze(connection: Connection) -> None:
    """Let nobody else write before this transaction ends: what is copied is all there is."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        hold_place(connection, alone=True)
        names = ", ".join(f'"{table.name}"' for table in t.METADATA.sorted_tables)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def snapshot(connection: Connection) -> None:
    """See one instant of the whole database, while others go on writing. First thing in a transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def make_portable(file: Path) -> None:
    """Make an SQLite database one file, whole and on the disk, that can be carried away."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        connection.close()


def is_backup(file: Path) -> bool:
    """Whether a file looks like an SQLite database."""
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\x00"


# ---- is it sound? ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """Something that must never be in the database. `what` is of a closed list (`hub.console.database` says it)."""

    what: str
    number: int


def check(connection: Connection) -> list[Trouble]:
    """What is wrong: indexes that are missing, and rows that break the invariants they are there for."""
    found = [Trouble(f"index:{name}", 1) for name in sorted(_missing_indexes(connection))]
    busy = [s.value for s in (CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL, CallState.WRAP_UP)]
    held = [s.value for s in (CallState.QUEUED, CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL)]
    call, station = t.call, t.station
    twice = {
        "I1": select(call.c.station_id).where(call.c.state.in_(busy)).group_by(call.c.station_id),
        "I2": select(call.c.kiosk_id).where(call.c.state.in_(held), ~call.c.is_announced).group_by(call.c.kiosk_id),
    }
    wrong = {
        "I3": select(call.c.id).where(
            call.c.state == CallState.CLOSED.value, call.c.outcome.is_(None) | call.c.cause.is_(None)
        ),
        "I8": select(call.c.id)
        .join(station, station.c.id == call.c.station_id)
        .where(call.c.state.in_(busy), station.c.partner_id != call.c.partner_id),
        "I9": select(call.c.id)
        .join(station, station.c.id == call.c.station_id)
        .where(call.c.state == CallState.OFFERED.value, station.c.state != StationState.OFFERED.value),
    }
    queries = {name: query.having(func.count() > 1) for name, query in twice.items()} | wrong
    for name, query in queries.items():
        number = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        if number:
            found.append(Trouble(name, number))
    return found


def _missing_indexes(connection: Connection) -> set[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    there = set(connection.execute(text(catalogue[connection.dialect.name])).scalars())
    wanted = {str(index.name) for table in t.METADATA.tables.values() for index in table.indexes}
    return wanted - there


# ---- rows --------------------------------------------------------------------------------------------------------


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """All rows, in an order that is the same on every database, without holding them all in memory."""
    order = [column.collate("C") if _is_text(column) and _collates(connection) else column for column in _key(table)]
    yield from connection.execute(select(table).order_by(*order).execution_options(yield_per=AT_ONCE))


def _key(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _is_text(column: Column[Any]) -> bool:
    return not isinstance(column.type, Integer | Float)


def _collates(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _text(table: Table, row: Row[Any]) -> str:
    """A row as the same text whatever database it came from."""
    values = [
        value.hex()
        if isinstance(value, bytes | memoryview)
        else float(value)
        if _is_float(column) and value is not None
        else value
        for column, value in zip(table.columns, row, strict=True)
    ]
    return json.dumps(values, ensure_ascii=True) + "\n"


def _is_float(column: Column[Any]) -> bool:
    return isinstance(column.type, Float)


def _reset_sequences(connection: Connection) -> None:
    """Numbers given by PostgreSQL go on after the highest that was copied."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer) and len(table.primary_key.columns) == 1:
                highest = connection.execute(select(func.max(column))).scalar_one() or 0
                statement = "SELECT setval(pg_get_serial_sequence(:name, :column), :next, false)"
                values = {"name": f'"{table.name}"', "column": column.name, "next": highest + 1}
                connection.execute(text(statement), values)
