"""The pictures of the story that the README and the guides show, under names that say what they are."""

import shutil
from pathlib import Path

CHOSEN = {
    "kiosk-welcome": "kiosk-shows-its-first-screen-kiosk",
    "kiosk-partners": "tile-is-live-kiosk",
    "kiosk-before-the-call": "before-the-call-kiosk",
    "kiosk-in-call": "agent-is-heard-by-the-usager-kiosk",
    "kiosk-scan": "page-1-is-scanned-and-previewed-kiosk",
    "kiosk-print": "form-arrives-and-is-previewed-kiosk",
    "kiosk-no-paper": "printer-runs-out-of-paper-kiosk",
    "kiosk-end": "usager-hangs-up-kiosk",
    "station-ring": "call-is-placed-and-rings-station",
    "station-call": "agent-is-heard-by-the-usager-station",
    "station-papers": "pages-are-downloaded-as-one-pdf-station",
    "station-wrap-up": "usager-hangs-up-station",
}


def keep(story: Path, folder: Path) -> list[str]:
    """Copy the chosen pictures of a played story to `folder`; gives their names.

    Raises:
        FileNotFoundError: the story did not make one of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for name, stem in CHOSEN.items():
        found = sorted(story.glob(f"[0-9][0-9]-{stem}.png"))
        if not found:
            raise FileNotFoundError(f"the story has no picture …-{stem}.png")
        shutil.copyfile(found[0], folder / f"{name}.png")
        kept.append(f"{name}.png")
    return kept
