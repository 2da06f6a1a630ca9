"""The arithmetic of the table."""

import statistics as known

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.statistics import Summary, percentile, ratio, summary

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(VALUES)
def test_median_is_the_known_one(values: list[float]) -> None:
    assert percentile(values, 0.5) == pytest.approx(known.median(values), abs=1e-6)


@given(VALUES.filter(lambda values: len(values) > 1))
def test_quartiles_are_the_known_ones(values: list[float]) -> None:
    low, _, high = known.quantiles(values, n=4, method="inclusive")
    found = summary(values)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert found.count == len(values)


@given(VALUES, st.floats(0, 1), st.floats(0, 1))
def test_percentiles_are_ordered_and_inside(values: list[float], one: float, other: float) -> None:
    low, high = sorted((percentile(values, min(one, other)), percentile(values, max(one, other))))
    assert min(values) <= low <= high <= max(values)


def test_one_value_is_its_own_summary() -> None:
    assert summary([3.0]) == Summary(3.0, 3.0, 3.0, 1)


def test_tail_is_between_neighbours() -> None:
    assert percentile([10, 20, 30, 40, 50], 0.95) == pytest.approx(48)


def test_ratio_is_of_medians() -> None:
    assert ratio([2, 4, 90], [1, 2, 3]) == 2


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_share_outside_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="a share is 0 to 1"):
        percentile([1.0], share)


def test_nothing_has_no_summary() -> None:
    with pytest.raises(ValueError, match="no value"):
        summary([])


def test_nothing_is_no_peer() -> None:
    with pytest.raises(ValueError, match="nothing to compare with"):
        ratio([1.0], [0.0])
