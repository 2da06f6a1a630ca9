"""Alive, weak, lost: by packets alone."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hub.protocol import MediaState
from kiosk.media.liveness import CONNECT_S, LOST_S, WEAK_S, Liveness

CONNECTING, CONNECTED, WEAK, LOST = MediaState.CONNECTING, MediaState.CONNECTED, MediaState.WEAK, MediaState.LOST


def up(liveness: Liveness, now_s: float, packets: int) -> MediaState:
    return liveness.observe(now_s, up=True, ended=False, packets=packets)


def test_weak_at_three_seconds_lost_at_eight() -> None:
    liveness = Liveness(100.0)
    assert liveness.observe(100.5, up=False, ended=False, packets=0) is CONNECTING
    assert up(liveness, 101.0, 5) is CONNECTED
    assert up(liveness, 101.0 + WEAK_S - 0.01, 5) is CONNECTED
    assert up(liveness, 101.0 + WEAK_S, 5) is WEAK
    assert up(liveness, 101.0 + WEAK_S + 1, 6) is CONNECTED
    assert up(liveness, 105.0 + LOST_S - 0.01, 6) is WEAK
    assert up(liveness, 105.0 + LOST_S, 6) is LOST
    assert up(liveness, 120.0, 6) is LOST
    assert up(liveness, 121.0, 7) is CONNECTED, "the network came back before another connection was made"
    assert up(liveness, 121.0 + WEAK_S, 7) is WEAK


def test_an_end_is_lost_at_once() -> None:
    liveness = Liveness(0.0)
    up(liveness, 1.0, 5)
    assert liveness.observe(1.1, up=True, ended=True, packets=6) is LOST
    assert up(liveness, 1.2, 500) is LOST, "a new connection is built instead"


def test_an_attempt_does_not_last_for_ever() -> None:
    liveness = Liveness(0.0)
    assert liveness.observe(CONNECT_S - 0.1, up=False, ended=False, packets=3) is CONNECTING
    assert liveness.observe(CONNECT_S, up=False, ended=False, packets=4) is LOST


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans(), st.booleans(), st.integers(0, 3)), max_size=50))
def test_an_end_is_final_and_connecting_never_comes_back(steps: list[tuple[float, bool, bool, int]]) -> None:
    liveness = Liveness(0.0)
    now_s, packets = 0.0, 0
    seen = [liveness.state]
    over = False
    for pause_s, is_up, ended, more in steps:
        now_s += pause_s
        packets += more
        seen.append(liveness.observe(now_s, up=is_up, ended=ended, packets=packets))
        over = over or ended
        assert not over or liveness.state is LOST
        assert not over or liveness.is_over
    for before, after in pairwise(seen):
        assert before is CONNECTING or after is not CONNECTING
