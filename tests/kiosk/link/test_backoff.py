"""Pauses grow, stay within their bounds, and are never the same for everybody."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.link.backoff import (
    FIRST_S,
    LONGEST_IN_CALL_S,
    LONGEST_S,
    REFUSED_S,
    RESTART_S,
    STEADY_S,
    Backoff,
    Loss,
    loss_of,
)


@given(
    st.integers(),
    st.lists(st.tuples(st.sampled_from(Loss), st.floats(0, 1e6)), min_size=1, max_size=60),
)
def test_a_pause_is_always_within_its_bounds(seed: int, losses: list[tuple[Loss, float]]) -> None:
    backoff = Backoff(random.Random(seed))
    for loss, held_s in losses:
        pause_s = backoff.pause_s(loss, held_s)
        if loss is Loss.REFUSED:
            assert REFUSED_S <= pause_s <= 2 * REFUSED_S
        elif loss is Loss.REPLACED:
            assert LONGEST_S < pause_s <= REFUSED_S
        else:
            assert 0 <= pause_s <= LONGEST_S


@given(st.integers())
def test_the_ceiling_doubles_and_falls_back_after_a_steady_link(seed: int) -> None:
    backoff = Backoff(random.Random(seed))
    for failures in range(12):
        assert backoff.pause_s(Loss.FAILED, 0.0) <= min(LONGEST_S, FIRST_S * 2**failures)
    assert backoff.pause_s(Loss.FAILED, STEADY_S) <= FIRST_S


def test_in_a_call_pauses_stay_short() -> None:
    backoff = Backoff(random.Random(3))
    assert all(backoff.pause_s(Loss.FAILED, 0.0, in_call=True) <= LONGEST_IN_CALL_S for _ in range(50))


def test_a_link_that_holds_a_moment_does_not_reset_the_pauses() -> None:
    class Last(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    backoff = Backoff(Last())
    pauses = [backoff.pause_s(Loss.FAILED, STEADY_S / 2) for _ in range(8)]
    assert pauses == sorted(pauses)
    assert pauses[0] == FIRST_S
    assert pauses[-1] == LONGEST_S


@given(st.integers())
def test_a_restart_is_prompt_but_not_for_ever(seed: int) -> None:
    backoff = Backoff(random.Random(seed))
    assert all(backoff.pause_s(Loss.RESTARTING, 0.0) <= RESTART_S for _ in range(3))
    longest = max(backoff.pause_s(Loss.RESTARTING, 0.0) for _ in range(200))
    assert longest > RESTART_S


def test_thousands_do_not_come_back_together() -> None:
    pauses = [Backoff(random.Random(seed)).pause_s(Loss.RESTARTING, 100.0) for seed in range(2_000)]
    busiest = max(sum(slot <= pause < slot + 0.1 for pause in pauses) for slot in (n / 10 for n in range(20)))
    assert busiest < 200


@pytest.mark.parametrize(
    ("code", "loss"),
    [
        (None, Loss.FAILED),
        (1000, Loss.FAILED),
        (1006, Loss.FAILED),
        (1012, Loss.RESTARTING),
        (4000, Loss.FAILED),
        (4001, Loss.REPLACED),
        (4003, Loss.REFUSED),
        (4008, Loss.BUSY),
    ],
)
def test_close_codes(code: int | None, loss: Loss) -> None:
    assert loss_of(code) is loss
