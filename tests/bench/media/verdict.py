"""Our figures beside Chromium's: the ratio, and whether we are as good. Pure.

As good means: quality and pictures a second not lower, freezes, gaps, delays and recovery not higher, but for a
tolerance that is smaller than what one run differs from the next. The tolerances are in the table `MEASURES`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from tests.bench.media.figures import Figures


@dataclass(frozen=True)
class Measure:
    """One figure: `scale` times it is what the table shows in `unit`."""

    field: str
    words: str
    unit: str
    more_is_better: bool
    tolerance: float
    """In `unit`: by so much ours may be worse and still count as good."""
    scale: float = 1.0
    digits: int = 1


MEASURES = (
    Measure("first_picture_s", "first picture", "s", False, 0.2, digits=2),
    Measure("first_sound_s", "first sound", "s", False, 0.3, digits=2),
    Measure("frames_per_s", "pictures", "/s", True, 1.5),
    Measure("height", "height", "px", True, 0.0, digits=0),
    Measure("psnr_db", "PSNR", "dB", True, 0.3),
    Measure("ssim", "SSIM", "", True, 0.01, digits=3),
    Measure("freeze_share", "frozen", "%", False, 1.0, scale=100),
    Measure("longest_freeze_s", "longest freeze", "s", False, 0.3, digits=2),
    Measure("picture_delay_p50_s", "picture delay p50", "ms", False, 20, scale=1000, digits=0),
    Measure("picture_delay_p95_s", "picture delay p95", "ms", False, 40, scale=1000, digits=0),
    Measure("gap_share", "sound missing", "%", False, 0.3, scale=100),
    Measure("longest_gap_s", "longest gap", "s", False, 0.05, digits=2),
    Measure("sound_delay_p50_s", "sound delay p50", "ms", False, 20, scale=1000, digits=0),
    Measure("sound_delay_p95_s", "sound delay p95", "ms", False, 40, scale=1000, digits=0),
    Measure("picture_back_s", "picture back", "s", False, 0.5, digits=2),
    Measure("sound_back_s", "sound back", "s", False, 0.5, digits=2),
)
TOLD_ONLY = frozenset({"height"})
"""Shown, not judged: what a picture is worth is told by its likeness at full size."""


@dataclass(frozen=True)
class Compared:
    """Values in the measure's unit; None: could not be told. `is_good` None: nothing to compare, or only shown."""

    measure: Measure
    ours: float | None
    theirs: float | None
    ratio: float | None
    is_good: bool | None


def compared(ours: Sequence[Figures], theirs: Sequence[Figures]) -> list[Compared]:
    """Every measure that either has, from the means over the rounds."""
    found = []
    for measure in MEASURES:
        one, other = _value(ours, measure), _value(theirs, measure)
        if one is None and other is None:
            continue
        ratio = one / other if one is not None and other else None
        found.append(Compared(measure, one, other, ratio, _is_good(measure, one, other)))
    return found


def _value(rounds: Sequence[Figures], measure: Measure) -> float | None:
    values = [value for each in rounds if (value := getattr(each, measure.field)) is not None]
    # A figure that one of the rounds does not have is not known: the mean of the others would flatter.
    return measure.scale * mean(values) if values and len(values) == len(rounds) else None


def _is_good(measure: Measure, ours: float | None, theirs: float | None) -> bool | None:
    if measure.field in TOLD_ONLY:
        return None
    if ours is None or theirs is None:
        return theirs is None if ours is not None or theirs is not None else None
    if measure.more_is_better:
        return ours >= theirs - measure.tolerance
    return ours <= theirs + measure.tolerance
