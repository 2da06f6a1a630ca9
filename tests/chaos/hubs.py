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


class ChaosHub:
    """One hub process. `faults` is the file of `hub_under_test`."""

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
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start the process; it is not ready yet."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.hub_under_test", str(self.faults), "run", "--config",
                str(self._config), stdout=log, stderr=log, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    async def ready(self) -> float:
        """Wait until it says that it is ready; the monotonic instant.

        Raises: HubError, when it dies or takes too long.
        """
        until = time.monotonic() + READY_S
        async with httpx.AsyncClient(timeout=2.0) as client:
            while time.monotonic() < until:
                if self._process is None or self._process.returncode is not None:
                    raise HubError("the hub ended: " + self.tail())
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/readyz")).status_code == 200:
                        return time.monotonic()
                await asyncio.sleep(LOOK_S)
        raise HubError("the hub is not ready: " + self.tail())

    async def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    def limit_disk(self, most_bytes: int | None) -> None:
        """No file may be written beyond so many bytes (each write is an I/O error); None: as before."""
        limit = resource.RLIM_INFINITY if most_bytes is None else most_bytes
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def crashes(self) -> int:
        """Defects that the hub logged: stack traces and timers that failed."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return text.count("Traceback (most recent call last)") + text.count("timer_failed")
