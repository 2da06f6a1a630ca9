"""The estimate falls for a queue and for loss of our own making, not for a link that always loses."""

import random

import pytest

from kiosk.media.delay_detector import Usage
from kiosk.media.estimator import CEILING_BPS, FLOOR_BPS, START_BPS, Estimator
from kiosk.media.sent_packets import PacketResult, Report


class Way:
    """Sends at a rate, reports each tenth of a second."""

    def __init__(self, estimator: Estimator, seed: int = 1) -> None:
        self.estimator = estimator
        self.now_s = self.next_s = 10.0
        self.queue_s = 0.0
        self.chance = random.Random(seed)

    def send(self, bps: float, capacity_bps: float, seconds: float, *, loss: float = 0.0, outage: bool = False) -> None:
        gap_s = 8 * 1_000 / bps
        for _ in range(round(seconds * 10)):
            results = []
            while self.next_s < self.now_s + 0.1:
                sent_s = self.next_s
                self.next_s += gap_s
                self.queue_s = max(0.0, self.queue_s + 8 * 1_000 / capacity_bps - gap_s)
                arrived_s = None if self.chance.random() < loss else sent_s + 0.05 + self.queue_s
                results.append(PacketResult(sent_s, arrived_s, 1_000, 0, None))
            self.now_s += 0.1
            self.estimator.on_report(Report(tuple(results), 0.1 + self.queue_s, outage), self.now_s)


def settled(bps: float) -> tuple[Estimator, Way]:
    estimator = Estimator()
    estimator.on_probe(bps / 0.95, 0.0)
    return estimator, Way(estimator)


def test_a_growing_queue_brings_the_estimate_below_what_arrives() -> None:
    estimator, way = settled(1_000_000)
    way.send(900_000, 10e6, 2.0)
    way.send(900_000, 500_000, 1.5)
    assert estimator.usage is not Usage.UNDER
    assert estimator.bps < 500_000
    assert estimator.fell_s is not None
    assert estimator.queue_s > 0.1


def test_the_estimate_grows_only_when_it_is_used() -> None:
    estimator, way = settled(500_000)
    way.send(200_000, 10e6, 5.0)
    assert estimator.limited
    assert estimator.bps == pytest.approx(500_000)
    way.send(480_000, 10e6, 5.0)
    assert estimator.bps > 600_000
    assert estimator.bps <= 1.5 * 500_000 + 10_000


def test_what_was_carried_while_the_queue_was_full_is_taken_up_again_once_it_is_empty() -> None:
    estimator, way = settled(900_000)
    way.send(900_000, 10e6, 2.0)
    way.send(900_000, 600_000, 1.0)
    way.send(200_000, 600_000, 2.0)
    assert 0.75 * 600_000 < estimator.bps < 700_000


def test_a_link_that_collapses_is_followed_at_once_and_no_further_than_it_went() -> None:
    estimator, way = settled(1_000_000)
    way.send(900_000, 10e6, 2.0)
    way.send(900_000, 300_000, 0.5)
    assert 0.6 * 300_000 < estimator.bps < 0.9 * 300_000
    # What the full queue pushes out, and our own silence until it is empty, say nothing more.
    way.send(100_000, 300_000, 0.8, loss=0.2)
    assert 0.6 * 300_000 < estimator.bps < 0.95 * 300_000


@pytest.mark.parametrize("loss", [0.05, 0.15])
def test_a_link_that_always_loses_keeps_its_rate(loss: float) -> None:
    estimator, way = settled(1_000_000)
    way.send(950_000, 10e6, 1.0)
    way.send(950_000, 10e6, 15.0, loss=loss)
    assert estimator.bps > 750_000
    assert estimator.loss == pytest.approx(loss, abs=0.06)


def test_loss_that_comes_with_our_rate_lowers_it() -> None:
    estimator, way = settled(1_000_000)
    way.send(950_000, 10e6, 3.0)
    way.send(950_000, 10e6, 1.5, loss=0.5)
    assert estimator.bps < 800_000


def test_a_cut_is_not_loss() -> None:
    estimator, way = settled(1_000_000)
    way.send(950_000, 10e6, 2.0)
    before = estimator.bps
    way.send(950_000, 10e6, 2.0, loss=1.0, outage=True)
    assert estimator.bps == pytest.approx(before, rel=0.2)


def test_the_first_probe_may_say_less_later_ones_only_more() -> None:
    estimator = Estimator()
    assert not estimator.settled
    estimator.on_probe(150_000, 1.0)
    assert estimator.settled
    assert estimator.bps < START_BPS / 2
    estimator.on_probe(100_000, 2.0)
    assert estimator.bps == pytest.approx(0.95 * 150_000)
    estimator.on_probe(900_000, 2.5)
    assert estimator.bps == pytest.approx(1.5 * 0.95 * 150_000)
    estimator.on_probe(900_000, 3.0, early=True)
    assert estimator.bps == pytest.approx(0.95 * 900_000)
    estimator.on_probe(1e12, 4.0, early=True)
    assert estimator.bps == CEILING_BPS


def test_without_feedback_the_other_sides_word_is_taken() -> None:
    estimator = Estimator()
    estimator.on_ceiling(800_000, 1.0)
    assert estimator.bps == 800_000
    for second in range(2, 30):
        estimator.on_receiver_loss(0.5, float(second))
    assert FLOOR_BPS <= estimator.bps < 100_000
    assert estimator.loss == pytest.approx(0.5, abs=0.01)
