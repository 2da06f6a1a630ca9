"""Probes find room at once, believe what arrives, and are not sent without need."""

from kiosk.media.probing import (
    AFTER_FALL_S,
    ANSWER_TIMEOUT_S,
    EARLY_PAUSE_S,
    EARLY_S,
    FIRST_FACTOR,
    NEXT_FACTOR,
    PAUSE_S,
    RETRY_S,
    Probe,
    Prober,
)
from kiosk.media.sent_packets import PacketResult

CALM = {"settled": True, "quiet": True, "limited": False, "fell_s": None}


def told(
    probe: Probe, capacity_bps: float, *, lost: int = 0, packets: int = 6, sent_bps: float = 0.0
) -> list[PacketResult]:
    """The packets of `probe` over a way of `capacity_bps`."""
    gap_s = 8 * 1_000 / (sent_bps or probe.bps)
    slow_s = max(gap_s, 8 * 1_000 / capacity_bps)
    return [
        PacketResult(at * gap_s, None if at < lost else 50 + at * slow_s, 1_000, 0, probe.number)
        for at in range(packets)
    ]


def first(prober: Prober) -> Probe:
    probe = prober.next(0.0, 300_000, 2_500_000, settled=False, quiet=True, limited=True, fell_s=None)
    assert probe is not None
    return probe


def test_probes_follow_each_other_as_long_as_all_arrives() -> None:
    prober = Prober()
    probe = first(prober)
    assert probe.bps == FIRST_FACTOR * 300_000
    assert prober.next(0.1, 300_000, 2_500_000, **CALM) is None, "one at a time"
    found_bps = prober.on_results(told(probe, 1e9), (6, 0.2))
    assert found_bps is not None
    assert abs(found_bps - probe.bps) < 0.05 * probe.bps
    second = prober.next(0.1, found_bps, 2_500_000, **CALM)
    assert second is not None
    assert second.bps >= 1.9 * probe.bps
    narrow_bps = prober.on_results(told(second, 1_000_000), (6, 0.2))
    assert narrow_bps is not None
    assert abs(narrow_bps - 1_000_000) < 50_000
    assert prober.next(0.2, narrow_bps, 2_500_000, **CALM) is None


def test_a_busy_processor_is_not_taken_for_a_narrow_way() -> None:
    prober = Prober()
    probe = first(prober)
    found_bps = prober.on_results(told(probe, 1e9, sent_bps=400_000), (6, 0.2))
    assert found_bps is not None
    assert found_bps < 450_000
    again = prober.next(0.1, found_bps, 2_500_000, **CALM)
    assert again is not None
    assert again.bps == NEXT_FACTOR * probe.bps


def test_a_probe_that_is_lost_says_nothing_and_is_tried_again() -> None:
    prober = Prober()
    probe = first(prober)
    assert prober.on_results(told(probe, 1e9, lost=3), (6, 0.2)) is None
    assert not prober.waiting
    calm = CALM | {"settled": False}
    assert prober.next(RETRY_S / 2, 300_000, 2_500_000, **calm) is None
    assert prober.next(RETRY_S, 300_000, 2_500_000, **calm) is not None


def test_what_left_before_the_other_side_listened_is_not_waited_for() -> None:
    prober = Prober()
    probe = first(prober)
    results = told(probe, 150_000)
    assert prober.on_results(results[2:], (6, 0.2)) is None, "the first two may still be told of"
    later = PacketResult(0.3, 51.0, 100, 0, None)
    found_bps = prober.on_results([later], (6, 0.2))
    assert found_bps is not None
    assert abs(found_bps - 150_000) < 10_000
    assert not prober.waiting


def test_a_probe_still_being_sent_is_not_judged() -> None:
    prober = Prober()
    probe = first(prober)
    results = told(probe, 1e9)
    assert prober.on_results(results[:3], None) is None
    assert prober.on_results(results[3:], (6, 0.2)) is not None


def test_an_answer_that_does_not_come_is_given_up() -> None:
    prober = Prober()
    first(prober)
    assert prober.next(ANSWER_TIMEOUT_S - 0.1, 300_000, 2_500_000, **CALM) is None
    assert prober.next(ANSWER_TIMEOUT_S + 0.1, 300_000, 2_500_000, **CALM) is not None


def test_later_probes_are_rare_wait_for_a_quiet_way_and_come_sooner_after_a_fall() -> None:
    prober = Prober()
    prober.on_results(told(first(prober), 400_000), (6, 0.2))
    assert prober.next(EARLY_PAUSE_S / 2, 380_000, 2_500_000, **CALM) is None
    early = prober.next(EARLY_PAUSE_S, 380_000, 2_500_000, **CALM)
    assert early is not None
    prober.on_results(told(early, 400_000), (6, 0.2))
    now_s = EARLY_S + 1
    assert prober.next(now_s, 400_000, 2_500_000, **CALM) is None
    now_s = EARLY_PAUSE_S + PAUSE_S
    assert prober.next(now_s, 400_000, 2_500_000, **CALM | {"quiet": False}) is None
    probe = prober.next(now_s, 400_000, 2_500_000, **CALM)
    assert probe is not None
    prober.on_results(told(probe, 400_000), (6, 0.2))
    fall = CALM | {"fell_s": now_s + 0.1}
    assert prober.next(now_s + AFTER_FALL_S, 200_000, 2_500_000, **fall) is None
    assert prober.next(now_s + AFTER_FALL_S + 0.2, 200_000, 2_500_000, **fall) is not None


def test_nothing_is_probed_beyond_what_is_wanted() -> None:
    prober = Prober()
    assert prober.next(0.0, 3_000_000, 2_500_000, **CALM) is None
    probe = prober.next(0.0, 2_400_000, 2_500_000, **CALM)
    assert probe is not None
    assert probe.bps == 1.2 * 2_500_000
