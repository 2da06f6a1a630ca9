"""The record of a story: one line per step while it plays, story.json at its end."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Step:
    """`seconds` since the start of the story, at the end of the step."""

    name: str
    ok: bool = False
    seconds: float = 0.0
    observed: str = ""

    def saw(self, observed: str) -> None:
        """Say what was observed; several observations of one step are joined."""
        self.observed = f"{self.observed}; {observed}" if self.observed else observed


class Report:
    """Collects steps. The first that fails stops the story: those after it would not mean anything."""

    def __init__(self, folder: Path, *, take_pictures: Callable[[str], None] | None = None) -> None:
        """`take_pictures` is called after each step with a file stem such as `03-call-placed`."""
        self.folder = folder
        self.steps: list[Step] = []
        self.take_pictures = take_pictures
        self._started = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def ok(self) -> bool:
        """Whether there was something to do, and all of it was done."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Play one step; what it raises is written down and raised again."""
        step = Step(name)
        self.steps.append(step)
        try:
            yield step
            step.ok = True
        except BaseException as error:
            step.saw(f"{type(error).__name__}: {error}")
            raise
        finally:
            step.seconds = round(time.monotonic() - self._started, 2)
            number = len(self.steps)
            mark = "ok " if step.ok else "NOT"
            print(f"{mark} {step.seconds:7.1f} s  {number:2}. {name}: {step.observed}", flush=True)
            self._save_pictures(f"{number:02}-{name.lower().replace(' ', '-').replace(chr(39), '')}")
            self.write()

    def write(self) -> Path:
        """Write story.json and give its path."""
        file = self.folder / "story.json"
        content = {"ok": self.ok, "machine": machine(), "steps": [asdict(step) for step in self.steps]}
        file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return file

    def _save_pictures(self, stem: str) -> None:
        if self.take_pictures is None:
            return
        try:
            self.take_pictures(stem)
        except Exception as error:  # noqa: BLE001 - a picture of a failure must not hide the failure
            print(f"    (no picture of this step: {type(error).__name__})", file=sys.stderr)


def machine() -> dict[str, str | int]:
    """What the numbers were measured on, without naming it."""
    return {
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }
