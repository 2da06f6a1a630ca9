"""`make chaos`: kill the hub again and again under load, then say whether any call was lost, doubled or strange.

Exit code 0 only when nothing was; the history of a bad run is kept in build/chaos/.
"""

import argparse
import asyncio
import contextlib
import random
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.statistics import percentile
from tests.chaos.nemesis import HARD, Cruelty
from tests.chaos.run import Report, Setting, run, temporary_folder, two_hubs

OUT = Path(__file__).resolve().parents[2] / "build" / "chaos"
ROUND_KILLS = 50
"""A run of so many kills is drained and judged; then the next one begins on a new database."""


def summary(reports: Sequence[Report]) -> str:
    """The table that is printed."""
    ready = [second for report in reports for second in report.deeds.ready_s]
    cold = [second for report in reports for second in report.deeds.cold_ready_s]
    counts: dict[str, int] = {}
    faults: dict[str, int] = {}
    for report in reports:
        for name, number in report.verdict.counts.items():
            counts[name] = counts.get(name, 0) + number
        for name, number in report.deeds.faults.items():
            faults[name] = faults.get(name, 0) + number
    frames = [sum(report.frames[place] for report in reports) for place in range(3)]
    lines = {
        "kills": str(sum(report.deeds.kills for report in reports)),
        "other faults": ", ".join(f"{name} {number}" for name, number in sorted(faults.items())) or "none",
        "frames": f"{frames[0]} carried, {frames[1]} doubled, {frames[2]} swapped",
        **{name: str(number) for name, number in sorted(counts.items())},
        "kill to ready": _times(cold),
        "kill to ready, program in memory": _times(ready),
        "stack traces in the hub's log": str(sum(report.crashes for report in reports)),
        "lost": str(sum(len(report.verdict.lost) for report in reports)),
        "doubled": str(sum(len(report.verdict.doubled) for report in reports)),
        "unexpected": str(sum(len(report.verdict.unexpected) for report in reports)),
    }
    width = max(len(name) for name in lines)
    return "\n".join(f"  {name.ljust(width)}  {value}" for name, value in lines.items())


def _times(seconds: Sequence[float]) -> str:
    return f"median {percentile(seconds, 0.5):.2f} s, worst {max(seconds):.2f} s" if seconds else "-"


def keep(report: Report) -> Path:
    """Keep what is needed to understand a bad run."""
    kept = OUT / f"seed-{report.seed}"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(report.history.parent, kept)
    (kept / "verdict.txt").write_text("\n".join(report.verdict.faults()) + "\n", encoding="utf-8")
    return kept


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Run; exit code 1 when a call was lost, doubled or strange."""
    parser = argparse.ArgumentParser(prog="chaos", description="Kill the hub under load, and judge what happened.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None, help="the first round's; each next one is one more")
    parser.add_argument("--gentle", action="store_true", help="shorter faults, as in the tests")
    parser.add_argument("--postgres", action="store_true", help="two hubs on one PostgreSQL, killed in turn")
    arguments = parser.parse_args(argv)
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(1_000_000)
    cruelty = Cruelty() if arguments.gentle else HARD
    reports: list[Report] = []
    left = arguments.kills
    while left > 0:
        kills = min(left, ROUND_KILLS)
        print(f"seed {seed}: {kills} kills", flush=True)
        place = two_hubs() if arguments.postgres else contextlib.nullcontext(Setting())
        with temporary_folder() as folder, place as setting:
            report = asyncio.run(run(kills, seed, Path(folder), free_ports(setting.hubs), cruelty, setting))
            reports.append(report)
            found = report.verdict
            print(
                f"seed {seed}: {report.seconds:.0f} s, {found.counts.get('acknowledged', 0)} calls, lost {len(found.lost)}, "
                f"doubled {len(found.doubled)}, unexpected {len(found.unexpected)}",
                flush=True,
            )
            if not found.is_clean or report.crashes:
                print("\n".join(found.faults()[:20]))
                print(f"kept in {keep(report)}", flush=True)
        left -= report.deeds.kills
        seed += 1
    print(summary(reports))
    return 0 if all(report.verdict.is_clean and not report.crashes for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
