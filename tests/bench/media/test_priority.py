"""Only the sessions named are put first, and what is not possible is no error."""

import subprocess
import sys
from pathlib import Path

from tests.bench.media.priority import FIRST, hurry

SCRIPT = """
import sys
from pathlib import Path
print(Path("/proc/self/autogroup").read_text() if Path("/proc/self/autogroup").exists() else "", flush=True)
sys.stdin.read()
"""


def test_a_session_of_its_own_is_put_first() -> None:
    before = Path("/proc/self/autogroup").read_text() if Path("/proc/self/autogroup").exists() else ""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stdout is not None
        group = child.stdout.readline()
        hurry([child.pid, 2**30])
        if group.strip():
            # Without the right to it, it stays as it was; nothing is raised either way.
            assert Path(f"/proc/{child.pid}/autogroup").read_text().split()[-1] in (str(FIRST), "0")
        child.communicate()
    if before:
        assert Path("/proc/self/autogroup").read_text() == before
