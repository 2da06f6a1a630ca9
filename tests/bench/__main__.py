"""`make bench`: takes every measure, prints one table, writes build/bench/bench.json; the hub has its own (`hub_against`).

Nothing here passes or fails by a time: the exit code is 1 only when a measure could not be taken.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from tests.bench import headset, papers, printing, room, table, whole_system
from tests.system.descendants import adopt_orphans, end_descendants

OUT = Path(__file__).resolve().parents[2] / "build" / "bench"
LIMIT_S = 18 * 60
"""Then what was measured is printed, and the rest counts as not taken."""

QUIET_LOAD = 1.0

Measure = Callable[[Path], list[table.Row]]
PARTS: dict[str, Measure] = {
    "room": lambda _: room.measure(),
    "headset": lambda out: headset.measure(out / "headset"),
    "print": lambda _: asyncio.run(printing.measure()),
    "papers": lambda out: papers.measure(out / "logs"),
    "kiosk": lambda out: whole_system.measure(out / "stage"),
}


class StoppedError(BaseException):
    """Time is up, or somebody wants the end: everything that was started is taken down on the way out."""


@contextlib.contextmanager
def stopped_in_order() -> Iterator[None]:
    """SIGTERM and the time limit end the measure in progress as an exception, like Ctrl-C."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise StoppedError("time is up" if number == signal.SIGALRM else "told to stop")

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGALRM)}
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def take(names: Sequence[str], out: Path) -> tuple[list[table.Row], list[str]]:
    """The rows of these parts, and what could not be measured, with its reason."""
    rows: list[table.Row] = []
    failed: list[str] = []
    done: set[str] = set()
    try:
        with stopped_in_order():
            for name in names:
                began_s = time.monotonic()
                print(f"measuring: {name}", flush=True)
                try:
                    rows += PARTS[name](out)
                except Exception as error:  # noqa: BLE001 - the other measures are still worth taking
                    traceback.print_exc()
                    failed.append(f"{name}: {type(error).__name__}: {error}")
                done.add(name)
                print(f"measured: {name}, in {time.monotonic() - began_s:.0f} s", flush=True)
    except (StoppedError, KeyboardInterrupt) as stop:
        reason = str(stop) or "interrupted"
        failed += [f"{name}: not taken, {reason}" for name in names if name not in done]
    finally:
        left = end_descendants()
    if left:
        failed.append(f"processes were left behind and ended by force: {', '.join(left)}")
    return rows, failed


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure, and print medians.")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS), help="only these parts")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write bench.json and logs")
    arguments = parser.parse_args(argv)
    out: Path = arguments.out
    (out / "logs").mkdir(parents=True, exist_ok=True)
    adopt_orphans()
    about = table.machine()
    print(", ".join(f"{key}: {value}" for key, value in about.items()), flush=True)
    if float(about["load"]) > QUIET_LOAD:
        print(f"The machine is not quiet (load {about['load']}): times will be longer than they are.", flush=True)
    rows, failed = take(arguments.only, out)
    table.write(out / "bench.json", rows, failed, about)
    print(f"\n{table.as_text(rows)}\n\n{out / 'bench.json'}")
    for each in failed:
        print(f"NOT MEASURED: {each}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
