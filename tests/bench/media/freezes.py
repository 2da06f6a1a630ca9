"""Freezes of a picture as the W3C's webrtc-stats defines them, from the times at which pictures were rendered.

A freeze is a gap between two rendered pictures of at least max(3 d, d + 150 ms), d being the mean of the last 30 gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MEAN_OF = 30
EXTRA_S = 0.15
FACTOR = 3.0


@dataclass(frozen=True)
class Freezes:
    """`share` 0..1 of the time looked at; the longest in seconds."""

    count: int
    total_s: float
    longest_s: float
    share: float


def freezes(rendered_s: Sequence[float], end_s: float) -> Freezes:
    """Freezes from the first picture to `end_s`; what is missing at the end counts as a gap like any other.

    Args:
        rendered_s: rising instants of rendering.
        end_s: until when pictures were expected.
    """
    if len(rendered_s) < 2:
        # One picture that never moved is one freeze; no picture at all is told by other figures.
        stood_s = end_s - rendered_s[0] if rendered_s else 0.0
        return Freezes(int(stood_s > 0), max(0.0, stood_s), max(0.0, stood_s), 1.0 if stood_s > 0 else 0.0)
    found: list[float] = []
    recent: list[float] = []
    for before, after in zip(rendered_s, [*rendered_s[1:], end_s], strict=True):
        gap = after - before
        mean = sum(recent) / len(recent) if recent else EXTRA_S
        if gap >= max(FACTOR * mean, mean + EXTRA_S):
            found.append(gap)
        recent = [*recent, gap][-MEAN_OF:]
    total = sum(found)
    return Freezes(len(found), total, max(found, default=0.0), total / (end_s - rendered_s[0]))
