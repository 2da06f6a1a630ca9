"""Which moment of the known loop of speech is heard when: delay, what is missing, and for how long.

Both sounds become short-time band levels (24 bands, 150 to 4 000 Hz, a hundred times a second). A stretch of 500 ms of
what was recorded is compared with every place of the loop; the best place tells how late it is. Then every voiced
moment of what was said is looked for near the delay found around it: it is heard when the bands resemble each other
and the level is not much lower than usual. Silence, noise, a skipped syllable and garbled sound are all "not heard";
a hole that was concealed so that it sounds like what was said is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RATE_HZ = 48_000
HOP = 480
HOP_S = HOP / RATE_HZ
_WINDOW, _SIZE = 960, 1024
_BANDS, _LOW_HZ, _HIGH_HZ = 24, 150.0, 4000.0
_FLOOR_DB = -75.0
_STRETCH = 50
"""Frames of a stretch that is located: 500 ms."""
_EVERY = 10
_SURE = 0.7
"""Least normalised correlation of a stretch with its place in the loop; unrelated speech stays below 0.55."""
_NEAR = 4
"""Frames around the expected place in which a moment is looked for: the play-out's delay moves."""
_STEADY = 25
_ALIKE = 0.6
_WEAKER_DB = 15.0
_VOICED_DB = 25.0
"""A moment is voiced when it is less than so far below the loudest."""
_RELIEF_DB = 45.0
_SOUND_DB = 35.0
"""Below the loudest by more than this, there is no sound to recognise."""
_AROUND = (-1, 0, 1)
"""Frames compared to recognise the one in the middle."""
_DELAY_KNOWN_FOR_S = 1.0
_SHORTEST_GAP = 2
"""Frames: a single one of 10 ms at a syllable's edge tells nothing."""
_NEIGHBOURS = 12
_AGREE_S = 0.15
_LEAST_DELAY_S = -0.5
"""Clocks of two programs on one machine may be read a little apart."""


@dataclass(frozen=True)
class Located:
    """A stretch that was recognised: said at `said_s`, heard `delay_s` later (middles of the stretch)."""

    said_s: float
    delay_s: float


@dataclass(frozen=True)
class Heard:
    """Of the voiced moments said in the time looked at. Instants on the speaker's clock, in seconds."""

    voiced_s: float
    missing_s: float
    gap_share: float
    """0..1."""
    longest_gap_s: float
    delays: list[Located]
    first_heard_s: float | None
    """When the first moment that could be recognised came out, on the listener's side; None: nothing did."""
    gaps: list[tuple[float, float]]
    """(said from, said until) of each gap."""


