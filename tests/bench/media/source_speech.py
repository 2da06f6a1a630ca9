"""Speech-like sound in a loop of ten seconds, no moment of which resembles another.

Syllables of voiced harmonics with moving pitch and formants, some with a hissing consonant before them, short pauses
between words and longer ones between sentences: what speech codecs, noise suppressors and concealment are made for.
The vowels are random, so that a stretch of 400 ms tells where in the loop it stands (`heard`).
"""

from typing import Any

import numpy as np

RATE_HZ = 48_000
LOOP_S = 10.0
PEAK = 0.5

_FORMANTS_HZ = ((250, 850), (750, 2300), (2300, 3600))
"""Where the first three resonances of the mouth may be; each syllable moves from one random vowel to another."""
_WIDTHS_HZ = (80.0, 100.0, 140.0)
_HARMONICS = 40


def speak(*, seed: int, pitch_hz: float) -> Any:
    """int16 array of shape (480000,): the loop, which begins and ends in a pause. One seed, one sequence of syllables."""
    random = np.random.default_rng(seed)
    total = int(LOOP_S * RATE_HZ)
    sound = np.zeros(total)
    at = int(0.12 * RATE_HZ)
    until_pause = 3
    while True:
        syllable = _syllable(random, pitch_hz)
        if at + len(syllable) > total - int(0.12 * RATE_HZ):
            break
        sound[at : at + len(syllable)] += syllable
        at += len(syllable)
        until_pause -= 1
        if until_pause == 0:
            at += int(random.uniform(0.06, 0.16) * RATE_HZ)
            until_pause = int(random.integers(2, 5))
        if random.random() < 0.05:
            at += int(random.uniform(0.25, 0.4) * RATE_HZ)
    return (PEAK * 32767 * sound / np.abs(sound).max()).astype(np.int16)


def _syllable(random: np.random.Generator, pitch_hz: float) -> Any:
    seconds = random.uniform(0.13, 0.24)
    count = int(seconds * RATE_HZ)
    along = np.linspace(0, 1, count)
    pitch = pitch_hz * random.uniform(0.85, 1.25) * (1 + random.uniform(-0.18, 0.18) * along)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    formants = [low + (high - low) * np.linspace(*random.random(2), count) for low, high in _FORMANTS_HZ]
    strengths = random.uniform((0.8, 0.3, 0.15), (1.0, 1.0, 0.8))
    voiced = np.zeros(count)
    for harmonic in range(1, _HARMONICS + 1):
        hz = harmonic * pitch
        strength = sum(
            strengths[index] / (1 + ((hz - formant) / width) ** 2)
            for index, (formant, width) in enumerate(zip(formants, _WIDTHS_HZ, strict=True))
        )
        voiced += strength * np.sin(harmonic * phase)
    fade = int(0.015 * RATE_HZ)
    edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / fade)
    voiced *= edge * random.uniform(0.7, 1.0)
    if random.random() < 0.4:
        return np.concatenate((_hiss(random), voiced))
    return voiced


def _hiss(random: np.random.Generator) -> Any:
    count = int(random.uniform(0.04, 0.07) * RATE_HZ)
    noise = np.diff(random.normal(0, 1, count + 1))
    return 0.12 * noise * np.hanning(count)
