"""What the kiosk's own process costs: processor time, by thread, and memory. From Linux's /proc; see proc(5)."""

import threading
from pathlib import Path

TASKS = Path("/proc/self/task")
STATUS = Path("/proc/self/status")
OTHER = "other"
"""Threads of libraries, which Python does not know."""


class OwnCost:
    """Adds up the processor time of every thread, also of those that end between two looks."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self._names: dict[int, str] = {}

    def look(self) -> None:
        """Read once a second: what a thread used after the last look before its end is not counted."""
        names = {each.native_id: each.name for each in threading.enumerate()}
        for task in TASKS.iterdir():
            number = int(task.name)
            try:
                # First field: nanoseconds spent on a processor.
                spent_s = int((task / "schedstat").read_text("ascii").split()[0]) / 1e9
            except (OSError, ValueError, IndexError):
                continue  # it has just ended
            self._seconds[number] = spent_s
            self._names.setdefault(number, _plain(names.get(number, OTHER)))

    def by_thread_s(self) -> dict[str, float]:
        """Processor seconds since the start, by name; threads of one name together."""
        added: dict[str, float] = {}
        for number, spent_s in self._seconds.items():
            name = self._names[number]
            added[name] = round(added.get(name, 0.0) + spent_s, 3)
        return added


def _plain(name: str) -> str:
    """The name of a pool's thread without its number: `media-codec_2` is `media-codec`."""
    return name.partition("_")[0]


def peak_memory_bytes() -> int | None:
    """The most memory that was resident at once; None where the system does not tell."""
    try:
        for line in STATUS.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    return None
