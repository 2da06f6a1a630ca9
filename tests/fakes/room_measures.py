"""What is measured of sound that went through a room and a canceller: echo left, voice kept. Pure.

Sounds are float64 at 48 kHz, full scale 1.
"""

from typing import Any

import numpy as np

from tests.fakes.room import RATE_HZ, decibels

LOOK = RATE_HZ // 5
"""Samples of one look: 200 ms, about a syllable."""
SPOKEN_DB = -40.0
"""A look in which somebody speaks is louder than this."""
BANDS_HZ = tuple(150.0 * 2 ** (third / 3) for third in range(15))
FRAME, SEGMENT = RATE_HZ // 80, 30
"""12.5 ms, and 30 of them."""


def part(sound: Any, from_s: float, to_s: float) -> Any:
    """These seconds of it."""
    return sound[int(from_s * RATE_HZ) : int(to_s * RATE_HZ)]


def return_loss_db(echo: Any, left: Any) -> float:
    """How far the canceller brings the echo down (ERLE, ITU-T G.168): powers over the whole."""
    return decibels(echo) - decibels(left)


def recovery_s(echo: Any, left: Any, wanted_db: float) -> float:
    """Seconds from the start until no look with echo lies less than `wanted_db` below it."""
    bad = [
        at + LOOK
        for at in range(0, len(echo) - LOOK + 1, LOOK)
        if decibels(echo[at : at + LOOK]) > SPOKEN_DB
        and return_loss_db(echo[at : at + LOOK], left[at : at + LOOK]) < wanted_db
    ]
    return bad[-1] / RATE_HZ if bad else 0.0


def level_change_db(before: Any, after: Any, voice: Any) -> float:
    """Median change from `before` to `after` over the looks in which `voice` is spoken.

    Raises:
        ValueError: nobody speaks.
    """
    changes = [
        decibels(after[at : at + LOOK]) - decibels(before[at : at + LOOK])
        for at in range(0, len(voice) - LOOK + 1, LOOK)
        if decibels(voice[at : at + LOOK]) > SPOKEN_DB
    ]
    if not changes:
        raise ValueError("nobody speaks")
    return float(np.median(changes))


def intelligibility(voice: Any, heard: Any) -> float:
    """How much the loudness of each band in `heard` still follows that of `voice`: 1 all, 0 nothing.

    After C. Taal and others, "An algorithm for intelligibility prediction of time-frequency weighted noisy speech"
    (2011), whose 0.7 is about where all words are understood; without its clipping.
    """
    clean, dirty = _bands(voice), _bands(heard)
    spoken = clean.sum(axis=1)
    loud = spoken > spoken.max() * 1e-4
    clean, dirty = clean[loud], dirty[loud]
    scores = []
    for at in range(0, len(clean) - SEGMENT + 1, SEGMENT // 2):
        one, other = clean[at : at + SEGMENT], dirty[at : at + SEGMENT]
        one, other = one - one.mean(axis=0), other - other.mean(axis=0)
        size = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
        scores.append(((one * other).sum(axis=0)[size > 0] / size[size > 0]).mean())
    return float(np.mean(scores))


def _bands(sound: Any) -> Any:
    """Amplitude of each third of an octave in each frame: shape (frames, 15)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, 2 * FRAME)[::FRAME]
    power = np.abs(np.fft.rfft(frames * np.hanning(2 * FRAME), axis=1)) ** 2
    hertz = np.fft.rfftfreq(2 * FRAME, 1 / RATE_HZ)
    edge = 2 ** (1 / 6)
    chosen = [(hertz >= centre / edge) & (hertz < centre * edge) for centre in BANDS_HZ]
    return np.sqrt(np.stack([power[:, band].sum(axis=1) for band in chosen if band.any()], axis=1))
