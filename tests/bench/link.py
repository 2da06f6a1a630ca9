"""Two network namespaces with a cable between them, whose rate can be limited; gone when their two processes are.

Each namespace is held by a sleeping process and has no name: whatever happens to the bench, nothing stays behind that
does not end with those processes.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.child import Child

ADDRESSES = ("10.99.0.1", "10.99.0.2")
BURST = "5kb"
QUEUE = "200ms"
"""Longest time that a packet waits in the queue of a limited link; those that would wait longer are dropped."""


class NoNamespacesError(Exception):
    """Namespaces need root and the programs ip, tc, unshare and nsenter."""


class Link:
    """`Link.command(0, ...)` runs at one end, `Link.command(1, ...)` at the other."""

    def __init__(self, folder: Path) -> None:
        """Make both ends, without a limit.

        Raises:
            NoNamespacesError: not allowed here, or a program is missing.
        """
        self._ends: list[Child] = []
        try:
            for number in range(2):
                log = folder / f"end-{number}.log"
                end = Child(f"end {number}", ["unshare", "--net", "sh", "-c", "echo up; exec sleep 86400"], log=log)
                self._ends.append(end)
                end.wait_until(lambda log=log: log.exists() and "up" in log.read_text(), within_s=5, what="namespace")
            names = [f"vb{end.pid}" for end in self._ends]
            _run(["ip", "link", "add", names[0], "type", "veth", "peer", "name", names[1]])
            for end, name in zip(self._ends, names, strict=True):
                _run(["ip", "link", "set", name, "netns", str(end.pid), "name", "eth0"])
            for number, address in enumerate(ADDRESSES):
                for words in ("link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up"):
                    _run(self.command(number, ["ip", *words.split()]))
        except (OSError, AssertionError, subprocess.SubprocessError) as error:
            self.close()
            raise NoNamespacesError(str(error)) from error

    def command(self, end: int, words: Sequence[str]) -> list[str]:
        """`words`, to be run at one end of the cable."""
        return ["nsenter", f"--net=/proc/{self._ends[end].pid}/ns/net", *words]

    def limit(self, rate: str | None) -> None:
        """Let so much through in each direction, e.g. "1mbit"; None: everything."""
        for end in range(2):
            subprocess.run(self.command(end, ["tc", "qdisc", "del", "dev", "eth0", "root"]), capture_output=True)
            if rate is not None:
                limit = ["tbf", "rate", rate, "burst", BURST, "latency", QUEUE]
                _run(self.command(end, ["tc", "qdisc", "add", "dev", "eth0", "root", *limit]))

    def close(self) -> None:
        """End both processes; their namespaces and the cable go with them."""
        for end in self._ends:
            end.end(within_s=2)
        self._ends.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=10)
