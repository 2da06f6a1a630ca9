"""Hubs in processes of their own, to be killed, paused, starved of disk, and started again on the same port."""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from pathlib import Path

import httpx

from tests.chaos.hub_under_test import write_faults
from tests.fakes.wide_network import ORIGIN

READY_S = 60.0
LOOK_S = 0.02
ROOT = Path(__file__).resolve().parents[2]

ROUTING = {"offline_grace_s": 6.0, "peer_lost_s": 10.0, "queue_limit_s": 60.0}
"""Seconds instead of minutes, but longer than any fault: who comes back in time must find everything again."""


class HubError(AssertionError):
    """The hub did not start; the message ends with its log."""


class _Life:
    """One process of a hub, whoever its parent is."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self.ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._handle, self._end)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        self.ended.set()

    def signal(self, number: signal.Signals) -> None:
        if not self.ended.is_set():
            signal.pidfd_send_signal(self._handle, number)


class ChaosHub:
    """One hub, life after life. `faults` is the file of `hub_under_test`."""

    def __init__(
        self, name: str, folder: Path, database: str, port: int, routing: dict[str, float] | None = None
    ) -> None:
        self.name = name
        self.port = port
        self.faults = folder / f"{name}.faults"
        self.log = folder / f"{name}.log"
        self._config = folder / f"{name}.toml"
        write_faults(self.faults)
        options = "\n".join(f"{key} = {value}" for key, value in (routing or ROUTING).items())
        self._config.write_text(
            f'[server]\nport = {port}\npublic_url = "{ORIGIN}"\ndrain_s = 1\n'
            f'[database]\nurl = "{database}"\n[limits]\nmessages_per_s = 500\nmessages_burst = 2000\n'
            f"[routing]\n{options}\n",
            encoding="utf-8",
        )
        self._life: _Life | None = None
        self._nursery: asyncio.subprocess.Process | None = None
        self._cold: asyncio.subprocess.Process | None = None

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-m", "tests.chaos.hub_under_test", str(self.faults)]

    async def start(self, *, cold: bool = True) -> None:
        """Start a process; it is not ready yet. A cold one begins with reading the program."""
        if cold:
            with self.log.open("ab") as log:
                self._cold = await asyncio.create_subprocess_exec(
                    *self._command, "run", "--config", str(self._config), stdout=log, stderr=log, cwd=ROOT,
                    env={**os.environ, "PYTHONUNBUFFERED": "1"},
                )  # fmt: skip
            self._life = _Life(self._cold.pid)
            return
        if self._nursery is None:
            self._nursery = await asyncio.create_subprocess_exec(
                *self._command, "nursery", str(self.log), "run", "--config", str(self._config), cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(b"\n")
        self._life = _Life(int(await self._nursery.stdout.readline()))

    async def ready(self) -> float:
        """Wait until it says that it is ready; the monotonic instant.

        Raises: HubError, when it dies or takes too long.
        """
        until = time.monotonic() + READY_S
        async with httpx.AsyncClient(timeout=2.0) as client:
            while time.monotonic() < until:
                if self._life is None or self._life.ended.is_set():
                    raise HubError("the hub ended: " + self.tail())
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return time.monotonic()
                await asyncio.sleep(LOOK_S)
        raise HubError("the hub is not ready: " + self.tail())

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._life is not None:
            self._life.signal(how)
            await self._life.ended.wait()
            self._life = None
        if self._cold is not None:
            await self._cold.wait()
            self._cold = None

    async def close(self) -> None:
        """Nothing of it is left."""
        await self.kill()
        if self._nursery is not None:
            assert self._nursery.stdin is not None
            self._nursery.stdin.close()
            await self._nursery.wait()
            self._nursery = None

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._life is not None:
            self._life.signal(number)

    def limit_disk(self, most_bytes: int | None) -> None:
        """No file may be written beyond so many bytes (each write is an I/O error); None: as before."""
        limit = resource.RLIM_INFINITY if most_bytes is None else most_bytes
        if self._life is not None and not self._life.ended.is_set():
            resource.prlimit(self._life.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def crashes(self) -> int:
        """Defects that the hub logged: stack traces and timers that failed."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return text.count("Traceback (most recent call last)") + text.count("timer_failed")
