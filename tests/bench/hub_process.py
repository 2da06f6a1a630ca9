"""A real hub in its own process with its SQLite file, and many real WebSocket clients of it in this one."""

import asyncio
import resource
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.processes import family
from tests.fakes.hub_clients import FakeKiosk, FakeStation
from tests.fakes.hub_network import write_small_network
from tests.fakes.running_hub import Clients, HubProcess

AT_ONCE = 10
"""Clients that join at the same time."""


class MeasuredHub(HubProcess):
    """A hub whose cost can be read."""

    def processes(self) -> list[int]:
        """Process ids of the hub."""
        assert self._process is not None
        return family(self._process.pid)


@asynccontextmanager
async def measured_hub(*, kiosks: int, stations: int) -> AsyncIterator[tuple[MeasuredHub, Clients]]:
    """A hub that knows so many kiosks (k-1...) and stations of one partner (caf-1...), none of them linked yet."""
    _allow_files(4 * (kiosks + stations) + 512)
    with tempfile.TemporaryDirectory(prefix="visio-bench-") as folder:
        network = write_small_network(Path(folder) / "hub.db", stations=stations, kiosks=kiosks)
        hub = MeasuredHub(Path(folder), network, _free_port())
        clients = Clients(hub.url, network)
        await hub.start()
        try:
            yield hub, clients
        finally:
            try:
                await clients.close()
            finally:
                await hub.stop()


async def join(
    clients: Clients, *, kiosks: int, stations: int, free: bool = True
) -> tuple[Sequence[FakeKiosk], Sequence[FakeStation]]:
    """Link clients, some at a time; stations may be rung when they are `free`."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def kiosk(number: int) -> FakeKiosk:
        async with turn:
            return await clients.joined(number)

    async def station(number: int) -> FakeStation:
        async with turn:
            seated = clients.station(f"caf-{number}")
            await seated.take()
            if free:
                await seated.set_available()
            return seated

    joined = await asyncio.gather(*(kiosk(number) for number in range(1, kiosks + 1)))
    seated = await asyncio.gather(*(station(number) for number in range(1, stations + 1)))
    return joined, seated


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (count if hard == resource.RLIM_INFINITY else min(count, hard), hard)
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
