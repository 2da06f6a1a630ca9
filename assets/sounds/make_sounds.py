"""Make the five sounds of the kiosk: `python assets/sounds/make_sounds.py` writes the WAV files beside this script.

48 kHz, mono, 16 bits, shorter than 1.2 s, between 500 and 2000 Hz (what older ears keep longest), all equally loud.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
LOUDNESS = 0.11
"""Root mean square of the sounding part, full scale being 1."""
SOUNDING = 0.02
"""Below this part of the peak it is silence, and does not count for the loudness."""


@dataclass(frozen=True)
class Note:
    """A struck tone: when it begins, how long it rings, how high it is."""

    start_s: float
    ring_s: float
    pitch_hz: float


CHIMES: dict[str, tuple[Note, ...]] = {
    # A soft double beat, as a telephone that rings far away; played again while it rings.
    "ringback": (Note(0.0, 0.32, 660.0), Note(0.42, 0.42, 660.0)),
    # Rising: somebody is there.
    "agent_here": (Note(0.0, 0.35, 587.33), Note(0.18, 0.40, 783.99), Note(0.36, 0.70, 1174.66)),
    # Two equal notes: look at the screen.
    "attention": (Note(0.0, 0.30, 880.0), Note(0.28, 0.60, 880.0)),
    # Down and up again: a number is called. It carries through a room, where the others speak to somebody close.
    "number": (Note(0.0, 0.40, 1046.50), Note(0.26, 0.40, 783.99), Note(0.52, 0.65, 1046.50)),
    # Falling: it is over.
    "end": (Note(0.0, 0.40, 880.0), Note(0.22, 0.45, 698.46), Note(0.44, 0.70, 523.25)),
}


def chime(notes: tuple[Note, ...]) -> npt.NDArray[np.int16]:
    """The samples of a sound."""
    length = max(note.start_s + note.ring_s for note in notes)
    sound = np.zeros(int(length * RATE_HZ))
    for note in notes:
        count = int(note.ring_s * RATE_HZ)
        at_s = np.arange(count) / RATE_HZ
        tone = np.sin(2 * np.pi * note.pitch_hz * at_s)
        if note.pitch_hz * 1.5 < 2000:
            tone += 0.25 * np.sin(2 * np.pi * note.pitch_hz * 1.5 * at_s)
        # Ten milliseconds to rise and a slow fall: no click at either end.
        rise = np.minimum(1, at_s / 0.010)
        fall = np.exp(-3.5 * at_s / note.ring_s) * np.minimum(1, (note.ring_s - at_s) / 0.040)
        begin = int(note.start_s * RATE_HZ)
        sound[begin : begin + count] += (tone * rise * fall)[: sound.size - begin]
    heard = np.abs(sound) > SOUNDING * np.abs(sound).max()
    sound *= LOUDNESS / np.sqrt(np.mean(sound[heard] ** 2))
    samples: npt.NDArray[np.int16] = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    return samples


def main() -> None:
    for name, notes in CHIMES.items():
        with wave.open(str(Path(__file__).parent / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(chime(notes).tobytes())


if __name__ == "__main__":
    main()
