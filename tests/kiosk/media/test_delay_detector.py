"""A growing queue is seen, jitter is not taken for one."""

import random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.delay_detector import DelayDetector, Usage
from kiosk.media.sent_packets import PacketResult


def results(count: int, delay_s: list[float], gap_s: float = 0.02, from_s: float = 100.0) -> list[PacketResult]:
    sent = [from_s + at * gap_s for at in range(count)]
    return [PacketResult(at_s, 5_000 + at_s + delay, 1_000, 0, None) for at_s, delay in zip(sent, delay_s, strict=True)]


def test_a_steady_way_is_normal() -> None:
    detector = DelayDetector()
    assert detector.update(results(200, [0.05] * 200)) is Usage.NORMAL
    assert detector.queue_s < 0.001


def test_a_growing_queue_is_seen_within_some_packets_and_its_emptying_too() -> None:
    detector = DelayDetector()
    detector.update(results(100, [0.05] * 100))
    seen = None
    for at in range(60):
        one = results(1, [0.05 + at * 0.002], from_s=102.0 + at * 0.02)
        if detector.update(one) is Usage.OVER and seen is None:
            seen = at
    assert seen is not None
    assert seen < 35
    assert detector.queue_s > 0.08
    verdicts = {
        detector.update(results(1, [max(0.05, 0.17 - at * 0.004)], from_s=103.2 + at * 0.02)) for at in range(30)
    }
    assert Usage.UNDER in verdicts


@given(st.integers(0, 30))
def test_jitter_alone_is_no_queue(seed: int) -> None:
    chance = random.Random(seed)
    detector = DelayDetector()
    last_s = 0.0
    over = 0
    for at in range(600):
        delay_s = 0.05 + min(0.03, abs(chance.gauss(0, 0.01)))
        arrived_s = max(last_s, 100 + at * 0.02 + delay_s)
        last_s = arrived_s
        over += detector.update([PacketResult(100 + at * 0.02, arrived_s, 1_000, 0, None)]) is Usage.OVER
    assert over < 30


@given(st.lists(st.tuples(st.floats(0, 1e6), st.one_of(st.none(), st.floats(-1e6, 1e6))), max_size=60))
def test_nonsense_does_no_harm(pairs: list[tuple[float, float | None]]) -> None:
    detector = DelayDetector()
    detector.update(PacketResult(sent_s, arrived_s, 100, 0, None) for sent_s, arrived_s in pairs)
    assert detector.queue_s >= 0
    assert isinstance(detector.usage, Usage)
