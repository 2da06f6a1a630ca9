"""Pictures are shown at once on a good link, and held no longer than hides the stops of a bad one."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from kiosk.media.picture_delay import BEARABLE_S, MOST_S, PictureDelay

FRAME_S = 1 / 30


def shown(late_s: Callable[[int], float], count: int = 900) -> tuple[PictureDelay, list[float]]:
    """Pictures of 30 s that come `late_s(index)` after their time; how long after it each is shown."""
    delay = PictureDelay()
    arrival = 0.0
    delays = []
    for index in range(count):
        captured = 1_000.0 + index * FRAME_S
        arrival = max(arrival, 50.0 + index * FRAME_S + late_s(index))
        delays.append(delay.due_s(captured, arrival) - 50.0 - index * FRAME_S)
    return delay, delays


def gaps(delays: list[float]) -> list[float]:
    return [FRAME_S + later - sooner for sooner, later in pairwise(delays)]


def test_on_a_steady_link_a_picture_is_shown_when_it_comes() -> None:
    delay, delays = shown(lambda _: 0.0)
    assert max(delays) < 1e-6
    assert delay.held_s < 1e-6


def test_small_jitter_costs_little() -> None:
    chance = random.Random(1)
    delay, delays = shown(lambda _: chance.uniform(0.0, 0.01))
    assert delay.held_s < 0.01
    assert max(delays) < 0.025


def test_frequent_stops_are_smoothed_away() -> None:
    delay, delays = shown(lambda index: 0.11 if index % 10 == 5 else 0.0)
    assert delay.held_s == pytest.approx(0.11, abs=0.01)
    assert max(gaps(delays[100:])) < 2 * FRAME_S


def test_rarer_stops_are_made_bearable_not_invisible() -> None:
    delay, delays = shown(lambda index: 0.3 if index % 60 == 30 else 0.0)
    assert delay.held_s == pytest.approx(0.3 - BEARABLE_S, abs=0.01)
    assert max(gaps(delays[300:])) < FRAME_S + 0.15


def test_a_stop_now_and_then_is_borne() -> None:
    delay, _ = shown(lambda index: 0.3 if index % 200 == 100 else 0.0)
    assert delay.held_s < 1e-6


def test_a_queue_that_fills_slowly_is_not_mistaken_for_stops() -> None:
    delay, _ = shown(lambda index: 0.4 * (index % 300) / 300 if index % 600 < 300 else 0.4)
    assert delay.held_s < 0.03


def test_delay_is_bounded_and_given_back_slowly() -> None:
    delay, delays = shown(lambda index: 2.0 if index % 15 == 5 and index < 300 else 0.0, count=1_500)
    assert max(delays[320:]) <= 2.0 + MOST_S
    assert delay.held_s < 0.3
    assert min(gaps(delays[700:])) > 0.8 * FRAME_S


def test_no_picture_is_shown_before_an_earlier_one() -> None:
    chance = random.Random(2)
    delay = PictureDelay()
    arrival, last = 0.0, 0.0
    for index in range(2_000):
        arrival = max(arrival, index * FRAME_S + chance.choice([0.0, 0.0, 0.1, 0.4]))
        due = delay.due_s(index * FRAME_S, arrival, chance.choice([0.0, 0.2]))
        assert due >= max(last, arrival)
        last = due


def test_another_clock_starts_anew() -> None:
    delay = PictureDelay()
    for index in range(60):
        delay.due_s(index * FRAME_S, 10.0 + index * FRAME_S)
    assert delay.due_s(90_000.0, 13.0) == 13.0
    assert delay.due_s(90_000.0 + FRAME_S, 13.0 + FRAME_S) == pytest.approx(13.0 + FRAME_S)
