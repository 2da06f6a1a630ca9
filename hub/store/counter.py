"""Where decisions are taken one after the other: the engine's side of the database.

Turns failures of the database into `UnavailableError`, and a race lost to another writer into another try.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from hub.core.board import Board, Rules
from hub.core.hours import opening
from hub.core.network import Network
from hub.core.requests import Look, Request
from hub.core.rows import Call
from hub.errors import UnavailableError
from hub.store import calls, desk, events
from hub.store import tables as t
from hub.store.database import Database, T
from hub.store.directory import load_network

TRIES = 3
"""A lost race is decided again on what the winner wrote; it cannot be lost for ever."""


@dataclass(frozen=True)
class Clocks:
    """`steady` never jumps while the process runs and stamps the rows; `wall` is what a watch shows."""

    steady: Callable[[], float]
    wall: Callable[[], float]


class Counter:
    """Decisions, one transaction each.

    Raises (from every coroutine): UnavailableError, when the database fails; nothing was changed then.
    """

    def __init__(self, database: Database, rules: Rules, zone: ZoneInfo, clocks: Clocks) -> None:
        self._database = database
        self._rules = rules
        self._zone = zone
        self._clocks = clocks
        self.node_id = secrets.token_hex(8)
        """This hub among those that share the database."""
        self.network = Network()
        self.agent_names: dict[str, str] = {}

    async def refresh(self) -> bool:
        """Read the network again; whether it changed."""

        def work(connection: Connection) -> tuple[Network, dict[str, str]]:
            names = connection.execute(select(t.agent.c.id, t.agent.c.display_name))
            return load_network(connection), {row.id: row.display_name for row in names}

        network, names = await self._read(work)
        changed = network != self.network
        self.network, self.agent_names = network, names
        return changed

    async def decide(self, request: Request) -> list[Board]:
        """Take one decision; the boards as they are after the commit.

        The asked partner's comes first; then those that its follow-ups changed, in the order they were decided.

        Raises:
            Rejected: the request cannot be done.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return [await self._database.write(lambda connection: self._transact(connection, request))]
            except IntegrityError as error:
                if attempt == TRIES:
                    raise UnavailableError from error
            except SQLAlchemyError as error:
                raise UnavailableError from error
        raise UnavailableError

    def _transact(self, connection: Connection, request: Request) -> Board:
        partner_id = desk.partner_of(connection, request)
        partner = self.network.partners.get(partner_id) or load_network(connection).partners[partner_id]
        # The instant is taken inside the transaction: instants in the log are in the order of the commits.
        now = self._clocks.steady()
        opens = opening(partner.hours, self._clocks.wall(), self._zone)
        return desk.transact(connection, desk.load(connection, partner, opens, self._rules, now), request)

    async def look(self, partner_id: str) -> list[Board]:
        """The boards after everything that is due was done."""
        return await self.decide(Look(partner_id))

    async def past_call(self, call_id: str) -> Call | None:
        """A call, live or closed."""
        return await self._read(lambda connection: calls.call(connection, call_id))

    async def recent_waits(self, partner_id: str) -> list[tuple[float, float, int]]:
        """(instant of the answer, wait in seconds, steps ahead on arrival) of the last 30 days, oldest first."""
        now = self._clocks.steady()
        return await self._read(lambda connection: calls.recent_waits(connection, partner_id, now))

    async def purge(self) -> int:
        """Erase events and closed calls that are past their time; how many rows."""
        now = self._clocks.steady()

        def work(connection: Connection) -> int:
            return events.purge(connection, now) + calls.purge(connection, now)

        try:
            return await self._database.write(work)
        except SQLAlchemyError as error:
            raise UnavailableError from error

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.read(work)
        except SQLAlchemyError as error:
            raise UnavailableError from error
