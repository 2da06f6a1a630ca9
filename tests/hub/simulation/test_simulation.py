"""A day of arrivals in virtual time: nobody is overtaken, nobody waits for nothing, and the waits are Erlang's.

The hub's waits are compared call by call with an ideal first-come-first-served queue, which needs no tolerance; the
ideal queue is fast enough to be run for so long that its statistical error (about 1 %: one standard deviation of the
mean of 600 000 calls, which is 7 % for 20 000) is far below the ten per cent asked for.
"""

import statistics
from dataclasses import replace

import pytest

from tests.hub.simulation.fairness import inversions, longest_excess_s
from tests.hub.simulation.play import Played, Served
from tests.hub.simulation.queueing import ideal_waits, mean_wait_s, waits_at_all
from tests.hub.simulation.runs import DEPARTMENT, KIOSKS, Centre, department_day, draw, play_centre

CENTRES = [Centre(1, 0.6, 300.0, 2000, 1), Centre(3, 1.8, 300.0, 2000, 2), Centre(12, 9.6, 480.0, 2000, 3)]
LONG = Centre(3, 1.8, 300.0, 600_000, 11)


@pytest.mark.parametrize("centre", CENTRES, ids=lambda centre: f"{centre.stations} stations")
def test_the_hub_distributes_exactly_as_the_ideal_queue(centre: Centre) -> None:
    waits = play_centre(centre)
    assert waits == pytest.approx(ideal_waits(centre.stations, *draw(centre)), abs=1e-6)
    assert sum(wait > 0 for wait in waits) > centre.calls / 10


def test_the_ideal_queue_waits_as_erlang_says() -> None:
    waits = ideal_waits(LONG.stations, *draw(LONG))
    assert statistics.fmean(waits) == pytest.approx(mean_wait_s(3, 1.8, 300.0), rel=0.05)
    assert sum(wait > 0 for wait in waits) / len(waits) == pytest.approx(waits_at_all(3, 1.8), rel=0.05)


def test_the_formula_gives_the_values_of_the_tables() -> None:
    """One server: the load itself; two servers at one erlang: one third."""
    assert waits_at_all(1, 0.6) == pytest.approx(0.6)
    assert waits_at_all(2, 1.0) == pytest.approx(1 / 3)
    assert mean_wait_s(1, 0.5, 100.0) == pytest.approx(100.0)


@pytest.fixture(scope="module", params=range(4))
def day(request: pytest.FixtureRequest) -> Played:
    return department_day(request.param)


def test_nobody_is_overtaken_in_a_class_and_classes_age(day: Played) -> None:
    assert len(day.served) > 250
    assert len({each.kiosk_id for each in day.served}) == KIOSKS
    assert sum(each.wait_s > 0 for each in day.served) > 50
    assert inversions(day.served) == 0


def test_nobody_waits_longer_than_the_work_before_them_explains(day: Played) -> None:
    for kind in DEPARTMENT:
        mine = [each for each in day.served if each.partner_id == kind.partner.id]
        assert longest_excess_s(mine, kind.stations) < 1e-6


def test_everybody_was_served_and_nobody_worked_more_than_all_the_time(day: Played) -> None:
    assert all(each.released_at is not None for each in day.served)
    assert all(0 < day.occupancy(kind.partner.id) < 1 for kind in DEPARTMENT)


# ---- the questions themselves can be answered by no -----------------------------------------------------------------


def call(name: str, arrived: float, offered: float, released: float, priority: int = 0) -> Served:
    return Served(name, "p", "k", priority, arrived, None, offered, released)


def test_somebody_who_overtook_is_found() -> None:
    first, second = call("a", 0.0, 50.0, 60.0), call("b", 10.0, 40.0, 50.0)
    assert inversions([first, second]) == 1
    assert inversions([first, replace(second, offered_at=55.0)]) == 0
    # A higher class is worth five minutes, and no more.
    assert inversions([first, replace(second, priority=1)]) == 0
    late = [call("a", 0.0, 400.0, 500.0), call("b", 310.0, 390.0, 400.0, priority=1)]
    assert inversions(late) == 1


def test_a_wait_beside_a_free_station_is_found() -> None:
    served = [call("a", 0.0, 0.0, 100.0), call("b", 10.0, 100.0, 200.0), call("c", 20.0, 205.0, 300.0)]
    assert longest_excess_s(served[:2], stations=1) == pytest.approx(0.0)
    assert longest_excess_s(served, stations=1) == pytest.approx(5.0)
