"""Pictures are sent twice where a loss would stop them for long, and only where there is room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.repetition import EARLY, ESTIMATE_OFF_BPS, ESTIMATE_ON_BPS, LOSS_OFF, ROUND_TRIP_ON_S, Repetition
from kiosk.media.sent_packets import PacketResult


def results(count: int, each: int) -> list[PacketResult]:
    """`count` packets of which every `each`-th is lost; 0: none."""
    lost = [each > 0 and number % each == 0 for number in range(count)]
    return [PacketResult(0.0, None if gone else 1.0, 1_000, 0, None) for gone in lost]


def lossy() -> Repetition:
    repetition = Repetition()
    repetition.on_results(results(1_000, 100), 0.0)
    return repetition


def test_a_long_way_that_loses_and_is_wide_gets_copies() -> None:
    repetition = lossy()
    assert repetition.loss == pytest.approx(0.01, abs=0.003)
    repetition.update(2_000_000, 0.6, documents=False)
    assert repetition.active


@pytest.mark.parametrize(
    ("estimate_bps", "round_trip_s", "documents"),
    [(300_000, 0.6, False), (2_000_000, 0.03, False), (2_000_000, None, False), (2_000_000, 0.6, True)],
)
def test_a_thin_or_short_or_busy_way_does_not(estimate_bps: float, round_trip_s: float | None, documents: bool) -> None:
    repetition = lossy()
    repetition.update(estimate_bps, round_trip_s, documents=documents)
    assert not repetition.active


def test_on_a_long_way_the_first_packets_are_repeated_before_anything_is_known() -> None:
    repetition = Repetition()
    repetition.update(300_000, 0.6, documents=False)
    assert repetition.active
    repetition.on_results(results(EARLY, 0), 0.0)
    repetition.update(2_000_000, 0.6, documents=False)
    assert not repetition.active, "nothing was lost"
    shorter = Repetition()
    shorter.update(300_000, 0.2, documents=False)
    assert not shorter.active


def test_a_long_burst_counts_once() -> None:
    repetition = Repetition()
    repetition.on_results(results(1_000, 0), 0.0)
    repetition.on_results(results(30, 1), 0.0)
    repetition.update(2_000_000, 0.2, documents=False)
    assert not repetition.active


def test_one_loss_among_the_first_packets_says_nothing() -> None:
    repetition = Repetition()
    repetition.on_results(results(20, 20), 0.0)
    repetition.update(2_000_000, 0.2, documents=False)
    assert not repetition.active


def test_it_goes_on_a_little_below_what_began_it_and_ends_with_the_loss() -> None:
    repetition = lossy()
    repetition.update(ESTIMATE_ON_BPS + 1, ROUND_TRIP_ON_S + 0.01, documents=False)
    repetition.update(ESTIMATE_OFF_BPS + 1, ROUND_TRIP_ON_S - 0.01, documents=False)
    assert repetition.active
    repetition.on_results(results(2_000, 0), 0.0)
    assert repetition.loss < LOSS_OFF
    repetition.update(2_000_000, 0.6, documents=False)
    assert not repetition.active


@given(st.integers(1, 5), st.floats(0.07, 1.0))
def test_what_a_full_queue_pushes_out_is_not_the_way_s_own_loss(each: int, queue_s: float) -> None:
    repetition = Repetition()
    repetition.on_results(results(1_000, each), queue_s)
    assert repetition.loss == 0.0
