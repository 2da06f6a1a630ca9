"""What `visio-kiosk --rehearse` wrote becomes a `Side`."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.media.said import always
from tests.bench.media.side import Shown, Side, read_wav
from tests.bench.media.timeline import Recording


def side(rehearsal: Path, loudspeaker: Path, frames: Path, folder: Path) -> Side:
    """Read the three things that the rehearsal left, write the side to `folder`."""
    told = json.loads(rehearsal.read_text("utf-8"))
    begins_s = told["sound"]["loudspeaker_first_sample_unix"]
    said_from_s = told["sound"]["microphone_first_sample_unix"]
    found = Side(
        shown=[Shown(at_s, number, width, height) for at_s, number, width, height in told["frames"]],
        camera=[(number, at_s) for number, at_s in told["camera"]],
        heard=None if begins_s is None else Recording(begins_s, read_wav(loudspeaker)),
        said=[] if said_from_s is None else always(said_from_s),
        kept=_kept(frames, folder),
        stats=told["series"],
        problems=[] if told["ok"] else [str(told["failure"])],
    )
    found.write(folder)
    return found


def documents(rehearsal: Path) -> dict[str, Any]:
    """{"asked_bytes", "held_bytes", "seconds"} of the documents sent during the call; seconds None: not all arrived."""
    told = json.loads(rehearsal.read_text("utf-8"))
    at = {each["moment"]: each["monotonic"] for each in told["moments"]}
    begun, done = at.get("documents_begun"), at.get("documents_done")
    return {**told["documents"], "seconds": done - begun if begun is not None and done is not None else None}


def _kept(frames: Path, folder: Path) -> list[tuple[int, str]]:
    """The luma of each kept picture whose number could be read, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    numbered = [file for file in frames.glob("*-*.npy") if not file.name.startswith("unread")]
    for file in sorted(numbered, key=lambda file: int(file.stem.partition("-")[2])):
        i420 = np.load(file)
        name = f"kept-{len(found):03d}.npy"
        np.save(folder / name, i420[: i420.shape[0] * 2 // 3])
        found.append((int(file.stem.partition("-")[0]), name))
    return found
