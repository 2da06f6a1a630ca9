"""This hub among those that share a database: it keeps its lease, hears what the others decided, and takes over.

A hub that the others hold for dead (its process was stopped for a while, its link to the database was cut) is fenced:
it may decide nothing more. It sends its clients away and starts over under a new identity; they come back to it, or
to another one.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol

from hub.core.requests import LoseNodes
from hub.errors import FencedError, MovedError, UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import CloseCode
from hub.server import relay
from hub.server.connections import Connections
from hub.server.switchboard import Switchboard

RENEW_EVERY_S = 2.0
"""A third of the lease: two renewals may be late before anybody worries."""
POLL_S = 1.0
"""What others decided is looked for at least so often, should nobody ring."""
_REST_S = 0.02
"""Rings that come together are answered together."""
_AWAY_WITHIN_S = 1.0
_LEAVE_WITHIN_S = 2.0

_logger = logging.getLogger(__name__)


class Bell(Protocol):
    """How hubs wake each other and hand letters over, when the database can; `hub.store.bell.Bell` is the real one."""

    async def listen(self, node_id: str, ring: Callable[[], None], deliver: Callable[[str], None]) -> None: ...
    def post(self, node_id: str, letter: str) -> None: ...
    async def close(self) -> None: ...


class Hubs(Protocol):
    """What the cluster asks of the database; `hub.store.counter.Counter` is the real one.

    Each coroutine raises UnavailableError when the database fails.
    """

    node_id: str

    async def join(self) -> frozenset[str]: ...
    async def renew(self) -> frozenset[str]: ...
    async def leave(self) -> None: ...
    async def follow(self) -> None: ...


class Cluster:
    """One per hub."""

    def __init__(self, hubs: Hubs, switchboard: Switchboard, connections: Connections, bell: Bell) -> None:
        self._hubs = hubs
        self._switchboard = switchboard
        self._connections = connections
        self._bell = bell
        self._listening: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._known: frozenset[str] = frozenset()
        self.on_moved: Callable[[], None] = lambda: None
        """Told when the installation was moved to another database: this hub has nothing left to serve."""

    async def join(self) -> frozenset[str]:
        """Be one of the hubs. Before the switchboard starts: what it takes up depends on who lives.

        Returns: those that live, this one included.

        Raises: UnavailableError, hub.errors.MovedError.
        """
        self._known = await self._hubs.join()
        return self._known

    def start(self) -> None:
        """Keep the lease, follow the others, from now on."""
        self._switchboard.post = self._bell.post
        self._tasks = [asyncio.create_task(each) for each in (self._renew(), self._follow())]
        self._listen()

    async def stop(self) -> None:
        """Leave, so that nobody has to wait for the lease to end."""
        tasks = [*self._tasks, *([self._listening] if self._listening is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._bell.close()
        try:
            async with asyncio.timeout(_LEAVE_WITHIN_S):
                await self._hubs.leave()
        except (UnavailableError, TimeoutError):
            return  # the lease ends by itself

    def _listen(self) -> None:
        """Under the identity of now."""
        if self._listening is not None:
            self._listening.cancel()
        listening = self._bell.listen(self._hubs.node_id, self._rung.set, partial(relay.deliver, self._switchboard))
        self._listening = asyncio.create_task(listening)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                self._learn(await self._hubs.renew())
            except (FencedError, MovedError):
                await self._start_over()
            except UnavailableError:
                # Said once by the switchboard, at the next decision.
                continue

    def _learn(self, living: frozenset[str]) -> None:
        """Declare lost the links of hubs that are gone. Every hub does: the first one changes something."""
        gone = self._known - living
        self._known = living
        if gone:
            record(_logger, Event.NODE_GONE, logging.WARNING, number=len(gone))
            for partner_id in self._switchboard.decisions.network.partners:
                self._switchboard.insist(LoseNodes(partner_id, living))

    async def _start_over(self) -> None:
        record(_logger, Event.FENCED, logging.WARNING)
        while True:
            try:
                self._known = await self._hubs.join()
            except MovedError:
                record(_logger, Event.MOVED, logging.WARNING)
                self.on_moved()
                await asyncio.get_running_loop().create_future()  # the end comes from outside
            except UnavailableError:
                await asyncio.sleep(RENEW_EVERY_S)
            else:
                break
        self._listen()
        # Before anybody comes back: the links that the former hub held are lost, nobody has to take anything over.
        switchboard = self._switchboard
        lost = [LoseNodes(partner_id, self._known) for partner_id in switchboard.decisions.network.partners]
        for request, done in zip(
            lost, await asyncio.gather(*map(switchboard.submit, lost), return_exceptions=True), strict=True
        ):
            if isinstance(done, Exception):
                switchboard.insist(request)
        await self._connections.close_all(CloseCode.RESTARTING, _AWAY_WITHIN_S)

    async def _follow(self) -> None:
        while True:
            try:
                async with asyncio.timeout(POLL_S):
                    await self._rung.wait()
            except TimeoutError:
                pass
            self._rung.clear()
            try:
                await self._hubs.follow()
            except UnavailableError:
                continue
            await asyncio.sleep(_REST_S)
