"""The figures of one direction of one call, from what both ends noted: what the listener saw and heard of the speaker.

Only what was measured the same way for every kind of kiosk is here. Instants are seconds of the wall clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tests.bench.media import likeness, source_picture
from tests.bench.media.freezes import freezes
from tests.bench.media.heard import Heard, heard
from tests.bench.media.side import Shown, Side
from tests.bench.statistics import percentile

LOOP_S = source_picture.LOOP_S
SETTLE_S = 3.0
"""Shares are of the time from so long after the agent's answer: set-up has its own figures."""
_AROUND = 15
"""Notes of the camera before and after; it gives some three a second in a browser, thirty at our kiosk."""
TAIL_S = 1.0
"""Before the end: what is said then may still be on its way when the call ends."""


@dataclass(frozen=True)
class Window:
    """The time that is judged."""

    answered_s: float
    ends_s: float
    back_s: float | None = None
    """When the link was whole again after its last cut or switch; None: it was never cut."""

    @property
    def from_s(self) -> float:
        return self.answered_s + SETTLE_S

    @property
    def until_s(self) -> float:
        return self.ends_s - TAIL_S


@dataclass(frozen=True)
class Figures:
    """None: cannot be told, mostly because nothing was received. Shares and losses 0..1."""

    first_picture_s: float | None = None
    """From the click on « Répondre »."""
    first_sound_s: float | None = None
    frames_per_s: float = 0.0
    height: int | None = None
    """Of most pictures; 0 < height <= 720."""
    psnr_db: float | None = None
    ssim: float | None = None
    """Means over the pictures kept, each scaled to the size that was sent and compared with the one of its number."""
    compared: int = 0
    freeze_share: float = 1.0
    freeze_count: int = 0
    longest_freeze_s: float | None = None
    picture_delay_p50_s: float | None = None
    picture_delay_p95_s: float | None = None
    gap_share: float = 1.0
    longest_gap_s: float | None = None
    sound_delay_p50_s: float | None = None
    sound_delay_p95_s: float | None = None
    picture_after_sound_s: float | None = None
    """Median of how much later a picture is shown than the sound of its instant is heard."""
    picture_back_s: float | None = None
    sound_back_s: float | None = None
    """From the link being whole again to the first new picture and sound; None: never, or no cut."""


def figures(speaker: Side, listener: Side, window: Window, *, picture: Path, voice: Any, kept_in: Path) -> Figures:
    """All figures of one direction.

    Args:
        picture: the loop in the speaker's camera.
        voice: the loop in the speaker's microphone, int16.
        kept_in: folder of the listener's kept pictures.
    """
    shown = new_pictures(listener.shown)
    late = picture_delays(speaker.camera, shown)
    sound = _heard(speaker, listener, window, voice)
    sound_late = [] if sound is None else [(each.said_s + each.delay_s, each.delay_s) for each in sound.delays]
    likenesses = [_compared(picture, number, kept_in / name) for number, name in listener.kept]
    return Figures(
        **_pictures(shown, late, window),
        **_sound(sound, window),
        psnr_db=_mean([each[0] for each in likenesses]),
        ssim=_mean([each[1] for each in likenesses]),
        compared=len(likenesses),
        picture_after_sound_s=apart(late, sound_late),
        picture_back_s=_back([each.at_s for each in shown], window),
        sound_back_s=_back([at_s - 0.25 for at_s, _ in sound_late], window),
    )


def new_pictures(shown: Sequence[Shown]) -> list[Shown]:
    """Without those that show again what was on the screen already."""
    found: list[Shown] = []
    for each in sorted(shown, key=lambda each: each.at_s):
        if not found or each.number is None or each.number != found[-1].number:
            found.append(each)
    return found


