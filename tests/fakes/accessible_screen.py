"""What a screen reader sees of the programs on a private display, and a finger to touch it.

A target is found by its accessible role and name, as a person would name it, and touched at its centre with
a real X pointer event: the program under test is never called.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

READER = Path(__file__).with_name("accessible_reader.py")
SYSTEM_PYTHON = "/usr/bin/python3"
POLL_S = 0.1
TOUCHABLE = ("push button", "radio button", "check box", "toggle button")


class NotOnScreenError(AssertionError):
    """Nothing with that name and role is shown; the message lists what is."""


@dataclass(frozen=True)
class Shown:
    """One node of the tree; extents are pixels of the screen."""

    role: str
    name: str
    states: frozenset[str]
    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def is_shown(self) -> bool:
        return {"showing", "visible"} <= self.states and self.width > 0 and self.height > 0

    @property
    def is_enabled(self) -> bool:
        return "enabled" in self.states


def _is_of(node: Shown, role: str | Sequence[str] | None) -> bool:
    return role is None or node.role in ((role,) if isinstance(role, str) else role)


class AccessibleScreen:
    """The tree and the pointer of one display."""

    def __init__(self, *, display: str, session_bus: str) -> None:
        """Start the reader, on a D-Bus session whose accessibility bus runs."""
        self._environment = {
            key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
        } | {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": session_bus}
        self._reader = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", str(READER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            text=True,
        )

    def shown(self) -> list[Shown]:
        """All visible nodes, parents before children."""
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write("\n")
        self._reader.stdin.flush()
        answer = json.loads(self._reader.stdout.readline() or '{"error": "the reader has ended"}')
        if isinstance(answer, dict):
            raise NotOnScreenError(f"the accessibility tree cannot be read: {answer['error']}")
        nodes = [
            Shown(
                role=node["role"],
                name=node["name"],
                states=frozenset(node["states"]),
                x=node["x"],
                y=node["y"],
                width=node["width"],
                height=node["height"],
            )
            for node in answer
        ]
        return [node for node in nodes if node.is_shown]

    def find(
        self, name: str, *, role: str | Sequence[str] | None = None, within_s: float = 10.0, enabled: bool = False
    ) -> Shown:
        """Wait for the first visible node whose name matches the regular expression `name` (anywhere, any case).

        Raises:
            NotOnScreenError: it is not shown within `within_s`.
        """
        pattern = re.compile(name, re.IGNORECASE)
        deadline = time.monotonic() + within_s
        while True:
            nodes = self.shown()
            for node in nodes:
                if pattern.search(node.name) and _is_of(node, role) and (node.is_enabled or not enabled):
                    return node
            if time.monotonic() > deadline:
                seen = "; ".join(sorted({f"{node.role} « {node.name} »" for node in nodes if node.name}))
                raise NotOnScreenError(f"« {name} » ({role or 'any role'}) is not shown; shown: {seen or 'nothing'}")
            time.sleep(POLL_S)

    def is_shown(self, name: str, *, role: str | Sequence[str] | None = None) -> bool:
        """Whether such a node is visible now."""
        try:
            self.find(name, role=role, within_s=0)
        except NotOnScreenError:
            return False
        return True

    def wait_until_gone(self, name: str, *, role: str | Sequence[str] | None = None, within_s: float = 10.0) -> None:
        """Wait until no such node is visible.

        Raises:
            NotOnScreenError: it still is.
        """
        deadline = time.monotonic() + within_s
        while self.is_shown(name, role=role):
            if time.monotonic() > deadline:
                raise NotOnScreenError(f"« {name} » is still shown")
            time.sleep(POLL_S)

    def touch(self, name: str, *, role: str | Sequence[str] | None = TOUCHABLE, within_s: float = 10.0) -> Shown:
        """Wait for an enabled target, touch its centre, and say what was touched."""
        target = self.find(name, role=role, within_s=within_s, enabled=True)
        self.touch_at(*target.centre)
        return target

    def touch_at(self, x: int, y: int) -> None:
        """Press and release at a point of the screen, in pixels."""
        subprocess.run(
            ["xdotool", "mousemove", str(x), str(y), "click", "1"],
            env=self._environment,
            check=True,
            capture_output=True,
            timeout=10,
        )

    def end(self) -> None:
        if self._reader.stdin is not None:
            self._reader.stdin.close()
        try:
            self._reader.wait(3)
        except subprocess.TimeoutExpired:
            self._reader.kill()
            self._reader.wait()
        if self._reader.stdout is not None:
            self._reader.stdout.close()
