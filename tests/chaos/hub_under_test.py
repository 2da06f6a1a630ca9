"""The real hub, in a world where the wall clock can jump and the disk can refuse.

    python -m tests.chaos.hub_under_test FAULTS run --config FILE            one hub, from nothing
    python -m tests.chaos.hub_under_test FAULTS nursery LOG run --config ... for each line read: another hub, its pid written

A nursery has read the hub's code and nothing else; each hub is a process of its own, forked from it: fifty kills do not
have to wait for fifty times two seconds of imports.

FAULTS is a file of 16 bytes that the disturber writes: by how many seconds `time.time()` is off (double), and what the
database refuses. Nothing of the hub is replaced: the clock is the process's own, and it is SQLite itself that answers
« attempt to write a readonly database » (`PRAGMA query_only`) or « database or disk is full » (`PRAGMA max_page_count`).
"""

import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

FORMAT = "=dq"
SIZE = struct.calcsize(FORMAT)


class Refusal(IntEnum):
    """What SQLite refuses."""

    NOTHING = 0
    WRITING = 1
    GROWING = 2


MOST_PAGES = 0xFFFFFFFE
"""SQLite's own limit; 1 is taken as « as many as there are now »."""


def write_faults(file: Path, *, clock_off_s: float = 0.0, refusal: Refusal = Refusal.NOTHING) -> None:
    """Set the faults of the hubs that look at `file`."""
    content = struct.pack(FORMAT, clock_off_s, refusal)
    with file.open("r+b" if file.exists() else "wb") as out:
        out.write(content)


def jump(faults: mmap.mmap) -> Callable[[], float]:
    """A wall clock that is off by what the file says now."""
    true_time = time.time
    return lambda: true_time() + struct.unpack_from(FORMAT, faults)[0]


def refuse(faults: mmap.mmap) -> None:
    """Every SQLite transaction that begins while the file says so may not write, or not grow the file."""

    def begin(connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            return
        refusal = struct.unpack_from(FORMAT, faults)[1]
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA query_only={'ON' if refusal == Refusal.WRITING else 'OFF'}").close()
        raw.execute(f"PRAGMA max_page_count={1 if refusal == Refusal.GROWING else MOST_PAGES}").close()

    event.listen(Engine, "begin", begin, insert=True)


def nursery(log: Path, hub: Callable[[], int]) -> None:
    """Fork a hub for each line of the standard input; ends with it. Nobody has to wait for the dead."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os._exit(hub())
        print(pid, flush=True)


def main() -> int:
    file = Path(sys.argv.pop(1))
    with file.open("r+b") as content:
        faults = mmap.mmap(content.fileno(), SIZE)
    time.time = jump(faults)
    refuse(faults)
    # Imported once the clock is what it has to be.
    import hub.app  # noqa: F401 - the command imports it when it runs: a nursery has to have read it before
    from hub.__main__ import main as hub_main

    if sys.argv[1] != "nursery":
        return hub_main()
    del sys.argv[1]
    nursery(Path(sys.argv.pop(1)), hub_main)
    return 0


if __name__ == "__main__":
    sys.exit(main())
