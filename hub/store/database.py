"""One database: a single writer, readers beside it, each piece of work one short transaction.

SQLAlchemy Core, called in threads so that the event loop never waits for a disk. SQLite runs in WAL mode with
`synchronous=FULL`: an acknowledged commit survives a power cut. PostgreSQL is left at READ COMMITTED: whoever decides
locks first (`hub.store.locks`), so that each statement sees what the former holder of the lock committed. A piece of
work is a plain function of a Connection, so that the same function runs in tests, in migrations and on both.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

T = TypeVar("T")

READERS = 2
BUSY_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 3
_STATEMENT_TIMEOUT_S = 10
_LOCK_TIMEOUT_S = 5
_POSTGRESQL = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    # A server that is gone without a word is noticed within seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_S}s -c lock_timeout={_LOCK_TIMEOUT_S}s -c timezone=UTC"
    " -c idle_in_transaction_session_timeout=60s",
    "application_name": "visio-hub",
}
_TRANSIENT = frozenset({"40001", "40P01", "57P01", "57P02", "57P03", "53300", "08000", "08003", "08006"})
"""SQLSTATE: serialization, deadlock, server going down or coming up, too many links, link lost."""


def connect(url: str) -> Engine:
    """An engine with the project's settings for `url`. Opens nothing yet.

    Raises:
        sqlalchemy.exc.ArgumentError: it is not an address.
        ImportError: its driver is not installed.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=READERS + 2,
            pool_timeout=CONNECT_TIMEOUT_S,
            isolation_level="READ COMMITTED",
            connect_args=_POSTGRESQL,
        )
    engine = create_engine(
        url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_S}
    )

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


def is_transient(error: SQLAlchemyError) -> bool:
    """Whether the same work may well succeed at once, on a new link: PostgreSQL gave up this transaction only."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _TRANSIENT


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
        self.guard: Callable[[Connection], None] = lambda _connection: None
        """Called at the start of each transaction that writes; what it raises prevents the transaction."""
        self._held: Connection | None = None
        """The writer's link: taken once, given back when something failed on it."""

    @property
    def is_shared(self) -> bool:
        """Several hubs may be meant to use it: it is a server's."""
        return self.engine.dialect.name != "sqlite"

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction; writes are executed one after the other, in the order asked."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write_held, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which must not write, on a consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """`write` for callers without a loop (commands, tests)."""
        with self._connect() as connection, connection.begin():
            self.guard(connection)
            return work(connection)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """`read` for callers without a loop."""
        with self.engine.connect() as connection, connection.begin():
            return work(connection)

    def close(self) -> None:
        """Finish what was asked, then let go of the files."""
        self._writer.submit(self._let_go)
        self._writer.shutdown()
        self._readers.shutdown()
        self.engine.dispose()

    def _connect(self) -> Connection:
        return self.engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE")

    def _write_held(self, work: Callable[[Connection], T]) -> T:
        if self._held is None:
            self._held = self._connect()
        try:
            with self._held.begin():
                self.guard(self._held)
                return work(self._held)
        except SQLAlchemyError as error:
            if not isinstance(error, IntegrityError):
                self._let_go(is_broken=True)
            raise

    def _let_go(self, *, is_broken: bool = False) -> None:
        held, self._held = self._held, None
        if held is not None:
            if is_broken:
                held.invalidate()
            held.close()