def bands_db(sound: Any) -> Any:
    """Band levels of int16 sound in dB of full scale, shape (frames, 24); frame i is centred on sample 480 i."""
    padded = np.pad(sound.astype(np.float32) / 32768, (_WINDOW // 2, _WINDOW))
    count = len(sound) // HOP
    if count == 0:
        return np.zeros((0, _BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:count]
    window = np.hanning(_WINDOW).astype(np.float32)
    levels = []
    for begin in range(0, count, 2000):
        power = np.abs(np.fft.rfft(frames[begin : begin + 2000] * window, _SIZE, axis=1)) ** 2
        levels.append(power @ _band_weights())
    return np.maximum(_FLOOR_DB, 10 * np.log10(np.concatenate(levels) / (_WINDOW / 4) ** 2 + 1e-12)).astype(np.float32)


def _band_weights() -> Any:
    """Triangles evenly spaced on the mel scale; shape (513, 24)."""
    mel = np.linspace(_mel(_LOW_HZ), _mel(_HIGH_HZ), _BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = np.fft.rfftfreq(_SIZE, 1 / RATE_HZ)
    rising = (hz[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling))


def _mel(hz: float) -> float:
    return 2595 * float(np.log10(1 + hz / 700))


def located(recording: Any, recording_begins_s: float, loop: Any, said_from_s: float) -> list[Located]:
    """Every stretch of a recording that can be recognised, in order.

    Args:
        recording: int16 samples at 48 kHz.
        recording_begins_s: instant of its first sample.
        loop: the loop that is said without pause.
        said_from_s: an instant at which the loop began.
    """
    return _located(bands_db(recording), recording_begins_s, bands_db(loop), said_from_s)


def _located(recorded: Any, recording_begins_s: float, said: Any, said_from_s: float) -> list[Located]:
    if len(recorded) < _STRETCH:
        return []
    loop_s = len(said) * HOP_S
    recorded, said = _in_relief(recorded), _in_relief(said)
    around = np.concatenate((said, said[: _STRETCH - 1]))
    places = _normal(np.lib.stride_tricks.sliding_window_view(around, _STRETCH, axis=0).reshape(len(said), -1))
    stretches = np.lib.stride_tricks.sliding_window_view(recorded, _STRETCH, axis=0)[::_EVERY]
    found = []
    for begin in range(0, len(stretches), 500):
        block = stretches[begin : begin + 500]
        alike = _normal(block.reshape(len(block), -1)) @ places.T
        for index in range(len(block)):
            place = int(alike[index].argmax())
            if alike[index, place] < _SURE:
                continue
            middle_s = recording_begins_s + ((begin + index) * _EVERY + _STRETCH / 2) * HOP_S
            place_s = (place + _STRETCH / 2) * HOP_S
            late_s = (middle_s - said_from_s - place_s - _LEAST_DELAY_S) % loop_s + _LEAST_DELAY_S
            found.append(Located(middle_s - late_s, late_s))
    return _without_strays(found)


def _without_strays(found: list[Located]) -> list[Located]:
    """Leave out what no neighbour agrees with: a chance likeness tells a delay far from those around it."""
    kept = []
    for index, each in enumerate(found):
        around = found[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
        # Stretches overlap: only one that shares nothing with this one is a second opinion.
        apart = [other for other in around if abs(other.said_s - each.said_s) >= _STRETCH * HOP_S]
        if any(abs(other.delay_s - each.delay_s) < _AGREE_S for other in apart):
            kept.append(each)
    return kept


def _in_relief(levels: Any) -> Any:
    """Levels without what every vowel has in common, the mean of each band; all zero where there is no sound."""
    levels = np.maximum(levels, levels.max() - _RELIEF_DB)
    level = levels.max(axis=1)
    loud = level > level.max() - _VOICED_DB
    return np.where((level > level.max() - _SOUND_DB)[:, None], levels - levels[loud].mean(axis=0), 0)


def _normal(rows: Any) -> Any:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return centred / np.maximum(1e-6, np.linalg.norm(centred, axis=1, keepdims=True))


def heard(
    recording: Any,
    recording_begins_s: float,
    loop: Any,
    said: Sequence[tuple[float, float]],
    from_s: float,
    until_s: float,
) -> Heard:
    """What was heard of all that was said between two instants.

    Args:
        recording: int16 samples at 48 kHz; silence where nothing came.
        recording_begins_s: instant of its first sample.
        loop: int16 samples of the loop.
        said: when the loop began, as known around each of these instants (`said.Said`, not empty); it repeats without
            pause, before as after.
        from_s: only what was said since then,
        until_s: and until then; the recording should go on for a little longer.
    """
    recorded, pattern = bands_db(recording), bands_db(loop)
    # As if the loop had begun at the earliest of the instants known; what was lost since is taken off each delay.
    began_s = min(each for _, each in said)
    stretches = [
        Located(each.said_s + lost_s, each.delay_s - lost_s)
        for each in _located(recorded, recording_begins_s, pattern, began_s)
        for lost_s in (float(_lost_s(each.said_s, said, began_s)),)
    ]
    first_said, end_said = (
        int(np.ceil((at_s - began_s - _lost_s(at_s, said, began_s)) / HOP_S)) for at_s in (from_s, until_s)
    )
    numbers = first_said + np.arange(max(0, end_said - first_said))
    at_s = began_s + numbers * HOP_S
    at_s = at_s + _lost_s(at_s, said, began_s)
    voiced = _voiced(pattern)[numbers % len(pattern)]
    is_heard = np.zeros(len(numbers), bool)
    if stretches:
        expected = _expected_frames(at_s, stretches, recording_begins_s)
        is_heard = _recognised(recorded, pattern, numbers, expected)
    gaps = _gaps(voiced, is_heard)
    missing = sum(int(np.count_nonzero(voiced[begin:end])) for begin, end in gaps)
    total = int(np.count_nonzero(voiced))
    within = [each for each in stretches if from_s <= each.said_s <= until_s]
    first = stretches[0] if stretches else None
    return Heard(
        voiced_s=total * HOP_S,
        missing_s=missing * HOP_S,
        gap_share=missing / total if total else 0.0,
        longest_gap_s=max((end - begin for begin, end in gaps), default=0) * HOP_S,
        delays=within,
        first_heard_s=None if first is None else first.said_s + first.delay_s - _STRETCH / 2 * HOP_S,
        gaps=[(float(at_s[begin]), float(at_s[end - 1]) + HOP_S) for begin, end in gaps],
    )


def _lost_s(at_s: Any, said: Sequence[tuple[float, float]], began_s: float) -> Any:
    """How much later than `began_s` the loop is taken to have begun at each instant: as known nearest to it."""
    known_s, lost_s = np.array([at for at, _ in said]), np.array([began - began_s for _, began in said])
    middles = (known_s[1:] + known_s[:-1]) / 2
    return lost_s[np.searchsorted(middles, at_s)]


def _voiced(said: Any) -> Any:
    """Moments in the middle of a sound: loud themselves and on both sides."""
    level = said.max(axis=1)
    loud = level > level.max() - _VOICED_DB
    return loud & np.roll(loud, 1) & np.roll(loud, -1) & np.roll(loud, 2) & np.roll(loud, -2)


def _expected_frames(said_s: Any, stretches: list[Located], recording_begins_s: float) -> Any:
    """In which frame of the recording each instant should be heard; -1 where no delay is known."""
    known_s = np.array([each.said_s for each in stretches])
    order = np.argsort(known_s)
    known_s, delays = known_s[order], np.array([stretches[int(each)].delay_s for each in order])
    after = np.clip(np.searchsorted(known_s, said_s), 0, len(known_s) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(known_s[before] - said_s) < np.abs(known_s[after] - said_s), before, after)
    moving = np.interp(said_s, known_s, delays)
    # Between two stretches that tell about the same delay it moved; where it jumped, the nearer one is right.
    late_s = np.where(np.abs(delays[after] - delays[before]) < _AGREE_S, moving, delays[nearest])
    frames = np.round((said_s + late_s - recording_begins_s) / HOP_S).astype(int)
    return np.where(np.abs(known_s[nearest] - said_s) < _DELAY_KNOWN_FOR_S, frames, -1)


def _recognised(recorded: Any, said: Any, numbers: Any, expected: Any) -> Any:
    """Whether each moment is found near its place: three frames whose bands resemble, not much weaker than usual."""
    margin = ((_NEAR + 2, _NEAR + 3), (0, 0))
    padded = np.pad(recorded, margin, constant_values=_FLOOR_DB)
    relief, said_relief = np.pad(_in_relief(recorded), margin, mode="edge"), _in_relief(said)
    pattern = _normal(np.concatenate([said_relief[(numbers + step) % len(said)] for step in _AROUND], axis=1))
    loudness = said[numbers % len(said)].max(axis=1)
    possible = (expected >= 0) & (expected < len(recorded))
    places = np.where(possible, expected, 0) + _NEAR + 2
    alike, level = [], []
    for shift in range(-_NEAR, _NEAR + 1):
        rows = np.concatenate([relief[places + shift + step] for step in _AROUND], axis=1)
        alike.append(np.einsum("ij,ij->i", _normal(rows), pattern))
        level.append(padded[places + shift].max(axis=1))
    # One place for all that is said around a moment: each on its own would find a likeness beside its hole.
    steady = np.ones(_STEADY) / _STEADY
    best = np.argmax([np.convolve(each, steady, mode="same") for each in alike], axis=0)
    moments = np.arange(len(numbers))
    alike, level = np.array(alike)[best, moments], np.array(level)[best, moments]
    alike_enough = possible & (alike > _ALIKE)
    voiced = _voiced(said)[numbers % len(said)] & alike_enough
    gain = _usual_gain(level - loudness, voiced)
    return alike_enough & (level - loudness > gain - _WEAKER_DB)


def _usual_gain(gain: Any, voiced: Any) -> Any:
    """The median gain of the four seconds around each moment, as a gain control may move it slowly."""
    places = np.flatnonzero(voiced)
    if not len(places):
        return np.zeros(len(gain))
    middles = np.arange(0, len(gain) + 100, 100)
    medians = []
    for middle in middles:
        near = places[(places > middle - 200) & (places < middle + 200)]
        medians.append(np.median(gain[near if len(near) > 20 else places]))
    return np.interp(np.arange(len(gain)), middles, medians)


def _gaps(voiced: Any, is_heard: Any) -> list[tuple[int, int]]:
    """Runs of voiced moments that were not heard, [begin, end); unvoiced moments between them neither end nor extend."""
    found: list[tuple[int, int]] = []
    begin = last = -1
    for index in np.flatnonzero(voiced):
        if not is_heard[index]:
            begin = int(index) if begin < 0 else begin
            last = int(index)
        elif begin >= 0:
            found.append((begin, last + 1))
            begin = -1
    if begin >= 0:
        found.append((begin, last + 1))
    return [(first, end) for first, end in found if np.count_nonzero(voiced[first:end]) >= _SHORTEST_GAP]
