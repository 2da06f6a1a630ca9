"""The repository as git knows it: what is, or is about to be, committed."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked_files(*patterns: str) -> list[Path]:
    """Files in git's index and new files that it does not ignore, relative to the root; git's own patterns."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    # A file deleted but still in the index is no file.
    return sorted(Path(name) for name in listed.decode().split("\0") if name and (ROOT / name).is_file())
