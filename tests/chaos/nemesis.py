"""The disturber: kills the hub again and again, and does it other harm in between. Everything it does is in the history."""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.history import History
from tests.chaos.hub_under_test import Refusal, write_faults
from tests.chaos.hubs import ChaosHub
from tests.chaos.proxy import Passage, Proxy

WHO = "nemesis"
START_KILLED = 0.1
"""How often a hub that is just starting is killed again."""
COLD_EVERY = 10
"""One start in so many begins with reading the program; the others are forked from a process that has."""
CLOCK_JUMPS_S = (-86400.0, -3600.0, -30.0, 30.0, 3600.0)


@dataclass(frozen=True)
class Cruelty:
    """How much harm, in seconds and chances."""

    life_s: tuple[float, float] = (0.2, 1.2)
    """Of a hub that is ready, between two kills."""
    fault_s: tuple[float, float] = (0.3, 1.5)
    fault_chance: float = 0.4


HARD = Cruelty(life_s=(0.3, 2.0), fault_s=(1.0, 8.0), fault_chance=0.4)


@dataclass
class Deeds:
    """What was done, and what the hub made of it."""

    kills: int = 0
    ready_s: list[float] = field(default_factory=list)
    """From SIGKILL to ready again, the program being in memory already."""
    cold_ready_s: list[float] = field(default_factory=list)
    """Idem, from nothing."""
    faults: dict[str, int] = field(default_factory=dict)


class Nemesis:
    """One per run.

    Args:
        database: the SQLite file, or None when the database is not a file of ours.
        stop_database: stops the database server for the given time, when there is one.
    """

    def __init__(
        self,
        hubs: Sequence[ChaosHub],
        proxies: Sequence[Proxy],
        history: History,
        chance: random.Random,
        cruelty: Cruelty,
        database: Path | None,
        stop_database: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.deeds = Deeds()
        self._hubs = hubs
        self._proxies = proxies
        self._history = history
        self._chance = chance
        self._cruelty = cruelty
        self._database = database
        self._stop_database = stop_database

    async def kill_hubs(self, kills: int) -> None:
        """Kill one hub after the other, `kills` times in all; each is ready again at the end.

        Raises: HubError, when a hub does not start any more.
        """
        while self.deeds.kills < kills:
            hub = self._chance.choice(list(self._hubs))
            await asyncio.sleep(self._chance.uniform(*self._cruelty.life_s))
            if self._chance.random() < self._cruelty.fault_chance:
                await self._harm(hub)
            await self._kill(hub)

    async def _kill(self, hub: ChaosHub) -> None:
        began = time.monotonic()
        await self._shoot(hub)
        if self._chance.random() < START_KILLED:
            await hub.start(cold=False)
            await asyncio.sleep(self._chance.uniform(0.0, 0.4))
            began = time.monotonic()
            await self._shoot(hub)
        cold = self.deeds.kills % COLD_EVERY == 0
        await hub.start(cold=cold)
        (self.deeds.cold_ready_s if cold else self.deeds.ready_s).append(await hub.ready() - began)
        self._history.did(WHO, "ready", hub=hub.name)

    async def _shoot(self, hub: ChaosHub) -> None:
        self._history.did(WHO, "kill", hub=hub.name)
        self.deeds.kills += 1
        await hub.kill()

    async def _harm(self, hub: ChaosHub) -> None:
        harms = [self._freeze, self._reset_links, self._silence_links, self._jump]
        if self._database is not None:
            harms += [self._lock, self._refuse_writing, self._refuse_growing, self._break_disk]
        if self._stop_database is not None:
            harms.append(self._stop)
        harm = self._chance.choice(harms)
        name = harm.__name__.strip("_")
        self.deeds.faults[name] = self.deeds.faults.get(name, 0) + 1
        self._history.did(WHO, name, hub=hub.name)
        await harm(hub)
        self._history.did(WHO, f"{name} over", hub=hub.name)

    def _duration_s(self) -> float:
        return self._chance.uniform(*self._cruelty.fault_s)

    async def _freeze(self, hub: ChaosHub) -> None:
        hub.freeze()
        try:
            await asyncio.sleep(self._duration_s())
        finally:
            hub.thaw()

    async def _reset_links(self, _hub: ChaosHub) -> None:
        for passage in self._some_links():
            passage.reset()

    async def _silence_links(self, _hub: ChaosHub) -> None:
        """Half-open: both ends believe in the link; in the end what was held arrives, late."""
        links = self._some_links()
        for passage in links:
            passage.silence()
        await asyncio.sleep(self._duration_s())
        for passage in links:
            passage.resume()

    def _some_links(self) -> list[Passage]:
        links = [passage for proxy in self._proxies for passage in proxy.passages]
        return self._chance.sample(links, min(len(links), self._chance.randint(1, 8)))

    async def _jump(self, hub: ChaosHub) -> None:
        """The wall clock is wrong for a while; it is right again before the hub dies."""
        write_faults(hub.faults, clock_off_s=self._chance.choice(CLOCK_JUMPS_S))
        await asyncio.sleep(self._duration_s())
        write_faults(hub.faults)

    async def _refuse_writing(self, hub: ChaosHub) -> None:
        await self._refuse(hub, Refusal.WRITING)

    async def _refuse_growing(self, hub: ChaosHub) -> None:
        await self._refuse(hub, Refusal.GROWING)

    async def _refuse(self, hub: ChaosHub, refusal: Refusal) -> None:
        write_faults(hub.faults, refusal=refusal)
        await asyncio.sleep(self._duration_s())
        write_faults(hub.faults)

    async def _break_disk(self, hub: ChaosHub) -> None:
        hub.limit_disk(0)
        await asyncio.sleep(self._duration_s())
        hub.limit_disk(None)

    async def _lock(self, _hub: ChaosHub) -> None:
        """Somebody else writes, and takes their time."""
        async with _locked(self._database):
            await asyncio.sleep(self._duration_s())

    async def _stop(self, _hub: ChaosHub) -> None:
        assert self._stop_database is not None
        await self._stop_database(self._duration_s())


@asynccontextmanager
async def _locked(file: Path | None) -> AsyncIterator[None]:
    connection = await asyncio.to_thread(sqlite3.connect, str(file), timeout=10.0, check_same_thread=False)
    connection.isolation_level = None
    try:
        with contextlib.suppress(sqlite3.OperationalError):
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield
    finally:
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("ROLLBACK")
        connection.close()
