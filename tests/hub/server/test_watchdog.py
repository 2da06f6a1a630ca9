"""A free station and a caller it may take, found together for too long."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hub.core.board import Board, Exclusion
from hub.core.network import Partner
from hub.core.rows import CallState
from hub.protocol import StationState
from hub.server.metrics import Metrics
from hub.server.watchdog import STALLED_S, Watchdog, is_stalled
from tests.hub.core.world import queued, station

CAF = Partner("caf", "CAF", "Allocations")
NOW = 2000.0


def board(**changes: object) -> Board:
    """A free station beside a caller."""
    found = Board(CAF, NOW, {"c": queued("c")}, {"s1": station("s1")})
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def watchdog(boards: dict[str, Board], is_excused: Callable[[], bool] = lambda: False) -> tuple[Watchdog, Metrics]:
    metrics = Metrics()
    return Watchdog(boards, metrics, lambda: NOW, is_excused), metrics


def stalls(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("visio_routing_stalls_total") or 0.0


def test_a_free_station_beside_a_caller_is_a_stall() -> None:
    assert is_stalled(board(), NOW)
    assert not is_stalled(board(stations={"s1": station("s1", state=StationState.AWAY)}), NOW)
    assert not is_stalled(board(calls={}), NOW)
    assert not is_stalled(board(calls={"c": queued("c", kiosk_lost_at=NOW)}), NOW)
    assert not is_stalled(board(calls={"c": queued("c", state=CallState.KEPT)}), NOW)


def test_who_passed_the_call_may_be_free_beside_it_for_a_while() -> None:
    passed = board(exclusions={("c", "s1"): Exclusion("c", "s1", NOW, "declined")})
    assert not is_stalled(passed, NOW + passed.rules.exclusion_s - 1)
    assert is_stalled(passed, NOW + passed.rules.exclusion_s), "time goes on though nothing is decided"


def test_each_stall_is_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    boards = {"caf": board(), "msa": replace(board(calls={}), partner=replace(CAF, id="msa"))}
    dog, metrics = watchdog(boards)
    for second in range(6):
        dog.look(NOW + second)
    assert stalls(metrics) == 1
    assert [r.getMessage() for r in caplog.records] == [
        "ROUTING_STALLED: a free station and a caller it may take coexist: the router has a defect partner=caf"
    ]
    boards["caf"] = board(calls={})
    dog.look(NOW + 6)
    boards["caf"] = board()
    for second in range(6):
        dog.look(NOW + 10 + second)
    assert stalls(metrics) == 2


def test_a_decision_that_is_being_written_is_no_stall() -> None:
    boards = {"caf": board()}
    dog, metrics = watchdog(boards)
    for turn in range(6):
        boards["caf"] = board() if turn % 2 else board(calls={})
        dog.look(NOW + turn * STALLED_S)
    assert stalls(metrics) == 0


def test_while_the_database_is_away_nothing_can_be_decided() -> None:
    is_away = True
    dog, metrics = watchdog({"caf": board()}, lambda: is_away)
    for second in range(6):
        dog.look(NOW + second)
    is_away = False
    dog.look(NOW + 6)
    dog.look(NOW + 7)
    assert stalls(metrics) == 0
    dog.look(NOW + 8)
    assert stalls(metrics) == 1
