"""Rooms where a kiosk stands: how a loudspeaker and a person sound at its microphone, echoes of the walls included.

Impulse responses by the image-source method of J. Allen and D. Berkley, "Image method for efficiently simulating
small-room acoustics" (JASA 65, 1979), walls after Eyring's formula for the wanted reverberation time.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

RATE_HZ = 48_000
SPEED_M_S = 343.0
LOUDSPEAKER_CLIP = 0.7
"""Where a small loudspeaker begins to bend what it plays, as a share of full scale."""

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Room:
    """A box of `size_m`, whose sound falls by 60 dB in `reverberation_s`; places in metres from a corner."""

    name: str
    size_m: Place
    reverberation_s: float
    microphone: Place
    loudspeaker: Place
    person: Place


BOOTH = Room("booth", (1.4, 1.6, 2.2), 0.15, (0.70, 0.20, 1.35), (0.95, 0.20, 1.05), (0.72, 0.75, 1.40))
OFFICE = Room("office", (3.2, 4.0, 2.6), 0.3, (1.60, 0.40, 1.35), (1.85, 0.40, 1.05), (1.65, 1.00, 1.45))
TOWN_HALL = Room("town hall", (9.0, 12.0, 4.0), 0.8, (4.00, 0.40, 1.35), (4.25, 0.40, 1.05), (4.05, 1.00, 1.45))
ROOMS = (BOOTH, OFFICE, TOWN_HALL)


@cache
def impulse_response(room: Room, source: Place) -> Any:
    """From `source` to the room's microphone: float64 array of shape (samples,), 1 at one metre in free air."""
    width, depth, height = room.size_m
    volume, surface = width * depth * height, 2 * (width * depth + width * height + depth * height)
    absorbed = 1 - np.exp(-0.161 * volume / (surface * room.reverberation_s))
    reflected = np.sqrt(1 - absorbed)
    reach_m = room.reverberation_s * SPEED_M_S
    (x, nx), (y, ny), (z, nz) = (
        _images(source[axis], room.microphone[axis], room.size_m[axis], reach_m) for axis in range(3)
    )
    square = x[:, None, None] ** 2 + y[None, :, None] ** 2 + z[None, None, :] ** 2
    bounces = nx[:, None, None] + ny[None, :, None] + nz[None, None, :]
    near = square < reach_m**2
    metres = np.sqrt(square[near])
    strength = reflected ** bounces[near] / np.maximum(metres, 0.05)
    when = metres / SPEED_M_S * RATE_HZ
    whole = when.astype(np.int64)
    part = when - whole
    size = int(room.reverberation_s * RATE_HZ) + 2
    heard = (
        np.bincount(whole, strength * (1 - part), size)[:size] + np.bincount(whole + 1, strength * part, size)[:size]
    )
    # Between parallel walls without furniture sound lasts longer than Eyring says: the room is damped to its word.
    too_slow = 1 / room.reverberation_s - 1 / reverberation_s(heard)
    return heard * 10 ** (-3 * np.arange(size) / RATE_HZ * max(0.0, too_slow))


def reverberation_s(response: Any) -> float:
    """Seconds in which the sound of `response` falls by 60 dB, from its fall between -5 and -25 dB (ISO 3382)."""
    left = np.cumsum(np.square(response[::-1]))[::-1]
    fall = 10 * np.log10(left / left[0] + 1e-20)
    return float((np.argmax(fall < -25) - np.argmax(fall < -5)) / RATE_HZ * 3)


def _images(source: float, microphone: float, length: float, reach_m: float) -> tuple[Any, Any]:
    """Along one axis: distance of each image of the source to the microphone, and how many walls it met."""
    most = int(reach_m / (2 * length)) + 1
    turns = np.arange(-most, most + 1)
    straight, mirrored = source + 2 * turns * length, -source + 2 * turns * length
    walls = np.concatenate((2 * np.abs(turns), np.abs(2 * turns - 1)))
    return np.concatenate((straight, mirrored)) - microphone, walls


def through(response: Any, sound: Any) -> Any:
    """`sound` after `response`: float64, same length."""
    size = 1 << (len(sound) + len(response) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[: len(sound)]


def loudspeaker(sound: Any) -> Any:
    """What a small loudspeaker makes of `sound` (full scale 1): nothing low, and loud sound bent."""
    bent = LOUDSPEAKER_CLIP * np.tanh(sound / LOUDSPEAKER_CLIP)
    size = 1 << len(bent).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    low = 1j * hertz / (1j * hertz + 180)
    return np.fft.irfft(np.fft.rfft(bent, size) * low**2, size)[: len(bent)]


def noise(size: int, level_db: float, seed: int) -> Any:
    """A room's noise, most of it low (ventilation), mean power `level_db` below full scale: float64."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(size))
    hertz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    spectrum *= (hertz > 40) / np.maximum(1, hertz / 300)
    sound = np.fft.irfft(spectrum, size)
    return sound * 10 ** (level_db / 20) / np.sqrt(np.mean(np.square(sound)))


def decibels(sound: Any) -> float:
    """Mean power below full scale 1 (-120 for silence)."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))
