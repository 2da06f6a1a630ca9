"""When a loop of speech began at a microphone. A browser's own file as microphone loses time when the machine is busy:
it is listened to now and then during the call, and each instant is judged by what was heard around it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from tests.bench.media.heard import located
from tests.bench.media.source_speech import LOOP_S
from tests.bench.media.timeline import Block, recording

Said = list[tuple[float, float]]
"""(an instant, an instant at which the loop began as it was known then), in order, the second without turns of the loop."""

_PAUSE_S = 0.5
"""Blocks further apart belong to two listenings."""


def always(began_s: float) -> Said:
    """A microphone that never loses time."""
    return [(began_s, began_s)]


def said(blocks: Sequence[Block], samples: Any, loop: Any) -> Said:
    """What was listened to tells, once for each listening; empty when nothing was recognised.

    Args:
        blocks: what was listened to, in order.
        samples: int16, those of all blocks.
        loop: the loop.
    """
    found: Said = []
    first = 0
    for stretch in _listenings(blocks):
        size = sum(block.count for block in stretch)
        listened = recording(stretch, samples[first : first + size])
        first += size
        if listened is None:
            continue
        late = [each.delay_s for each in located(listened.samples, listened.begins_s, loop, 0.0)]
        if late:
            near = found[-1][1] if found else late[0]
            began_s = near + float(np.median([(each - near + LOOP_S / 2) % LOOP_S - LOOP_S / 2 for each in late]))
            found.append((stretch[0].read_s, began_s))
    return found


def _listenings(blocks: Sequence[Block]) -> list[list[Block]]:
    if not blocks:
        return []
    apart = [place for place, (one, two) in enumerate(pairwise(blocks), 1) if two.read_s - one.read_s > _PAUSE_S]
    return [list(blocks[begin:end]) for begin, end in pairwise([0, *apart, len(blocks)])]
