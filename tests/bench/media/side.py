"""What one end of a call noted: pictures shown, its own camera, what came out of its loudspeaker, what it said.

The same for our kiosk, for Chromium as a kiosk and for the agent's page, so that they are judged by the same code.
All instants are seconds of the wall clock, which the whole bench shares.
"""

import json
import wave
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.media.timeline import RATE_HZ, Recording


@dataclass(frozen=True)
class Shown:
    """A picture that was handed to the screen; `number` is None when it could not be read."""

    at_s: float
    number: int | None
    width: int
    height: int


@dataclass(frozen=True)
class Side:
    """One end, from before the agent's answer to the end of the call."""

    shown: list[Shown]
    camera: list[tuple[int, float]]
    """(number, when it came out of the camera), some or all pictures."""
    heard: Recording | None
    said: list[tuple[float, float]]
    """When the loop of speech began at the microphone: as `said.Said`; empty: it was not recognised."""
    kept: list[tuple[int, str]]
    """(number, name of the .npy file with its luma), one in about two seconds."""
    clicked_s: float = 0.0
    """Agent only: the click on « Répondre »."""
    stats: list[dict[str, Any]] = field(default_factory=list)
    """The program's own figures, once a second."""
    problems: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Keep it in `folder`, where the kept pictures are already."""
        folder.mkdir(parents=True, exist_ok=True)
        told = {name: value for name, value in asdict(self).items() if name != "heard"}
        told["heard_from_s"] = None if self.heard is None else self.heard.begins_s
        (folder / "side.json").write_text(json.dumps(told), encoding="utf-8")
        if self.heard is not None:
            write_wav(folder / "heard.wav", self.heard.samples)


def read(folder: Path) -> Side:
    """What `write` kept."""
    told = json.loads((folder / "side.json").read_text("utf-8"))
    begins_s = told.pop("heard_from_s")
    heard = None if begins_s is None else Recording(begins_s, read_wav(folder / "heard.wav"))
    shown = [Shown(**each) for each in told.pop("shown")]
    pairs = {name: [tuple(each) for each in told.pop(name)] for name in ("camera", "kept", "said")}
    return Side(shown=shown, heard=heard, **pairs, **told)


def write_wav(file: Path, samples: Any) -> None:
    """Mono, 16 bits, 48 kHz."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(np.asarray(samples, np.int16).tobytes())


def read_wav(file: Path) -> Any:
    """int16 samples of a mono file of 48 kHz."""
    with wave.open(str(file), "rb") as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
