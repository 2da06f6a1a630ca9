"""Sound that codecs and concealment take for a voice: syllables of a gliding pitch, breath, pauses."""

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
PACKET = 960
"""Samples of a packet: 20 ms."""


def speech(seconds: float, seed: int = 1) -> NDArray[np.int16]:
    """int16 of shape (48 000 * seconds,), the same for the same seed."""
    chance = np.random.default_rng(seed)
    size = int(seconds * RATE_HZ)
    at = np.arange(size) / RATE_HZ
    pitch = 130 + 30 * np.sin(2 * np.pi * 0.7 * at) + 10 * np.sin(2 * np.pi * 2.3 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    vowel = 1 + 0.8 * np.sin(2 * np.pi * 1.1 * at)
    sound = np.zeros(size)
    for harmonic in range(1, 24):
        colour = np.exp(-(((harmonic * 130 - 500 * vowel) / 900) ** 2)) + 0.2 / harmonic
        sound += colour * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * at) + 0.4, 0, 1)
    phrases = (np.sin(2 * np.pi * 0.25 * at) > -0.7).astype(float)
    breath = chance.standard_normal(size)
    voice = 4_000 * sound * syllables * phrases + 30 * breath
    return np.clip(np.rint(voice), -32_768, 32_767).astype(np.int16)


def spoken_packets(seconds: float) -> list[av.AudioFrame]:
    """The same, as frames of 20 ms for an encoder; their time counts samples from 0."""
    sound = speech(seconds)
    frames = []
    for at in range(0, len(sound) - PACKET + 1, PACKET):
        frame = av.AudioFrame.from_ndarray(sound[at : at + PACKET].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
        frames.append(frame)
    return frames
