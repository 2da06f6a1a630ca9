"""A program started by a test, in its own process group, and ended by that group and nothing else."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

POLL_S = 0.02


class NotReadyError(AssertionError):
    """A program did not become ready, or died; the message ends with the tail of its log."""


class Child:
    """A running program. Both its outputs go to `log`; it dies with `end()` at the latest."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start `command`. `env` replaces the whole environment when given.

        Raises:
            FileNotFoundError: there is no such program.
        """
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], *, within_s: float, what: str) -> None:
        """Wait for `ready()`, which is asked often and must be cheap.

        Raises:
            NotReadyError: the program ended first, or the time is over.
        """
        deadline = time.monotonic() + within_s
        while not ready():
            if self._process.poll() is not None:
                raise NotReadyError(f"{self.name} ended with {self._process.returncode} before {what}{self._tail()}")
            if time.monotonic() > deadline:
                raise NotReadyError(f"{self.name}: no {what} within {within_s:.0f} s{self._tail()}")
            time.sleep(POLL_S)

    def wait_for_log(self, text: str, *, within_s: float) -> None:
        """Wait until the log holds `text`."""
        self.wait_until(lambda: text in self.read_log(), within_s=within_s, what=f"« {text} » in its log")

    def read_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self, *, within_s: float | None) -> int:
        """Wait for the program's own end; None: as long as it takes.

        Raises:
            NotReadyError: it still runs.
        """
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise NotReadyError(f"{self.name} still runs after {within_s} s{self._tail()}") from None

    def signal(self, number: int) -> None:
        """Send a signal to the program alone."""
        if self._process.poll() is None:
            os.kill(self.pid, number)

    def end(self, *, within_s: float = 8.0) -> int | None:
        """Ask the group to end, insist after `within_s`, and return the program's exit code."""
        if self._process.poll() is None:
            self._signal_group(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(within_s)
        # Grand-children may have outlived the program itself.
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        return self._process.returncode

    def _signal_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _tail(self) -> str:
        lines = self.read_log().splitlines()[-15:]
        return f" ({self.log}):\n  " + "\n  ".join(lines) if lines else f" ({self.log} is empty)"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
