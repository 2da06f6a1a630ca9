"""A grand-child whose parent is gone is still found, and ended."""

import subprocess
import sys

SCRIPT = """
import subprocess, time
from tests.system.descendants import adopt_orphans, descendants, end_descendants
adopt_orphans()
assert descendants() == {}
subprocess.run(["/bin/sh", "-c", "sleep 60 & exit 0"], check=True)
assert list(descendants().values()) == ["sleep"], descendants()
assert end_descendants() == ["sleep"]
assert descendants() == {}
print("ended")
"""


def test_orphans_are_found_and_ended() -> None:
    # In a process of its own: adopting orphans would change the test runner's.
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.strip()) == (0, "ended"), done.stderr
