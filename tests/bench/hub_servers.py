"""The servers of the comparison, each a process of its own on the first core; the load comes from the second one."""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.bench.hub_clients import LeanKiosk, LeanStation
from tests.bench.lean_socket import Dialect, SocketIo
from tests.bench.processes import cost, family, memory_mb
from tests.fakes.wide_network import ORIGIN, WideNetwork, write_wide_network

ROOT = Path(__file__).resolve().parents[2]
PEER = Path(__file__).parent / "socketio"
SERVER_CORE, LOAD_CORE = 0, 1
READY_S = 90.0
FILES = 19_500
HUB, MEMORY, DURABLE = "hub", "Socket.IO in memory", "Socket.IO, same durability"


class Server:
    """One server under measure."""

    def __init__(self, kind: str, folder: Path, network: WideNetwork) -> None:
        self.kind = kind
        self.network = network
        self.port = free_port()
        self.dialect: type[Dialect] = Dialect if kind == HUB else SocketIo
        self._folder = folder
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None
        if kind == HUB:
            (folder / "visio-hub.toml").write_text(
                f'log_level = "warning"\n[server]\nport = {self.port}\npublic_url = "{ORIGIN}"\ndrain_s = 0\n'
                f'[database]\nurl = "{network.url}"\n[limits]\nmessages_per_s = 1000000\nmessages_burst = 1000000\n',
                encoding="utf-8",
            )
        else:
            (folder / "network.json").write_text(json.dumps(_for_peer(network)), encoding="utf-8")

    def _command(self) -> list[str]:
        if self.kind == HUB:
            return [sys.executable, "-m", "hub", "run", "--config", str(self._folder / "visio-hub.toml")]
        command = ["node", str(PEER / "server.js"), str(self.port), str(self._folder / "network.json")]
        return [*command, str(self._folder / "peer.db")] if self.kind == DURABLE else command

    async def start(self) -> None:
        """Start, and wait until it answers.

        Raises: AssertionError, with its log.
        """
        pin = ["taskset", "-c", str(SERVER_CORE)] if os.cpu_count() != 1 and shutil.which("taskset") else []
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *pin, *self._command(), stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        until = time.monotonic() + READY_S
        async with httpx.AsyncClient(timeout=5.0) as client:
            while time.monotonic() < until and self._process.returncode is None:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)
        raise AssertionError(f"{self.kind} is not ready: {self._log.read_text()[-2000:]}")

    async def kill(self) -> None:
        """SIGKILL."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.send_signal(how)
        try:
            async with asyncio.timeout(20):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _pids(self) -> list[int]:
        assert self._process is not None
        return family(self._process.pid)

    def cpu_s(self) -> float:
        """Processor time since it started."""
        return cost(self._pids()).total_s

    def memory_mb(self) -> float:
        return memory_mb(self._pids())

    # ---- its clients ---------------------------------------------------------------------------------------

    def kiosk(self, number: int) -> LeanKiosk:
        """Kiosk k-`number`, from 1."""
        name = f"k-{number}"
        return LeanKiosk(self.dialect, self.port, name, number, self.network.keys[name])

    def station(self, name: str, number: int) -> LeanStation:
        return LeanStation(self.dialect, self.port, name, number, self.network.cookies[name])


@asynccontextmanager
async def serving(kind: str, stations: Mapping[str, int], kiosks: int) -> AsyncIterator[Server]:
    """A new server with a new network, gone at the end with all its files."""
    with tempfile.TemporaryDirectory(prefix="visio-bench-") as name:
        folder = Path(name)
        network = write_wide_network(f"sqlite:///{folder / 'hub.db'}", stations, kiosks)
        server = Server(kind, folder, network)
        await server.start()
        try:
            yield server
        finally:
            await server.kill()


def _for_peer(network: WideNetwork) -> dict[str, object]:
    partners = sorted(set(network.partner_of.values()))
    card = {"full_name": "Partenaire", "tagline": "", "motifs": []}
    return {
        "partners": partners,
        "cards": [{"id": partner, "name": partner.upper(), **card} for partner in partners],
        "kiosks": {
            name: base64.b64encode(key.public_key().public_bytes_raw()).decode() for name, key in network.keys.items()
        },
        "stations": {
            name: {"partner": network.partner_of[name], "token": hashlib.sha256(cookie.encode()).hexdigest()}
            for name, cookie in network.cookies.items()
        },
    }


def prepare_load() -> None:
    """This process makes the load: many files, and the second core."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {LOAD_CORE})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
