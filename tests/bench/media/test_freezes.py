"""The W3C's definition on rendering times whose freezes are known."""

import pytest

from tests.bench.media.freezes import freezes


def steady(count: int, *, from_s: float = 0.0, gap_s: float = 1 / 30) -> list[float]:
    return [from_s + index * gap_s for index in range(count)]


def test_steady_picture_never_freezes() -> None:
    found = freezes(steady(300), 10.0)
    assert (found.count, found.total_s, found.share) == (0, 0, 0)


def test_a_hole_is_a_freeze_of_its_length() -> None:
    times = [*steady(150), *steady(150, from_s=5.6)]
    found = freezes(times, times[-1])
    assert found.count == 1
    assert found.longest_s == pytest.approx(5.6 - times[149])
    assert found.share == pytest.approx(found.total_s / times[-1])


def test_a_hole_of_less_than_150_ms_more_than_usual_is_none() -> None:
    assert freezes([*steady(60), *steady(60, from_s=59 / 30 + 0.17)], 4.0).count == 0
    assert freezes([*steady(60), *steady(60, from_s=59 / 30 + 0.20)], 4.0).count == 1


def test_slow_pictures_are_not_frozen_ones() -> None:
    found = freezes(steady(50, gap_s=0.2), 10.0)
    # Only the first gap is: nothing is known yet of how slow it is.
    assert found.count <= 1


def test_a_picture_that_stops_is_frozen_until_the_end() -> None:
    found = freezes(steady(90), 10.0)
    assert found.longest_s == pytest.approx(10 - 89 / 30)
    assert found.share == pytest.approx(0.7, abs=0.01)


def test_one_picture_that_never_moves_is_all_freeze() -> None:
    assert freezes([2.0], 10.0).share == 1.0
    assert freezes([2.0], 10.0).longest_s == 8.0


def test_no_picture_is_no_freeze() -> None:
    assert freezes([], 10.0).count == 0
