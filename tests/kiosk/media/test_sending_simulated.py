"""A whole sending side over simulated links: it finds the room there is, keeps queues short and the voice whole."""

from statistics import mean

import pytest

from tests.kiosk.media.bottleneck import Call, Second, Way, constant, steps


def carried(seconds: list[Second]) -> float:
    return mean(second.carried_bps for second in seconds)


def voice_lost(seconds: list[Second]) -> float:
    return sum(second.voice_lost for second in seconds) / sum(second.voice_sent for second in seconds)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rate_follows_the_link_up_and_down(seed: int) -> None:
    way = Way(steps((0, 1e6), (40, 2.5e6), (60, 0.6e6), (80, 1e6)), jitter_s=0.03)
    history = Call(way, seed).run(100)
    assert carried(history[5:40]) > 0.7e6
    assert carried(history[45:60]) > 1.7e6
    assert carried(history[65:80]) > 0.7 * 0.6e6
    assert carried(history[85:100]) > 0.65e6
    # After the drop the queue is short again within five seconds, and little of the voice was lost.
    assert max(second.longest_queue_s for second in history[65:70]) < 0.3
    assert sum(second.voice_lost for second in history) < 40
    assert mean(second.longest_queue_s for second in history) < 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thin_link_with_a_short_queue_is_filled_and_not_flooded(seed: int) -> None:
    way = Way(constant(250_000), delay_s=0.1, queue_s=9, queue_packets=10, loss=0.01)
    history = Call(way, seed).run(40)
    assert carried(history[2:]) > 0.75 * 250_000
    assert voice_lost(history) < 0.035, "one in a hundred is the link's own"
    assert sum(second.dropped for second in history) < 25
    assert all(second.frames >= 15 for second in history[1:])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_link_that_loses_but_is_not_full_keeps_its_rate(seed: int) -> None:
    history = Call(Way(constant(100e6), delay_s=0.05, loss=0.05), seed).run(20)
    assert carried(history[10:]) > 1.8e6
    assert all(second.height == 720 for second in history[10:])


def test_a_clean_link_gives_the_full_picture_at_once() -> None:
    history = Call(Way(constant(100e6), delay_s=0.005)).run(5)
    assert all(second.height == 720 for second in history[2:])
    assert carried(history[2:]) > 1.8e6
    assert voice_lost(history) == 0


def test_a_link_too_thin_for_much_still_carries_voice_and_a_small_picture() -> None:
    history = Call(Way(constant(150_000), delay_s=0.1, queue_s=9, queue_packets=30)).run(40)
    assert carried(history[2:]) > 0.7 * 150_000
    assert voice_lost(history) == 0
    assert not any(second.paused for second in history)


def test_below_the_floor_there_is_voice_alone_and_the_picture_comes_back() -> None:
    way = Way(steps((0, 400_000), (10, 60_000), (30, 400_000)), delay_s=0.1, queue_s=0.5)
    history = Call(way).run(50)
    assert all(second.paused for second in history[18:30])
    assert sum(second.voice_lost for second in history[16:]) < 5
    assert not any(second.paused for second in history[42:])
    assert all(second.frames >= 12 for second in history[42:])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_when_both_ways_collapse_at_once_the_late_news_does_not_fill_the_way(seed: int) -> None:
    way = Way(
        steps((0, 1e6), (15, 0.3e6), (20, 1e6)),
        delay_s=0.06,
        queue_s=0.5,
        jitter_s=0.03,
        loss=0.02,
        back_s=lambda t: min(0.5, 5 * (t - 15)) if 15 <= t < 20 else 0.0,
    )
    history = Call(way, seed).run(30)
    assert sum(second.dropped for second in history[10:]) < 30
    assert sum(second.voice_lost for second in history[15:20]) < 25
    assert carried(history[16:20]) > 0.55 * 0.3e6
    assert all(second.frames >= 8 for second in history[17:])
    assert not any(second.paused for second in history)
    assert carried(history[24:]) > 0.55e6


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_way_is_filled_too(seed: int) -> None:
    history = Call(Way(constant(2e6), delay_s=0.3, queue_s=0.5, loss=0.01, jitter_s=0.01), seed).run(30)
    assert carried(history[5:]) > 0.65 * 2e6


@pytest.mark.parametrize("seed", [1, 2])
def test_documents_get_their_share_and_cost_the_voice_nothing(seed: int) -> None:
    way = Way(constant(0.8e6), delay_s=0.035, queue_s=1.0, jitter_s=0.005)
    history = Call(way, seed, documents=lambda t: 10 <= t < 50).run(60)
    during = history[11:50]
    assert mean(second.documents_bps for second in during) > 0.25 * 0.8e6
    assert mean(second.longest_queue_s for second in during) < 0.15
    assert voice_lost(history) == 0
    assert all(second.frames >= 15 for second in during)
    assert mean(second.target_bps for second in history[54:]) > 1.3 * mean(second.target_bps for second in during)


def test_documents_find_the_room_of_a_fast_link() -> None:
    history = Call(Way(constant(100e6), delay_s=0.005), documents=lambda t: 3 <= t < 8).run(10)
    assert mean(second.documents_bps for second in history[5:8]) > 10e6
    assert voice_lost(history) == 0


def test_a_cut_does_not_fill_the_way_with_what_nobody_takes() -> None:
    history = Call(Way(constant(1e6), delay_s=0.05, cut=(10, 15))).run(25)
    assert sum(second.frames for second in history[12:15]) <= 3
    assert all(second.frames >= 15 for second in history[17:])
    assert carried(history[17:]) > 0.6e6