def picture_delays(camera: Sequence[tuple[int, float]], shown: Sequence[Shown]) -> list[tuple[float, float]]:
    """(shown at, seconds since it came out of the camera) of each picture whose number was read.

    The camera plays its loop at an exact pace, so that picture n comes out at phase + n / 30 in each round; the phase is
    the earliest that was noted of the camera around that time, as a busy page notes late.
    """
    if not camera:
        return []
    ordered = sorted(camera, key=lambda each: each[1])
    times = np.array([at_s for _, at_s in ordered])
    phases = np.array([at_s - number / source_picture.FRAMES_PER_S for number, at_s in ordered])
    turns = (phases - phases[0] + LOOP_S / 2) % LOOP_S - LOOP_S / 2
    found = []
    for each in shown:
        if each.number is None:
            continue
        place = int(np.searchsorted(times, each.at_s))
        phase = float(phases[0] + np.min(turns[max(0, place - _AROUND) : place + _AROUND]))
        late_s = (each.at_s - phase - each.number / source_picture.FRAMES_PER_S + 0.1) % LOOP_S - 0.1
        found.append((each.at_s, late_s))
    return found


def apart(pictures: Sequence[tuple[float, float]], sounds: Sequence[tuple[float, float]]) -> float | None:
    """Median over the seconds that have both of (picture's delay - sound's delay), from (at, delay) pairs."""
    by_second: list[dict[int, list[float]]] = [{}, {}]
    for kind, pairs in enumerate((pictures, sounds)):
        for at_s, late_s in pairs:
            by_second[kind].setdefault(int(at_s), []).append(late_s)
    both = [
        median(by_second[0][second]) - median(by_second[1][second]) for second in by_second[0] if second in by_second[1]
    ]
    return median(both) if both else None


def _pictures(shown: list[Shown], late: list[tuple[float, float]], window: Window) -> dict[str, Any]:
    if not shown:
        return {}
    within = [each for each in shown if window.from_s <= each.at_s <= window.until_s]
    # What was on the screen when the time began counts until the next one.
    before = [each for each in shown if each.at_s < window.from_s][-1:]
    froze = freezes([window.from_s] * bool(before) + [each.at_s for each in within], window.until_s)
    delays = [late_s for at_s, late_s in late if window.from_s <= at_s <= window.until_s]
    heights = [each.height for each in within] or [each.height for each in before]
    return {
        "first_picture_s": shown[0].at_s - window.answered_s,
        "frames_per_s": len(within) / (window.until_s - window.from_s),
        "height": max(set(heights), key=heights.count) if heights else None,
        "freeze_share": froze.share if before else _without_a_beginning(within, froze.total_s, window),
        "freeze_count": froze.count,
        "longest_freeze_s": froze.longest_s,
        "picture_delay_p50_s": percentile(delays, 0.5) if delays else None,
        "picture_delay_p95_s": percentile(delays, 0.95) if delays else None,
    }


def _without_a_beginning(within: list[Shown], frozen_s: float, window: Window) -> float:
    """No picture was there when the time began: it is frozen until the first one comes."""
    if not within:
        return 1.0
    return (within[0].at_s - window.from_s + frozen_s) / (window.until_s - window.from_s)


def _heard(speaker: Side, listener: Side, window: Window, voice: Any) -> Heard | None:
    if listener.heard is None or not speaker.said:
        return None
    recording = listener.heard
    return heard(recording.samples, recording.begins_s, voice, speaker.said, window.from_s, window.until_s)


def _sound(sound: Heard | None, window: Window) -> dict[str, Any]:
    if sound is None:
        return {}
    delays = [each.delay_s for each in sound.delays]
    first_s = sound.first_heard_s
    return {
        "first_sound_s": None if first_s is None else first_s - window.answered_s,
        "gap_share": sound.gap_share,
        "longest_gap_s": sound.longest_gap_s,
        "sound_delay_p50_s": percentile(delays, 0.5) if delays else None,
        "sound_delay_p95_s": percentile(delays, 0.95) if delays else None,
    }


def _back(instants: Sequence[float], window: Window) -> float | None:
    if window.back_s is None:
        return None
    return next((max(0.0, at_s - window.back_s) for at_s in instants if at_s >= window.back_s), None)


def _compared(picture: Path, number: int, file: Path) -> tuple[float, float]:
    source = source_picture.luma(picture, number)
    received = likeness.enlarged(np.load(file), source.shape[1], source.shape[0])
    return likeness.psnr_db(received, source), likeness.ssim(received, source)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
