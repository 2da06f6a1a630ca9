"""Measures of a log: each on packets whose answer can be counted by hand, and on a link played with its own model."""

import random
from dataclasses import replace

import pytest

from tests.links import metrics
from tests.links.addresses import HUB, KIOSK, STATION
from tests.links.impairment import Direction, Dropped, Impairment, Loss, Passage
from tests.links.packet_log import Packet, Way
from tests.links.profiles import plateaus, steady

ZERO = 1000.0


def packet(
    at_s: float,
    *,
    queued_s: float | None = 0.01,
    delay_s: float | None = 0.06,
    way: Way = Way.UP,
    dropped: Dropped | None = None,
    size: int = 1000,
    destination: str = STATION,
) -> Packet:
    offered_at = ZERO + at_s
    return Packet(
        offered_at,
        None if queued_s is None else offered_at + queued_s,
        None if dropped is not None or delay_s is None else offered_at + delay_s,
        way,
        dropped,
        "udp",
        size,
        KIOSK,
        destination,
        50000,
        50001,
    )


def played(impairment: Impairment, rate_bps: float, for_s: float, size: int = 1000) -> list[Packet]:
    """A sender of one rate on one link."""
    link = Direction(impairment, random.Random(5))
    log = []
    at_s = 0.0
    while at_s < for_s:
        fate = link.offer(size, ZERO + at_s)
        if isinstance(fate, Passage):
            made = packet(
                at_s, queued_s=fate.departs_at - ZERO - at_s, delay_s=fate.arrives_at - ZERO - at_s, size=size
            )
            log.append(replace(made, dropped=Dropped.LOSS, arrived_at=None) if fate.lost else made)
        else:
            log.append(packet(at_s, queued_s=None, dropped=fate, size=size))
        at_s += size * 8 / rate_bps
    return log


def test_only_what_was_on_this_way_of_the_link_counts() -> None:
    log = [
        packet(2.0),
        packet(1.0),
        packet(1.5, way=Way.DOWN),
        packet(1.6, dropped=Dropped.NOWHERE),
        packet(1.7, dropped=Dropped.BLOCKED),
        replace(packet(1.75), protocol="tcp"),
    ]
    assert [p.offered_at - ZERO for p in metrics.of_way(log, Way.UP)] == [1.0, 1.75, 2.0]
    assert [p.offered_at - ZERO for p in metrics.of_way(log, Way.UP, protocol="udp")] == [1.0, 2.0]


def test_a_second_says_what_came_what_arrived_what_was_lost_and_how_long_it_waited() -> None:
    log = [
        packet(-0.5),
        packet(0.2, queued_s=0.02),
        packet(0.98, queued_s=0.02),
        packet(1.5, queued_s=0.3, dropped=Dropped.LOSS),
        packet(1.6, queued_s=None, dropped=Dropped.QUEUE),
        packet(1.7, queued_s=0.1),
    ]
    first, second, third = metrics.each_second(log, zero_at=ZERO, duration_s=3)
    assert (first.offered_bps, first.arrived_bps, first.lost_share) == (16000, 8000, 0)
    assert first.queued_p95_s == pytest.approx(0.02)
    assert (second.offered_bps, second.arrived_bps) == (24000, 16000), "one of them was offered in the second before"
    assert second.lost_share == pytest.approx(2 / 3)
    assert second.queued_p95_s == pytest.approx(0.29)
    assert (third.offered_bps, third.lost_share, third.queued_p95_s) == (0, None, None)


def test_what_is_still_on_its_way_is_not_lost() -> None:
    (only,) = metrics.each_second([packet(0.5, dropped=Dropped.UNFINISHED)], zero_at=ZERO, duration_s=1)
    assert only.lost_share == 0


def test_a_sender_below_the_rate_uses_its_share_and_never_waits() -> None:
    impairment = Impairment(rate_bps=1e6, queue_s=0.3, delay_s=0.05)
    (only,) = metrics.plateaus_of(played(impairment, 6e5, 60), steady(impairment), zero_at=ZERO, duration_s=60)
    assert (only.from_s, only.to_s, only.rate_bps) == (0, 60, 1e6)
    assert only.used_share == pytest.approx(0.6, rel=0.01)
    assert only.lost_share == 0
    assert only.queued_p95_s == pytest.approx(0.008), "its own bits only"
    assert only.calm_after_s == 0


def test_a_sender_above_the_rate_fills_the_queue_and_loses_the_rest() -> None:
    impairment = Impairment(rate_bps=1e6, queue_s=0.4)
    (only,) = metrics.plateaus_of(played(impairment, 2e6, 40), steady(impairment), zero_at=ZERO, duration_s=40)
    assert only.used_share == pytest.approx(1.0, rel=0.01)
    assert only.lost_share == pytest.approx(0.5, rel=0.02)
    assert only.queued_p50_s > 0.39
    assert only.calm_after_s is None


def test_losses_of_the_link_are_losses() -> None:
    impairment = Impairment(rate_bps=1e6, queue_s=0.3, loss=Loss(0.05))
    (only,) = metrics.plateaus_of(played(impairment, 5e5, 120), steady(impairment), zero_at=ZERO, duration_s=120)
    assert only.lost_share == pytest.approx(0.05, rel=0.25)
    assert only.used_share == pytest.approx(0.5, rel=0.01), "what is lost has used the bottleneck"


def test_each_plateau_is_judged_alone_and_the_last_ends_with_the_run() -> None:
    schedule = plateaus(Impairment(queue_s=0.3), (0, 1e6), (20, 2e6), (500, 1e6))
    log = [packet(at / 125, size=1000) for at in range(40 * 125)]
    first, second = metrics.plateaus_of(log, schedule, zero_at=ZERO, duration_s=40)
    assert (second.from_s, second.to_s) == (20, 40)
    assert first.used_share == pytest.approx(1.0, rel=0.01)
    assert second.used_share == pytest.approx(0.5, rel=0.01)


def test_an_unlimited_link_has_no_plateau() -> None:
    assert metrics.plateaus_of([packet(1)], steady(Impairment()), zero_at=ZERO, duration_s=40) == []


@pytest.mark.parametrize(
    ("long_until_s", "calm"), [(0.0, 0.0), (3.0, 3.4), (9.9, None)], ids=["never long", "long at first", "to the end"]
)
def test_a_queue_is_calm_once_it_is_short_for_good(long_until_s: float, calm: float | None) -> None:
    log = [packet(at / 10, queued_s=0.5 if at / 10 < long_until_s else 0.01) for at in range(100)]
    found = metrics.calm_after_s(log, ZERO, ZERO + 10)
    assert found == (None if calm is None else pytest.approx(calm))


def test_silence_lasts_until_the_first_arrival() -> None:
    log = [packet(1.0), packet(5.0, dropped=Dropped.CUT), packet(8.0, delay_s=0.5)]
    assert metrics.silence_s(log, ZERO + 2) == pytest.approx(6.5)
    assert metrics.silence_s(log, ZERO + 9) is None


def test_strangers_are_counted_whatever_became_of_their_packets() -> None:
    log = [
        packet(1, destination=HUB),
        packet(2, destination="192.0.2.1", dropped=Dropped.NOWHERE),
        packet(3, destination="192.0.2.1", dropped=Dropped.NOWHERE),
        packet(4, destination="10.99.0.9"),
        packet(5, destination=KIOSK, way=Way.DOWN),
    ]
    assert metrics.strangers(log, [HUB, STATION]) == {"192.0.2.1": 2, "10.99.0.9": 1}
