"""What one direction of a link does: order, rate, queue, losses, jitter, changes while packets wait, cuts."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.links.impairment import Direction, Dropped, Impairment, Loss, Passage


def direction(impairment: Impairment, seed: int = 7) -> Direction:
    return Direction(impairment, random.Random(seed))


impairments = st.builds(
    Impairment,
    delay_s=st.floats(0, 0.5),
    jitter_s=st.floats(0, 0.1),
    loss=st.sampled_from([Loss(), Loss(0.05), Loss(0.2, burst=4)]),
    rate_bps=st.none() | st.floats(2e4, 1e7),
    queue_s=st.none() | st.floats(0, 1),
    queue_packets=st.none() | st.integers(1, 40),
)
traffic = st.lists(st.tuples(st.floats(0, 0.05), st.integers(40, 1500)), min_size=1, max_size=80)
"""(seconds since the one before, bytes)."""


def carry(link: Direction, packets: list[tuple[float, int]], start: float = 100.0) -> list[Passage | Dropped]:
    fates = []
    now = start
    for pause, size in packets:
        now += pause
        fates.append(link.offer(size, now))
    return fates


def passages(fates: list[Passage | Dropped]) -> list[Passage]:
    return [fate for fate in fates if isinstance(fate, Passage)]


def test_a_link_without_limit_lets_everything_through_at_once() -> None:
    passage = direction(Impairment()).offer(1200, 5.0)
    assert isinstance(passage, Passage)
    assert (passage.arrives_at, passage.lost, passage.copies) == (5.0, False, 1)


def test_delay_and_serialisation_add_up() -> None:
    link = direction(Impairment(delay_s=0.1, rate_bps=8000))
    first, second = (link.offer(100, 1.0) for _ in range(2))
    assert isinstance(first, Passage)
    assert isinstance(second, Passage)
    assert first.arrives_at == pytest.approx(1.0 + 0.1 + 0.1)
    assert second.arrives_at == pytest.approx(1.0 + 0.2 + 0.1)


@given(impairments, traffic, st.integers(0, 99))
def test_order_is_kept(impairment: Impairment, packets: list[tuple[float, int]], seed: int) -> None:
    arrivals = [each.arrives_at for each in passages(carry(direction(impairment, seed), packets))]
    assert arrivals == sorted(arrivals)


@given(impairments, traffic)
def test_nothing_arrives_before_the_delay_nor_later_than_queue_and_jitter_allow(
    impairment: Impairment, packets: list[tuple[float, int]]
) -> None:
    longest = max(size for _, size in packets) * 8 / (impairment.rate_bps or math.inf)
    for each in passages(carry(direction(impairment), packets)):
        assert each.arrives_at - each.departs_at >= impairment.delay_s - 1e-9
        if impairment.queue_s is not None:
            assert each.departs_at - each.offered_at <= impairment.queue_s + longest + 1e-9
            assert each.arrives_at - each.offered_at <= (
                impairment.queue_s + longest + impairment.delay_s + impairment.jitter_s + 1e-9
            )


@given(impairments, traffic)
def test_the_rate_is_never_exceeded(impairment: Impairment, packets: list[tuple[float, int]]) -> None:
    gone = passages(carry(direction(impairment), packets))
    if impairment.rate_bps is None:
        assert all(each.departs_at == each.offered_at for each in gone)
        return
    for earlier, later in pairwise(gone):
        assert later.departs_at - earlier.departs_at >= later.size * 8 / impairment.rate_bps - 1e-9


@given(st.integers(1, 20), st.integers(1, 60))
def test_the_queue_holds_so_many_packets(most: int, offered: int) -> None:
    fates = carry(direction(Impairment(rate_bps=1000, queue_packets=most)), [(0.0, 100)] * offered)
    assert len(passages(fates)) == min(most, offered)
    assert fates.count(Dropped.QUEUE) == max(0, offered - most)


def test_a_queue_of_zero_seconds_lets_through_what_need_not_wait() -> None:
    link = direction(Impairment(rate_bps=8000, queue_s=0.0))
    assert isinstance(link.offer(100, 0.0), Passage)
    assert link.offer(100, 0.05) is Dropped.QUEUE
    assert isinstance(link.offer(100, 0.11), Passage)


@pytest.mark.parametrize(("mean", "burst"), [(0.01, 1), (0.05, 1), (0.005, 3), (0.02, 3), (0.2, 5)])
def test_losses_have_their_mean_and_their_bursts(mean: float, burst: float) -> None:
    link = direction(Impairment(loss=Loss(mean, burst)))
    lost = [fate.lost for fate in passages(carry(link, [(0.001, 100)] * 400_000))]
    ends = sum(earlier and not later for earlier, later in pairwise(lost))
    assert sum(lost) / len(lost) == pytest.approx(mean, rel=0.1)
    expected = burst if burst > 1 else 1 / (1 - mean)
    assert sum(lost) / ends == pytest.approx(expected, rel=0.1)


def test_what_is_lost_has_used_the_rate() -> None:
    link = direction(Impairment(rate_bps=8000, loss=Loss(0.9)))
    fates = passages(carry(link, [(0.0, 100)] * 20))
    assert any(each.lost for each in fates)
    assert fates[-1].departs_at == pytest.approx(100 + 20 * 0.1)


def test_jitter_stays_within_its_bounds_and_fills_them() -> None:
    link = direction(Impairment(delay_s=0.05, jitter_s=0.03))
    added = [each.arrives_at - each.offered_at - 0.05 for each in passages(carry(link, [(1.0, 100)] * 5000))]
    assert min(added) >= 0
    assert max(added) <= 0.03 + 1e-9
    assert sum(added) / len(added) == pytest.approx(0.015, rel=0.05)
    assert max(added) - min(added) > 0.02


def test_packets_are_swapped_only_when_asked() -> None:
    link = direction(Impairment(jitter_s=0.03, reorder=True))
    arrivals = [each.arrives_at for each in passages(carry(link, [(0.001, 100)] * 200))]
    assert arrivals != sorted(arrivals)


def test_some_arrive_twice_when_asked() -> None:
    link = direction(Impairment(duplicate=0.1))
    copies = [each.copies for each in passages(carry(link, [(0.001, 100)] * 5000))]
    assert copies.count(2) / len(copies) == pytest.approx(0.1, rel=0.2)


def test_the_same_seed_gives_the_same_link() -> None:
    impairment = Impairment(jitter_s=0.03, loss=Loss(0.05, burst=3), delay_s=0.05)
    packets = [(0.01, 100)] * 200
    first, second, other = (carry(direction(impairment, seed), packets) for seed in (3, 3, 4))
    assert first == second
    assert first != other


def test_what_waits_departs_at_the_new_rate() -> None:
    link = direction(Impairment(rate_bps=8000, delay_s=0.05))
    first, second, third = passages(carry(link, [(0.0, 100)] * 3, start=0.0))
    assert link.change(Impairment(rate_bps=4000, delay_s=0.05), 0.15)
    assert first.departs_at == pytest.approx(0.1), "it had gone"
    assert second.departs_at == pytest.approx(0.15 + 0.1), "half of it was left"
    assert third.departs_at == pytest.approx(0.15 + 0.1 + 0.2)
    assert third.arrives_at == pytest.approx(0.15 + 0.1 + 0.2 + 0.05)
    after = link.offer(100, 0.3)
    assert isinstance(after, Passage)
    assert after.departs_at == pytest.approx(0.45 + 0.2)


def test_what_waits_departs_at_once_when_the_limit_is_lifted() -> None:
    link = direction(Impairment(rate_bps=8000, delay_s=0.05))
    waiting = passages(carry(link, [(0.0, 100)] * 5, start=0.0))
    assert link.change(Impairment(delay_s=0.05), 0.15)
    assert [each.arrives_at for each in waiting[1:]] == [pytest.approx(0.2)] * 4


@given(impairments, impairments, traffic, st.floats(0, 2))
def test_order_is_kept_across_a_change(
    before: Impairment, after: Impairment, packets: list[tuple[float, int]], pause: float
) -> None:
    link = direction(before)
    first = passages(carry(link, packets, start=0.0))
    change_at = sum(wait for wait, _ in packets) + pause
    link.change(after, change_at)
    second = passages(carry(link, packets, start=change_at))
    arrivals = [each.arrives_at for each in first + second]
    assert arrivals == sorted(arrivals)
    assert all(each.arrives_at >= each.offered_at for each in first + second)


def test_a_change_of_anything_but_the_rate_moves_nothing() -> None:
    link = direction(Impairment(rate_bps=8000))
    (passage,) = passages(carry(link, [(0.0, 100)], start=0.0))
    assert not link.change(Impairment(rate_bps=8000, delay_s=1.0), 0.05)
    assert passage.arrives_at == pytest.approx(0.1)


def test_a_cut_lets_nothing_through_until_it_is_over() -> None:
    link = direction(Impairment())
    link.cut(12.0)
    assert link.offer(100, 11.9) is Dropped.CUT
    assert link.is_cut(11.9)
    assert isinstance(link.offer(100, 12.0), Passage)
    link.cut(11.0)
    assert not link.is_cut(12.0), "a cut that is over does not come back"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Impairment(rate_bps=0),
        lambda: Impairment(delay_s=-1),
        lambda: Impairment(duplicate=1.5),
        lambda: Loss(1.0),
        lambda: Loss(0.1, burst=0.5),
        lambda: Loss(0.9, burst=2),
    ],
)
def test_what_no_link_can_do_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError):
        wrong()
