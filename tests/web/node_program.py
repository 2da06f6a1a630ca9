"""Running a small program in node, with the pages' modules within reach."""

import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WEB = ROOT / "hub" / "web"


def run_node(*arguments: str | Path, typed: str | None = None, within_s: float = 60) -> str:
    """What it printed. Raises AssertionError with its errors when it fails."""
    done: Any = subprocess.run(
        ["node", *map(str, arguments)], input=typed, cwd=HERE, capture_output=True, text=True, timeout=within_s
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return str(done.stdout)


def run_module(source: str, **more: Any) -> str:
    """Run the text of a module, which imports with paths relative to tests/web."""
    return run_node("--input-type=module", "--eval", source, **more)
