"""A program on a Qt loop, in a process of its own: a Qt loop must not outlive a test.

Its timers live on when it is closed; where another thread then collects it they are not stopped, and the next test that
lets Qt work has its process die.
"""

import os
import subprocess
import sys

from tests.repository.tree import ROOT

TIMEOUT_S = 60


def run(program: str, *words: str) -> None:
    """Run `program`, Python text that prints "done" at its end, with `words` as its arguments and warnings as errors.

    Raises:
        AssertionError: it failed, or said something else; with what it said.
        subprocess.TimeoutExpired: it did not end.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env=environment,
        check=False,
    )
    assert done.stdout.split() == ["done"], done.stderr
