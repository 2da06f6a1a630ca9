"""People who talk in a room: a throat, three resonances, hisses and pauses, as syllables come; nobody's voice, no words.

Echo cancellers, noise suppressors and level controls decide by what speech does: pitch that glides, syllables four
times a second, pauses, a falling spectrum. Noise or tones alone mislead them. A source-filter synthesis after
G. Fant, "Acoustic Theory of Speech Production" (1960), in its simplest form.
"""

from typing import Any

import numpy as np

RATE_HZ = 48_000
VOWELS_HZ = (
    (750, 1250, 2550),
    (550, 1800, 2500),
    (300, 2200, 3000),
    (480, 900, 2450),
    (330, 800, 2300),
    (400, 1650, 2300),
)
"""First three resonances of a, è, i, o, ou, eu."""
BANDWIDTHS_HZ = (80, 110, 170)
PHRASE_SYLLABLES = (4, 12)
PAUSE_S = (0.25, 0.8)


def talk(seconds: float, *, seed: int, pitch_hz: float = 130.0, level_db: float = -26.0) -> Any:
    """float64 array of shape (samples,) at 48 kHz, full scale 1.

    Args:
        pitch_hz: of the throat, about which it glides by a fifth.
        level_db: mean power of the syllables, in decibels below full scale (pauses do not count).
    """
    chance = np.random.default_rng(seed)
    size = int(seconds * RATE_HZ)
    sound = np.zeros(size)
    spoken = np.zeros(size, dtype=np.bool_)
    at = 0
    while at < size:
        for _ in range(int(chance.integers(*PHRASE_SYLLABLES))):
            syllable = _syllable(chance, pitch_hz)
            part = syllable[: max(0, size - at)]
            sound[at : at + len(part)] += part
            spoken[at : at + len(part)] = True
            at += len(part)
        at += int(chance.uniform(*PAUSE_S) * RATE_HZ)
    power = float(np.mean(np.square(sound[spoken])))
    return sound * 10 ** (level_db / 20) / np.sqrt(power)


def _syllable(chance: Any, pitch_hz: float) -> Any:
    """A hiss or a stop, then a vowel: float64, 0.15 to 0.3 s."""
    hiss_size = int(chance.uniform(0.02, 0.09) * RATE_HZ)
    hiss = np.diff(chance.standard_normal(hiss_size + 1)) * np.hanning(hiss_size) * chance.uniform(0.02, 0.12)
    size = int(chance.uniform(0.12, 0.24) * RATE_HZ)
    glide = np.linspace(chance.uniform(0.85, 1.2), chance.uniform(0.85, 1.2), size)
    phase = np.cumsum(pitch_hz * glide * (1 + 0.01 * chance.standard_normal())) / RATE_HZ
    pulses = np.diff(np.floor(phase), prepend=0.0) + 0.02 * chance.standard_normal(size)
    vowel = _resonate(pulses, VOWELS_HZ[int(chance.integers(len(VOWELS_HZ)))])
    vowel *= np.hanning(size) ** 0.4 * chance.uniform(0.4, 1.0) / (np.abs(vowel).max() + 1e-9)
    return np.concatenate((hiss, vowel))


def _resonate(pulses: Any, resonances_hz: tuple[int, ...]) -> Any:
    """`pulses` through the mouth: the resonances, a slope of 6 dB an octave, and nothing below 90 Hz."""
    size = 2 * len(pulses)
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    response = 1 / (1 + 1j * hertz / 500) * (hertz > 90)
    for centre, width in zip(resonances_hz, BANDWIDTHS_HZ, strict=True):
        pole = np.pi * width + 2j * np.pi * centre
        response = response * (abs(pole) ** 2 / ((2j * np.pi * hertz + pole) * (2j * np.pi * hertz + pole.conjugate())))
    return np.fft.irfft(np.fft.rfft(pulses, size) * response, size)[: len(pulses)]
