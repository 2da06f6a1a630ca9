"""The honest wait."""

from hypothesis import given
from hypothesis import strategies as st

from hub.core.waiting_time import KEPT_S, KEPT_SAMPLES, MINIMUM_SAMPLES, RecentWaits, wait_range
from hub.protocol import WaitRange


def test_too_few_samples_say_nothing() -> None:
    assert wait_range([60.0] * (MINIMUM_SAMPLES - 1)) is None
    assert wait_range([60.0] * MINIMUM_SAMPLES) == WaitRange(min_s=60, max_s=60)


def test_it_is_the_median_and_the_80th_percentile() -> None:
    assert wait_range(range(1, 101)) == WaitRange(min_s=50, max_s=80)


@given(st.lists(st.floats(0, 10_000), min_size=MINIMUM_SAMPLES, max_size=100))
def test_at_least_half_waited_at_most_the_minimum_and_80_percent_the_maximum(waits: list[float]) -> None:
    found = wait_range(waits)
    assert found is not None
    assert sum(wait <= found.min_s for wait in waits) >= len(waits) * 0.5
    assert sum(wait <= found.max_s for wait in waits) >= len(waits) * 0.8


def test_waits_older_than_30_days_no_longer_count() -> None:
    recent = RecentWaits((float(at), 10.0) for at in range(MINIMUM_SAMPLES))
    assert recent.range(now=100.0) == WaitRange(min_s=10, max_s=10)
    assert recent.range(now=KEPT_S + 5.5) is None


def test_a_new_answer_counts_at_once() -> None:
    recent = RecentWaits([(0.0, 10.0)] * (MINIMUM_SAMPLES - 1))
    assert recent.range(1.0) is None
    recent.add(1.0, 30.0)
    assert recent.range(1.0) == WaitRange(min_s=10, max_s=10)


def test_memory_is_bounded() -> None:
    recent = RecentWaits([(0.0, 1000.0)] * KEPT_SAMPLES)
    for _ in range(KEPT_SAMPLES):
        recent.add(1.0, 5.0)
    assert recent.range(2.0) == WaitRange(min_s=5, max_s=5)
