"""A real hub on a free port: in this process, or in its own to be killed."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from argon2 import PasswordHasher

from hub.app import Hub, HubServer, build_app
from hub.config import DatabaseOptions, HubConfig, RoutingOptions, ServerOptions
from hub.server.passwords import Passwords
from tests.fakes.hub_clients import FakeKiosk, FakeStation, HubClient
from tests.fakes.hub_network import ORIGIN, SmallNetwork


@dataclass
class Clients:
    """Makes clients of one hub, and closes them all at the end."""

    url: str
    network: SmallNetwork
    made: list[HubClient] = field(default_factory=list)

    def kiosk(self, number: int = 1) -> FakeKiosk:
        kiosk_id = f"k-{number}"
        client = FakeKiosk(self.url, kiosk_id, self.network.keys[kiosk_id])
        self.made.append(client)
        return client

    def station(self, station_id: str = "caf-1", *, cookie: str | None = None, origin: str = ORIGIN) -> FakeStation:
        client = FakeStation(self.url, station_id, cookie or self.network.cookies[station_id], origin)
        self.made.append(client)
        return client

    async def available(self, station_id: str = "caf-1") -> FakeStation:
        """A station that waits for calls."""
        station = self.station(station_id)
        await station.take()
        await station.set_available()
        return station

    async def joined(self, number: int = 1) -> FakeKiosk:
        """A kiosk that was welcomed."""
        kiosk = self.kiosk(number)
        await kiosk.join()
        return kiosk

    async def close(self) -> None:
        for client in self.made:
            await client.close()


@dataclass
class RunningHub(Clients):
    """A hub in this process."""

    hub: Hub = field(kw_only=True)
    server: HubServer = field(kw_only=True)


def config_for(network: SmallNetwork, **routing: float) -> HubConfig:
    """Settings on a free port; `routing` overrides `RoutingOptions`."""
    return HubConfig(
        server=ServerOptions(port=0, public_url=ORIGIN, drain_s=1.0),
        database=DatabaseOptions(url=network.url),
        routing=RoutingOptions(**routing),
    )


@asynccontextmanager
async def running_hub(network: SmallNetwork, config: HubConfig | None = None) -> AsyncIterator[RunningHub]:
    """Serve until the end of the block."""
    # Real passwords, cheaply hashed: no test here measures how slow they are to guess.
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = build_app(config or config_for(network), passwords)
    server = HubServer(app)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the hub did not start"
        await asyncio.sleep(0.005)
    running = RunningHub(f"ws://127.0.0.1:{server.port}", network, hub=app.state.hub, server=server)
    try:
        yield running
    finally:
        await running.close()
        server.should_exit = True
        await task


class HubProcess:
    """A hub in a process of its own, which can be killed at any moment and started again on the same port."""

    def __init__(self, folder: Path, network: SmallNetwork, port: int, **routing: float) -> None:
        self.network = network
        self.port = port
        self.url = f"ws://127.0.0.1:{port}"
        self._config = folder / "visio-hub.toml"
        self._log = folder / "hub.log"
        options = "\n".join(f"{key} = {value}" for key, value in routing.items())
        self._config.write_text(
            f'[server]\nport = {port}\npublic_url = "{ORIGIN}"\ndrain_s = 1\n'
            f'[database]\nurl = "{network.url}"\n[routing]\n{options}\n',
            encoding="utf-8",
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hub", "run", "--config", str(self._config), stdout=log, stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        until = time.monotonic() + 60
        async with httpx.AsyncClient() as client:
            while time.monotonic() < until:
                assert self._process.returncode is None, self._log.read_text()
                try:
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        raise AssertionError("the hub is not ready: " + self._log.read_text())

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def wait(self) -> int:
        """Until it ends by itself; the exit code."""
        assert self._process is not None
        async with asyncio.timeout(30):
            return await self._process.wait()

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")
