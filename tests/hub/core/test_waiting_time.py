"""The honest wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.waiting_time import KEPT_S, KEPT_SAMPLES, MINIMUM_SAMPLES, RecentWaits, steps_ahead
from hub.protocol import WaitRange


def after(waits: list[float], ahead: int = 1) -> RecentWaits:
    return RecentWaits((1.0, wait, ahead) for wait in waits)


def test_too_few_samples_say_nothing() -> None:
    assert after([60.0] * (MINIMUM_SAMPLES - 1)).range(2.0, 1) is None
    assert after([60.0] * MINIMUM_SAMPLES).range(2.0, 1) == WaitRange(min_s=60, max_s=60)


def test_it_is_the_median_and_the_80th_percentile() -> None:
    assert after([float(wait) for wait in range(1, 101)]).range(2.0, 1) == WaitRange(min_s=50, max_s=80)


@given(st.lists(st.floats(0, 10_000), min_size=MINIMUM_SAMPLES, max_size=100))
def test_at_least_half_waited_at_most_the_minimum_and_80_percent_the_maximum(waits: list[float]) -> None:
    found = after(waits).range(2.0, 1)
    assert found is not None
    assert sum(wait <= found.min_s for wait in waits) >= len(waits) * 0.5
    assert sum(wait <= found.max_s for wait in waits) >= len(waits) * 0.8


def test_calls_that_were_answered_at_once_promise_nothing_to_who_has_to_wait() -> None:
    recent = after([5.0] * 1000, ahead=0)
    assert recent.range(2.0, 1) is None
    for _ in range(MINIMUM_SAMPLES):
        recent.add(1.0, 300.0, 1)
    assert recent.range(2.0, 1) == WaitRange(min_s=300, max_s=300)
    assert recent.range(2.0, 0) is None


def test_who_came_as_far_back_in_the_line_counts() -> None:
    recent = after([100.0] * MINIMUM_SAMPLES, ahead=1)
    for ahead in (4, 5):
        for _ in range(MINIMUM_SAMPLES // 2):
            recent.add(1.0, 900.0, ahead)
    assert recent.range(2.0, 1) == WaitRange(min_s=100, max_s=100)
    assert recent.range(2.0, 4) == recent.range(2.0, 5) == WaitRange(min_s=900, max_s=900)


def test_when_these_are_too_few_all_count_by_the_time_per_step() -> None:
    recent = after([100.0] * 10, ahead=1)
    for _ in range(10):
        recent.add(1.0, 400.0, 4)
    assert recent.range(2.0, 1) == WaitRange(min_s=100, max_s=100)
    assert recent.range(2.0, 3) == WaitRange(min_s=300, max_s=300)
    assert recent.range(2.0, 12) == WaitRange(min_s=1200, max_s=1200)


def test_waits_older_than_30_days_no_longer_count() -> None:
    recent = RecentWaits((float(at), 10.0, 1) for at in range(MINIMUM_SAMPLES))
    assert recent.range(100.0, 1) == WaitRange(min_s=10, max_s=10)
    assert recent.range(KEPT_S + 5.5, 1) is None


def test_a_new_answer_counts_at_once() -> None:
    recent = after([10.0] * (MINIMUM_SAMPLES - 1))
    assert recent.range(1.0, 1) is None
    recent.add(1.0, 30.0, 1)
    assert recent.range(1.0, 1) == WaitRange(min_s=10, max_s=10)


def test_memory_is_bounded() -> None:
    recent = after([1000.0] * KEPT_SAMPLES)
    for _ in range(KEPT_SAMPLES):
        recent.add(1.0, 5.0, 1)
    assert recent.range(2.0, 1) == WaitRange(min_s=5, max_s=5)


def test_a_clock_that_went_back_gives_no_negative_wait() -> None:
    assert after([-5.0] * MINIMUM_SAMPLES).range(2.0, 1) == WaitRange(min_s=0, max_s=0)


@pytest.mark.parametrize(("waiting", "is_free", "expected"), [(0, True, 0), (3, True, 0), (0, False, 1), (3, False, 4)])
def test_how_far_one_has_to_move_up(waiting: int, is_free: bool, expected: int) -> None:
    assert steps_ahead(waiting, is_free=is_free) == expected


@given(st.lists(st.tuples(st.floats(0, 2 * KEPT_S), st.floats(0, 1000), st.integers(0, 12)), max_size=80))
def test_what_is_kept_up_to_date_equals_what_is_counted_afresh(samples: list[tuple[float, float, int]]) -> None:
    ordered = sorted(samples)
    recent, now = RecentWaits(ordered), 2 * KEPT_S
    fresh = RecentWaits(sample for sample in ordered if sample[0] >= now - KEPT_S)
    assert [recent.range(now, ahead) for ahead in range(12)] == [fresh.range(now, ahead) for ahead in range(12)]
