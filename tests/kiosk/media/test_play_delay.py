"""The delay asked for is what the usual packets need, and no more."""

import random

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.play_delay import NOT_WAITED_FOR, SPARE, PlayDelay

PACKET = 960


def told(leads: list[int], *, copy: bool = False) -> PlayDelay:
    delay = PlayDelay()
    for lead in leads:
        delay.on_packet(lead, copy=copy)
    return delay


def test_nothing_is_said_of_too_few_packets() -> None:
    assert told([1_000] * 5).spare(0, PACKET) == 0


def test_packets_that_are_always_early_leave_delay_to_give_back() -> None:
    assert told([3_000] * 100).spare(0, PACKET) == 3_000 - SPARE
    assert told([3_000] * 100).spare(3_000 - SPARE, PACKET) == 0
    assert told([3_000] * 100).spare(3_000, PACKET) < 0


def test_one_late_packet_in_many_is_not_waited_for() -> None:
    leads = [3_000] * 200
    leads[150] = -5_000
    assert told(leads).spare(0, PACKET) == 3_000 - SPARE


def test_many_late_packets_are_waited_for_until_they_are_long_gone() -> None:
    late = [3_000] * 100 + [-5_000] * 20
    assert told(late).spare(0, PACKET) == -5_000 - SPARE
    assert told(late + [3_000] * 50).spare(0, PACKET) == -5_000 - SPARE
    assert told(late + [3_000] * 300).spare(0, PACKET) == 3_000 - SPARE


def test_an_outage_is_not_waited_for_a_second_time() -> None:
    burst = [3_000 - at * PACKET for at in range(100, -1, -1)]
    assert told([3_000] * 100 + burst).spare(0, PACKET) >= 3_000 - NOT_WAITED_FOR - SPARE


def test_one_packet_more_is_held_while_packets_are_lost_and_copied() -> None:
    for copy in (False, True):
        delay = told([3_000] * 100, copy=copy)
        chance = random.Random(1)
        for _ in range(500):
            delay.on_played(float(chance.random() < 0.05))
        assert 0.02 < delay.loss < 0.1
        assert delay.waits_for_copies is copy
        assert delay.spare(0, PACKET) == 3_000 - SPARE - PACKET * copy
        for _ in range(1_500):
            delay.on_played(0.0)
        assert delay.loss < 0.001
        assert not delay.waits_for_copies


@given(st.lists(st.one_of(st.integers(-(2**50), 2**50), st.floats(0, 1_000))), st.integers(-(2**50), 2**50))
def test_whatever_is_told_the_answer_is_a_number(events: list[int | float], offset: int) -> None:
    delay = PlayDelay()
    for event in events:
        if isinstance(event, int):
            delay.on_packet(event, copy=event % 2 == 0)
        else:
            delay.on_played(event)
    assert 0.0 <= delay.loss <= 1.0
    assert isinstance(delay.spare(offset, PACKET), int)
