"""Played and captured blocks side by side: jumps are answered by as many blocks, shaking and creeping by none."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.echo_alignment import MOST_LEFT_OUT, REMEMBERED, EchoAlignment


def moves(alignment: EchoAlignment, reports: Iterable[tuple[float, int]]) -> list[int]:
    """What is put in or left out, for each (delay in seconds, blocks played since)."""
    return [alignment.captured(delay_s, played) for delay_s, played in reports]


def settled(delay_s: float) -> EchoAlignment:
    alignment = EchoAlignment()
    assert not any(moves(alignment, [(delay_s, 1)] * 200))
    return alignment


@pytest.mark.parametrize(("before_s", "after_s", "blocks"), [(0.10, 0.06, -4), (0.19, 0.02, -17)])
def test_an_echo_that_comes_sooner_is_answered_once_by_as_many_blocks_within_a_tenth_of_a_second(
    before_s: float, after_s: float, blocks: int
) -> None:
    answered = moves(settled(before_s), [(after_s, 1)] * 500)
    assert sum(answered) == blocks
    (at,) = [at for at, each in enumerate(answered) if each]
    assert at <= REMEMBERED // 2


def test_an_echo_that_comes_later_is_left_to_the_canceller() -> None:
    assert not any(moves(settled(0.06), [(0.10, 1)] * 500))


def test_what_was_left_out_is_put_in_again_and_no_more() -> None:
    alignment = settled(0.10)
    assert sum(moves(alignment, [(0.06, 1)] * 100)) == -4
    assert sum(moves(alignment, [(0.16, 1)] * 100)) == 4
    assert sum(moves(alignment, [(0.06, 1)] * 100)) == -10


@given(st.lists(st.floats(0.0, 0.5), max_size=8))
def test_never_more_is_left_out_than_the_canceller_can_look_back(delays_s: list[float]) -> None:
    alignment = settled(0.05)
    balance = 0
    for delay_s in delays_s:
        for each in moves(alignment, [(delay_s, 1)] * 60):
            balance += each
            assert -MOST_LEFT_OUT <= balance <= 0


@given(st.integers(0, 10_000))
def test_reports_that_shake_and_callbacks_in_bursts_move_nothing(seed: int) -> None:
    chance = random.Random(seed)
    alignment = EchoAlignment()
    given_blocks = 0
    for heard_blocks in range(600):
        wanted = max(given_blocks, heard_blocks + chance.choice((0, 1, 1, 1, 2, 3)))
        # The more was given ahead, the later it will be heard, and the sound card says so.
        delay_s = 0.05 + 0.01 * (wanted - heard_blocks) + chance.uniform(-0.006, 0.006)
        assert alignment.captured(delay_s, wanted - given_blocks) == 0
        given_blocks = wanted


def test_clocks_that_differ_move_nothing() -> None:
    alignment = settled(0.05)
    # 300 parts in a million: each 33 s the loudspeaker takes a block more, and its delay tells nothing of it.
    answered = moves(alignment, ((0.05, 2 if at % 3_333 == 0 else 1) for at in range(30_000)))
    assert not any(answered)


def test_one_wrong_report_now_and_then_moves_nothing() -> None:
    alignment = settled(0.05)
    assert not any(moves(alignment, ((0.4 if at % 7 == 0 else 0.05, 1) for at in range(1_000))))


def test_sound_the_card_threw_away_is_left_out() -> None:
    alignment = settled(0.05)
    # The microphone's side stood still for 80 ms and lost them; the loudspeaker went on.
    assert sum(moves(alignment, [(0.05, 9), *[(0.05, 1)] * 100])) == -8


@pytest.mark.parametrize("delay_s", [-1.0, 7.0, 1e9])
def test_an_impossible_delay_is_taken_for_the_nearest_possible(delay_s: float) -> None:
    alignment = settled(0.05)
    assert abs(sum(moves(alignment, [(delay_s, 1)] * 200))) <= 45


def test_after_forgetting_the_first_reports_are_believed() -> None:
    alignment = settled(0.05)
    alignment.forget()
    assert not any(moves(alignment, [(0.3, 1)] * 200))
