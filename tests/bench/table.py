"""The rows of the measures: one table to read, one JSON file to keep."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.statistics import percentile, ratio, summary

COLUMNS = ("measure", "median", "middle half", "runs", "target", "against")


@dataclass(frozen=True)
class Row:
    """`median` of `runs` values in `unit`, half of which lie in `spread`.

    `target` is what the design asks for, `against` the same measure of something comparable, `note` what a reader
    must know to believe the figure.
    """

    name: str
    median: float
    spread: tuple[float, float]
    unit: str
    runs: int
    target: str = ""
    against: str = ""
    note: str = ""


def row(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    target: str = "",
    peer: Sequence[float] = (),
    peer_name: str = "",
    note: str = "",
) -> Row:
    """A row of measured `values`; with `peer` values, compared with them by the ratio of medians.

    Raises:
        ValueError: nothing was measured.
    """
    found = summary(values)
    against = ""
    if peer:
        against = f"{peer_name} {number(percentile(peer, 0.5))} {unit} (x {ratio(values, peer):.2f})"
    spread = (round(found.low, 4), round(found.high, 4))
    return Row(name, round(found.median, 4), spread, unit, found.count, target, against, note)


def number(value: float) -> str:
    """Three significant digits, no exponent."""
    if value == 0:
        return "0"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}"


def as_text(rows: Sequence[Row]) -> str:
    """The table, columns aligned, notes below."""
    cells = [COLUMNS, *(_cells(each) for each in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {each.name}: {each.note}" for each in rows if each.note]
    return "\n".join([*lines, "", *notes])


def _cells(each: Row) -> tuple[str, ...]:
    spread = f"{number(each.spread[0])} to {number(each.spread[1])}" if each.runs > 1 else ""
    return (each.name, f"{number(each.median)} {each.unit}", spread, str(each.runs), each.target, each.against)


def machine() -> dict[str, Any]:
    """What the figures were taken on, without naming it."""
    memory_kb = int(Path("/proc/meminfo").read_text().split("MemTotal:")[1].split()[0])
    return {
        "cores": len(_cores()),
        "processor": next(iter(_cores()), "unknown"),
        "memory_gb": round(memory_kb / 1024**2, 1),
        "system": f"{_distribution()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load": Path("/proc/loadavg").read_text().split()[0],
    }


def write(file: Path, rows: Sequence[Row], failed: Sequence[str], about: dict[str, Any]) -> None:
    """Write bench.json."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": about, "rows": [asdict(each) for each in rows], "failed": list(failed)}
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _cores() -> list[str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]


def _distribution() -> str:
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return release.get("PRETTY_NAME", "unknown").strip('"')
