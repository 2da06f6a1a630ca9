"""What a running program costs: processor time and memory of it and of everything it started, from /proc."""

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    """Processor time in seconds since each process began, in all and by name of thread."""

    total_s: float
    by_thread: dict[str, float]
    at_s: float


def family(pid: int) -> list[int]:
    """`pid` and its living descendants."""
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


def with_argument(text: str) -> int | None:
    """The oldest process one of whose arguments holds `text`."""
    found = []
    for file in PROC.glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if text in file.read_text(errors="replace"):
                found.append((_began(file.parent), int(file.parent.name)))
    return min(found)[1] if found else None


def _began(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[19])


def cost(pids: Iterable[int]) -> Cost:
    """User and system time of these processes, ended threads included; by thread, only those alive."""
    total = 0.0
    by_thread: dict[str, float] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            total += _seconds(PROC / str(pid) / "stat")[1]
            for stat in (PROC / str(pid) / "task").glob("[0-9]*/stat"):
                with contextlib.suppress(OSError):
                    name, seconds = _seconds(stat)
                    by_thread[name] = by_thread.get(name, 0.0) + seconds
    return Cost(total, by_thread, time.monotonic())


def _seconds(stat: Path) -> tuple[str, float]:
    head, _, rest = stat.read_text().rpartition(")")
    fields = rest.split()
    return head.partition("(")[2], (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def share_of_a_core(before: Cost, after: Cost, threads: str | None = None) -> float:
    """Percent of one core used between two looks; only threads whose name begins with `threads`, when given."""
    if threads is None:
        used = after.total_s - before.total_s
    else:
        used = sum(
            seconds - before.by_thread.get(name, 0.0)
            for name, seconds in after.by_thread.items()
            if name.startswith(threads)
        )
    return 100 * used / (after.at_s - before.at_s)


def memory_mb(pids: Iterable[int]) -> float:
    """Proportional set size: pages shared by n processes count for one n-th in each."""
    total_kb = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total_kb += int(line.split()[1])
    return total_kb / 1024
