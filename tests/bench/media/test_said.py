"""When a loop began is found in what is listened to now and then; a microphone that loses time is followed."""

from typing import Any

import numpy as np
import pytest

from tests.bench.media.heard import heard
from tests.bench.media.said import always, said
from tests.bench.media.source_speech import RATE_HZ, speak
from tests.bench.media.timeline import Block


@pytest.fixture(scope="module")
def loop() -> Any:
    return speak(seed=1, pitch_hz=120)


def listened(loop: Any, began_s: float, *, lost_s: float = 0.0) -> tuple[list[Block], Any]:
    """Two seconds, then two seconds after a pause in which the microphone lost time, as the page notes them."""
    blocks, sounds = [], []
    for from_s, lost in ((began_s + 1.0, 0.0), (began_s + 21.0, lost_s)):
        for index in range(200):
            at = int((from_s - began_s - lost) * RATE_HZ) + 480 * index
            sounds.append(loop[np.arange(at, at + 480) % len(loop)])
            blocks.append(Block(from_s + 0.01 * (index + 1), RATE_HZ, 480, 1))
    return blocks, np.concatenate(sounds)


@pytest.mark.parametrize("began_s", [1000.0, 1009.99, 1004.321])
@pytest.mark.parametrize("lost_s", [0.0, 0.12])
def test_when_the_loop_began_is_found_each_time(loop: Any, began_s: float, lost_s: float) -> None:
    (first_s, early), (second_s, late) = said(*listened(loop, began_s, lost_s=lost_s), loop)
    assert (first_s, second_s) == pytest.approx((began_s + 1, began_s + 21), abs=0.02)
    assert (early - began_s + 5) % 10 - 5 == pytest.approx(0, abs=0.011)
    assert late - early == pytest.approx(lost_s, abs=0.011)


def test_silence_has_no_beginning(loop: Any) -> None:
    blocks, sound = listened(loop, 1000.0)
    assert said(blocks, np.zeros_like(sound), loop) == []
    assert said([], sound[:0], loop) == []


def test_time_lost_by_the_microphone_is_no_delay(loop: Any) -> None:
    """It loses 100 ms at 20 s; what is heard is 50 ms late all the time."""
    lost = RATE_HZ // 10
    sound = np.tile(loop, 4)
    spoken = np.concatenate((sound[: 20 * RATE_HZ], sound[20 * RATE_HZ - lost : 38 * RATE_HZ]))
    known = [(at_s, 1000.0 + (0.1 if at_s > 1020 else 0.0)) for at_s in np.arange(1001.0, 1038.0, 2.5)]
    found = heard(spoken, 1000.05, loop, known, 1001.0, 1037.0)
    assert np.percentile([each.delay_s for each in found.delays], [5, 95]) == pytest.approx([0.05, 0.05], abs=0.011)
    assert found.gap_share < 0.02
    apart = heard(spoken, 1000.05, loop, always(1000.0), 1001.0, 1037.0)
    assert max(each.delay_s for each in apart.delays) == pytest.approx(0.15, abs=0.011)
