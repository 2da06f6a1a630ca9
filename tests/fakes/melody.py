"""Two tones in turn, with silences, as a recognisable sound that survives codecs and noise suppression.

A steady tone is what noise suppression removes, so the sound is made of short notes; each party has its own
pair of frequencies, so that hearing one proves who played.
"""

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

RATE_HZ = 48_000
NOTE_S = 0.16
SILENCE_S = 0.14
WINDOW = 2400
"""Samples of one look: 50 ms, a resolution of 20 Hz."""


@dataclass(frozen=True)
class Melody:
    """`low_hz` and `high_hz` are multiples of 20, far from the other party's and from their harmonics."""

    low_hz: int
    high_hz: int


KIOSK_MELODY = Melody(520, 880)
AGENT_MELODY = Melody(700, 1240)


def play(melody: Melody, seconds: float) -> Any:
    """int16 array of shape (samples,): low note, silence, high note, silence, and so on."""
    fade = np.minimum(1, np.arange(int(NOTE_S * RATE_HZ)) / (0.02 * RATE_HZ))
    shape = fade * fade[::-1]
    when = np.arange(len(shape)) / RATE_HZ
    silence = np.zeros(int(SILENCE_S * RATE_HZ))
    notes = [
        np.concatenate((0.35 * shape * np.sin(2 * np.pi * frequency * when), silence))
        for frequency in (melody.low_hz, melody.high_hz)
    ]
    pattern = np.concatenate(notes)
    repeats = int(np.ceil(seconds * RATE_HZ / len(pattern)))
    return (np.tile(pattern, repeats)[: int(seconds * RATE_HZ)] * 32767).astype(np.int16)


def write_wav(file: Path, sound: Any) -> None:
    """Write mono 16-bit 48 kHz sound."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(sound.tobytes())


def share_heard(sound: Any, melody: Melody) -> float:
    """Share of the notes of `melody` that can be heard in `sound`, 0 to 1.

    Counts the looks of 50 ms in which one of the two frequencies holds most of the energy, both being required,
    against the looks in which a note should sound.
    """
    looks = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64) / 32768
    if not len(looks):
        return 0.0
    spectrum = np.abs(np.fft.rfft(looks * np.hanning(WINDOW), axis=1)) ** 2
    total = spectrum[:, 5:].sum(axis=1)
    audible = total > 1e-3
    heard = []
    for frequency in (melody.low_hz, melody.high_hz):
        at = round(frequency * WINDOW / RATE_HZ)
        heard.append(audible & (spectrum[:, at - 2 : at + 3].sum(axis=1) > 0.6 * total))
    expected = len(looks) / 2 * NOTE_S / (NOTE_S + SILENCE_S)
    return float(min(1.0, min(found.sum() for found in heard) / expected))
