"""aiortc and aioice read a clock that never jumps."""

import time

import aiortc.clock
import aiortc.rtcsctptransport
import pytest
from aioice import turn

from kiosk.media.hardening import clock


def test_the_names_are_there() -> None:
    clock.check_names()


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_jump_of_the_wall_clock_is_not_seen(monkeypatch: pytest.MonkeyPatch, jump_s: float) -> None:
    clock.steady()
    clock.steady()
    before = aiortc.clock.current_ms()
    wall, sctp_s, relay_s = time.time, aiortc.rtcsctptransport.time.time(), turn.time.time()
    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)
    assert 0 <= aiortc.clock.current_ms() - before < 5000
    assert 0 <= aiortc.rtcsctptransport.time.time() - sctp_s < 5
    assert 0 <= turn.time.time() - relay_s < 5


def test_it_still_says_the_date() -> None:
    assert abs(clock.SteadyTime().time() - time.time()) < 1
    assert abs(clock.SteadyTime().now().timestamp() - time.time()) < 1
    assert clock.SteadyTime().monotonic() <= time.monotonic()
