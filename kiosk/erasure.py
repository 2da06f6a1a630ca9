"""The directory of a session's files, emptied: at its end, and at the start for what a crash left."""

import shutil
from pathlib import Path


def empty_directory(directory: Path) -> None:
    """Make `directory` if need be, private to us, and leave nothing in it.

    Raises:
        OSError: it cannot be made or emptied; the kiosk must not serve an usager then.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
