"""Where decisions are taken one after the other: the engine's side of the database, as the loop sees it.

What is asked while the disk is busy is decided together (`hub.store.decider`): one transaction, one wait for the disk.
Failures of the database become `UnavailableError`, and a race lost to another writer another try.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from hub.core.board import Board, Rules
from hub.core.network import Network
from hub.core.requests import Look, Request
from hub.core.rows import Call
from hub.errors import FencedError, MovedError, UnavailableError
from hub.store import calls, events, nodes, outbox
from hub.store import tables as t
from hub.store.database import Database, T, is_transient
from hub.store.decider import LOST, Asked, Clocks, Decider
from hub.store.directory import load_network

TRIES = 3
"""A lost race is decided again on what the winner wrote; it cannot be lost for ever."""
MAX_TOGETHER = 64
"""Requests in one transaction: enough to share the disk's time, few enough that the first does not wait for the last."""


class Counter:
    """Decisions, as few transactions as possible.

    Args:
        place: what no other living hub can have, and the next one here will have again; None: nothing is known.

    Raises (from every coroutine): UnavailableError, when the database fails; nothing was changed then.
    """

    def __init__(
        self, database: Database, rules: Rules, zone: ZoneInfo, clocks: Clocks, place: str | None = None
    ) -> None:
        self._database = database
        self._place = place
        self._clocks = clocks
        self._new_identity()
        self.living: frozenset[str] = frozenset()
        """The hubs whose lease holds, this one included, as last seen."""
        self.lost_races = 0
        """Decisions taken again because another writer came first."""
        self.network = Network()
        self.agent_names: dict[str, str] = {}
        self.on_news: Callable[[list[Board]], None] = lambda _boards: None
        """Told, in the loop and in order, of boards that other hubs changed, or that nobody waits for any more."""
        self.lost_races = 0
        """How often a decision was taken again because the database stopped it."""
        self._queue: deque[Asked] = deque()
        self._work: asyncio.Task[None] | None = None
        self._has_joined = False
        self._decider = Decider(rules, zone, clocks, is_shared=database.is_shared)

    def _new_identity(self) -> None:
        self.node_id = secrets.token_hex(8)
        """This hub among those that share the database."""

    async def refresh(self) -> bool:
        """Read the network again; whether it changed."""

        def work(connection: Connection) -> tuple[Network, dict[str, str]]:
            names = connection.execute(select(t.agent.c.id, t.agent.c.display_name))
            return load_network(connection), {row.id: row.display_name for row in names}

        network, names = await self._read(work)
        changed = network != self.network
        if changed:
            self.network = network
        self.agent_names = names
        return changed

    async def decide(self, request: Request) -> list[Board]:
        """Take one decision; the boards as they are after the commit.

        The asked partner's comes first; then those that its follow-ups changed, in the order they were decided.

        Raises:
            Rejected: the request cannot be done.
            FencedError: the other hubs hold this one for dead.
        """
        return await self._ask(request)

    async def look(self, partner_id: str) -> list[Board]:
        """The boards after everything that is due was done."""
        return await self.decide(Look(partner_id))

    async def follow(self) -> None:
        """See what other hubs changed: `on_news` is told the boards, with what those hubs had to tell, in order."""
        if self._decider.is_behind(await self._read(outbox.revisions)):
            await self._ask(None)

    async def close(self) -> None:
        """Return when nothing is being decided any more."""
        while self._work is not None:
            await asyncio.wait([self._work])

    # ---- one hub among several -----------------------------------------------------------------------------

    async def join(self) -> frozenset[str]:
        """Be one of the hubs, under a new identity; those that live.

        Raises: hub.errors.MovedError.
        """
        self._new_identity()
        node_id = self.node_id

        def work(connection: Connection) -> frozenset[str]:
            nodes.register(connection, node_id, self._place)
            return nodes.living(connection)

        self.living = await self._write(work)
        self._has_joined = True
        return self.living

    async def renew(self) -> frozenset[str]:
        """Go on being one, and remove those that are dead; those that live.

        Raises: FencedError, hub.errors.MovedError.
        """
        node_id, now = self.node_id, self._clocks.steady()

        def work(connection: Connection) -> frozenset[str] | None:
            left = nodes.renew(connection, node_id)
            if left is None:
                return None
            if left > 0:
                # Late itself, as after a stop of the database, it cannot say that others are too: next time.
                nodes.remove_dead(connection)
            outbox.purge(connection, now)
            return nodes.living(connection)

        living = await self._write(work)
        if living is None:
            raise FencedError
        self.living = living
        return living

    async def leave(self) -> None:
        """Be none of the hubs any more: the others need not wait for the lease to end."""
        self._has_joined = False
        node_id = self.node_id
        await self._write(lambda connection: nodes.remove(connection, node_id))

    # ---- what needs no decision ----------------------------------------------------------------------------

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
        return await self._write(lambda connection: events.purge(connection, now) + calls.purge(connection, now))

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.read(work)
        except SQLAlchemyError as error:
            raise UnavailableError from error

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.write(work)
        except SQLAlchemyError as error:
            if isinstance(getattr(error, "orig", None), MovedError):
                raise MovedError from error
            raise UnavailableError from error

    # ---- deciding together: in the loop ----------------------------------------------------------------------

    async def _ask(self, request: Request | None) -> list[Board]:
        answer: asyncio.Future[list[Board]] = asyncio.get_running_loop().create_future()
        self._queue.append(Asked(request, answer))
        if self._work is None:
            # A task lives only while there is something to decide.
            self._work = asyncio.create_task(self._decide_queue())
        return await answer

    async def _decide_queue(self) -> None:
        together: list[Asked] = []
        try:
            while self._queue:
                together = [self._queue.popleft() for _ in range(min(MAX_TOGETHER, len(self._queue)))]
                news = await self._decide_together(together)
                if news:
                    self.on_news(news)
                for asked in together:
                    self._answer(asked)
                # Whoever waited for these answers tells them before the next ones exist: news keep their order.
                await asyncio.sleep(0)
        finally:
            self._work = None
            for asked in (*together, *self._queue):
                if asked.answer is not None:
                    asked.answer.cancel()
            self._queue.clear()

    async def _decide_together(self, together: list[Asked]) -> list[Board]:
        """Give each its boards, its error, or neither: it is asked again. What other hubs have changed."""
        for attempt in range(1, TRIES + 1):
            try:
                done = await self._database.write(
                    lambda connection: self._decider.transact(connection, self.network, self._node(), together)
                )
            except LOST as error:
                if len(together) > 1:
                    return await self._decide_each(together)
                self.lost_races += 1
                together[0].lost(error)
                return []
            except SQLAlchemyError as error:
                if attempt < TRIES and is_transient(error):
                    continue
                for asked in together:
                    asked.boards, asked.error = None, _unavailable(error)
                return []
            except Exception as error:  # noqa: BLE001 - a defect is told to whoever asked
                for asked in together:
                    asked.boards, asked.error = None, error
                return []
            self._decider.committed(done)
            return done.news
        raise AssertionError

    async def _decide_each(self, together: list[Asked]) -> list[Board]:
        """A race was lost, which is rare: each has a transaction of its own, so that only the loser pays for it."""
        news: list[Board] = []
        for asked in together:
            news += await self._decide_together([asked])
        return news

    def _node(self) -> str | None:
        return self.node_id if self._has_joined else None

    def _answer(self, asked: Asked) -> None:
        if asked.tries >= TRIES and asked.boards is None and asked.failure is not None:
            asked.error = _unavailable(asked.failure)
        if asked.error is not None or asked.boards is not None:
            self.lost_races += asked.tries
        if asked.error is None and asked.boards is None:
            self._queue.appendleft(asked)
        elif asked.answer is None or asked.answer.done():
            # Nobody waits any more, but it is decided: the parties have to hear of it.
            if asked.boards:
                self.on_news(asked.boards)
        elif asked.error is not None:
            asked.answer.set_exception(asked.error)
        else:
            asked.answer.set_result(asked.boards or [])


def _unavailable(error: Exception) -> UnavailableError:
    unavailable = UnavailableError()
    unavailable.__cause__ = error
    return unavailable
