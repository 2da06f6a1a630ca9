"""A program that obeys orders, one line of JSON each, and answers each with a line."""

import json
import selectors
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class NoAnswerError(AssertionError):
    """The program ended, or said nothing in time; the message ends with the tail of its log."""


class Ordered:
    """A running program; its standard error goes to `log`. It must end when its standard input does."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, cwd: Path, within_s: float = 60.0) -> None:
        """Start it, and wait for its first line.

        Raises:
            NoAnswerError: it did not start.
        """
        self.name = name
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=cwd,
                bufsize=0,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._lines = selectors.DefaultSelector()
        self._lines.register(self._process.stdout, selectors.EVENT_READ)
        self._rest = b""
        try:
            self._answer(within_s)
        except BaseException:
            self.end()
            raise

    def order(self, do: str, *, within_s: float = 60.0, **fields: Any) -> Any:
        """Give an order and wait for its answer.

        Raises:
            NoAnswerError: there was none.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **fields}).encode() + b"\n")
        return self._answer(within_s)

    def _answer(self, within_s: float) -> Any:
        assert self._process.stdout is not None
        deadline = time.monotonic() + within_s
        while b"\n" not in self._rest:
            if not self._lines.select(max(0.0, deadline - time.monotonic())):
                raise NoAnswerError(f"{self.name} does not answer{self._tail()}")
            data = self._process.stdout.read(1 << 20)
            if not data:
                raise NoAnswerError(f"{self.name} has ended{self._tail()}")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)

    def _tail(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return f" ({self._log}):\n  " + "\n  ".join(lines)

    def end(self) -> None:
        """No more orders; returns when it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._lines.close()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
