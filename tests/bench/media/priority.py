"""The bench's programs before whatever else the machine does, both kiosks and the agent alike.

Niceness alone would not do: Linux shares the processor between sessions first (sched(7), « The autogroup feature »), and
Chromium sets the niceness of its threads by itself. Each program of the bench is a session of its own, and so is a group.
"""

import contextlib
from collections.abc import Iterable

from tests.bench.processes import PROC

FIRST = -10


def hurry(pids: Iterable[int]) -> None:
    """Put the groups of these processes first; does nothing where that is not allowed or there are no groups."""
    for pid in pids:
        # Ended meanwhile, not root, or a kernel without groups: the figures are then only as quiet as the machine.
        with contextlib.suppress(OSError):
            (PROC / str(pid) / "autogroup").write_text(str(FIRST))
