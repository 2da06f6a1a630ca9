"""One database: a single writer, readers beside it, each piece of work one short transaction.

SQLAlchemy Core, called in threads so that the event loop never waits for a disk. SQLite runs in WAL mode with
`synchronous=FULL`: an acknowledged commit survives a power cut. A piece of work is a plain function of a
Connection, so that the same function runs in tests, in migrations and under PostgreSQL.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event

T = TypeVar("T")

READERS = 2
BUSY_TIMEOUT_S = 5.0


def connect(url: str) -> Engine:
    """An engine with the project's settings for `url`. Opens nothing yet."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_S})

    def configure(connection: Any, _record: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        # We begin transactions ourselves: the driver's own BEGIN would not be IMMEDIATE.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}").close()

    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        connection.exec_driver_sql(mode)

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


class Database:
    """Runs work on the database without blocking the loop.

    Raises (from `read` and `write`): whatever the work raises, after rolling back; SQLAlchemyError when the
    database itself fails.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = connect(url)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="hub-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="hub-reader")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction; writes are executed one after the other, in the order asked."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which must not write, on a consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """`write` for callers without a loop (commands, tests)."""
        with self.engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection, connection.begin():
            return work(connection)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """`read` for callers without a loop."""
        with self.engine.connect() as connection, connection.begin():
            return work(connection)

    def close(self) -> None:
        """Finish what was asked, then let go of the files."""
        self._writer.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
