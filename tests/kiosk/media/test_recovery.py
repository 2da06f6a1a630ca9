"""Packets are asked for in time and again, a key frame when nothing else helps, and never a flood of either."""

import pytest

from kiosk.media.recovery import (
    KEY_INTERVAL_S,
    KEY_WAIT_S,
    MAX_ASKED,
    MAX_HOLES,
    MAX_TRIES,
    MIN_INTERVAL_S,
    PATIENCE_ROUND_TRIPS,
    PATIENCE_S,
    REPAIR_LEAST,
    SILENT_S,
    UNSHOWN_S,
    Recovery,
)

TRIP_S = 0.1


def playing(last: int = 10) -> Recovery:
    """A recovery that has seen a key frame (number 0) and numbers up to `last`, all shown, at time 0."""
    recovery = Recovery()
    for number in range(last + 1):
        recovery.arrived(number, 0.0, timestamp=number, key_start=number == 0)
        recovery.delivered(number + 1, 0.0, key=number == 0)
        recovery.shown()
    return recovery


def arrive(recovery: Recovery, number: int, now_s: float, key_start: bool = False) -> None:
    recovery.arrived(number, now_s, timestamp=number, key_start=key_start)


def test_a_hole_is_asked_for_at_once_and_again_each_round_trip() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.03)
    asked = recovery.requests(0.03, TRIP_S)
    assert (asked.nack, asked.key_frame) == ([11], False)
    assert asked.again_s == pytest.approx(0.03 + 1.1 * TRIP_S)
    assert recovery.requests(0.12, TRIP_S).nack == []
    assert recovery.requests(0.15, TRIP_S).nack == [11]
    arrive(recovery, 11, 0.25)
    assert recovery.requests(0.5, TRIP_S).nack == []
    assert (recovery.lost, recovery.asked, recovery.recovered) == (1, 2, 1)


def test_on_a_long_link_it_waits_for_the_answer() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    assert recovery.requests(0.0, 0.6).nack == [11]
    assert recovery.requests(0.6, 0.6).nack == []
    assert recovery.requests(0.67, 0.6).nack == [11]


def test_on_a_short_link_it_does_not_hurry() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    recovery.requests(0.0, 0.002)
    assert recovery.requests(MIN_INTERVAL_S - 0.001, 0.002).nack == []
    assert recovery.requests(MIN_INTERVAL_S, 0.002).nack == [11]


def test_the_round_trip_of_answers_is_learnt() -> None:
    recovery = playing()
    for turn in range(20):
        first = 12 + 2 * turn
        arrive(recovery, first, float(turn))
        recovery.requests(float(turn), 0.02)
        arrive(recovery, first - 1, turn + 0.3)
    arrive(recovery, 60, 30.0)
    recovery.requests(30.0, 0.02)
    assert recovery.requests(30.25, 0.02).nack == []
    assert recovery.requests(30.34, 0.02).nack != []


def test_packets_that_overtake_each_other_are_given_the_time_to() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    arrive(recovery, 11, 0.008)
    assert recovery.lost == 0
    arrive(recovery, 14, 0.1)
    asked = recovery.requests(0.1, TRIP_S)
    assert asked.nack == []
    assert asked.again_s == pytest.approx(0.108)
    assert recovery.requests(0.109, TRIP_S).nack == [13]


def test_what_is_rebuilt_was_lost_but_is_asked_for_no_more_and_teaches_nothing() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    recovery.arrived(11, 0.02, timestamp=11, key_start=False, rebuilt=True)
    assert recovery.requests(0.05, TRIP_S).nack == []
    arrive(recovery, 14, 0.1)
    assert recovery.requests(0.1, TRIP_S).nack == [13], "it was not overtaken: nothing is waited for"
    recovery.arrived(13, 0.11, timestamp=13, key_start=False, rebuilt=True)
    arrive(recovery, 16, 0.2)
    recovery.requests(0.2, TRIP_S)
    assert recovery.requests(0.2 + 0.5 * TRIP_S, TRIP_S).nack == [], "nor was it the answer to a request"
    assert (recovery.lost, recovery.recovered) == (3, 0)


def test_numbers_wrap_in_the_request() -> None:
    recovery = Recovery()
    arrive(recovery, 65_535, 0.0, key_start=True)
    arrive(recovery, 65_537, 0.0)
    assert recovery.requests(0.0, TRIP_S).nack == [0]


def test_a_request_is_of_a_bounded_size_and_so_is_their_number() -> None:
    recovery = playing()
    arrive(recovery, 11 + MAX_HOLES, 0.0)
    asked = recovery.requests(0.0, TRIP_S)
    assert len(asked.nack) == MAX_ASKED
    assert asked.again_s is not None
    assert len(recovery.requests(asked.again_s, TRIP_S).nack) == MAX_HOLES - MAX_ASKED
    recovery = playing()
    arrive(recovery, 12, 0.0)
    for at in range(1_000):
        recovery.requests(at * 0.001, 0.001)
    assert recovery.asked == MAX_TRIES


def test_a_hole_that_outlives_its_use_becomes_a_key_frame_asked_for_until_it_comes() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    patience_s = PATIENCE_S + PATIENCE_ROUND_TRIPS * TRIP_S
    assert not recovery.requests(patience_s, TRIP_S).key_frame
    asked = recovery.requests(patience_s + 0.01, TRIP_S)
    assert (asked.nack, asked.key_frame) == ([], True)
    times = []
    for at in range(200):
        arrive(recovery, 13 + at, patience_s + 0.01 + at / 100)
        if recovery.requests(patience_s + 0.01 + at / 100, TRIP_S).key_frame:
            times.append(at / 100)
    assert times == pytest.approx([0.3, 0.9], abs=0.02), "less and less often"
    arrive(recovery, 213, 4.0, key_start=True)
    recovery.delivered(214, 4.0, key=True)
    recovery.shown()
    arrive(recovery, 214, 9.0)
    assert recovery.requests(9.0, TRIP_S).key_frame is False
    assert recovery.key_frames_asked == 3


def test_while_a_key_frame_comes_in_no_other_is_asked_for_and_its_holes_are() -> None:
    recovery = playing()
    recovery.need_key_frame()
    assert recovery.requests(0.0, TRIP_S).key_frame
    for at in range(20):  # a key frame of two seconds, on a slow link; its fourteenth packet comes late
        if at != 13:
            recovery.arrived(11 + at, 0.2 + at / 10, timestamp=500, key_start=at == 0)
        asked = recovery.requests(0.2 + at / 10, TRIP_S)
        assert not asked.key_frame
        assert asked.nack in ([], [24])
    assert recovery.asked >= 3
    recovery.arrived(24, 2.3, timestamp=500, key_start=False)
    recovery.delivered(31, 2.3, key=True)
    recovery.shown()
    assert not recovery.requests(5.0, TRIP_S).key_frame


def test_an_outage_is_ended_by_a_key_frame_not_by_everything_that_was_lost() -> None:
    recovery = playing()
    arrive(recovery, 11 + MAX_HOLES + 1, 5.0)
    asked = recovery.requests(5.0, TRIP_S)
    assert (asked.nack, asked.key_frame) == ([], True)


def test_holes_that_a_collapsed_link_would_fill_for_seconds_are_ended_by_a_key_frame() -> None:
    recovery = playing()
    asked: list[int] = []
    for at in range(60):  # every other packet is lost, and thirty come in a second: 1 000 before
        arrive(recovery, 12 + 2 * at, at / 30)
        requests = recovery.requests(at / 30, TRIP_S)
        asked += requests.nack
        if requests.key_frame:
            break
    assert requests.key_frame
    assert at / 30 < 1.2
    assert len(recovery.holes) <= REPAIR_LEAST / 2


def test_as_many_holes_on_a_link_that_still_carries_much_are_asked_for() -> None:
    recovery = playing()
    for at in range(180):  # one in three is lost, three hundred come in a second
        arrive(recovery, 12 + at + at // 2, at / 300)
        assert not recovery.requests(at / 300, TRIP_S).key_frame
    assert len(recovery.holes) > 2 * REPAIR_LEAST
    assert not recovery.requests(0.61, TRIP_S).key_frame


def test_what_was_lost_before_the_key_frame_was_asked_for_is_left_alone() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    recovery.need_key_frame()
    assert recovery.requests(0.1, TRIP_S).key_frame
    arrive(recovery, 14, 0.12)
    assert recovery.requests(0.2, TRIP_S).nack == [], "sent before our request arrived"
    arrive(recovery, 16, 0.2)
    assert recovery.requests(0.2, TRIP_S).nack == [15], "may be the key frame itself"


def test_a_hole_that_is_filled_after_all_spares_more_requests_but_not_when_the_decoder_failed() -> None:
    recovery = playing()
    arrive(recovery, 12, 0.0)
    arrive(recovery, 13, 2.0)
    assert recovery.requests(2.0, TRIP_S).key_frame
    recovery.delivered(14, 2.1, key=False)
    recovery.shown()
    arrive(recovery, 14, 4.0)
    assert not recovery.requests(4.0, TRIP_S).key_frame
    recovery.need_key_frame()
    recovery.delivered(15, 4.1, key=False)
    assert recovery.requests(4.1, TRIP_S).key_frame


def test_a_stream_joined_in_the_middle_gets_a_key_frame() -> None:
    recovery = Recovery()
    arrive(recovery, 500, 0.0)
    asked = recovery.requests(0.0, TRIP_S)
    assert not asked.key_frame
    assert asked.again_s == pytest.approx(KEY_WAIT_S)
    assert recovery.requests(KEY_WAIT_S, TRIP_S).key_frame
    assert not recovery.requests(KEY_WAIT_S + KEY_INTERVAL_S - 0.01, TRIP_S).key_frame


def test_a_decoder_that_shows_nothing_gets_a_key_frame() -> None:
    recovery = playing()
    for at in range(20):
        recovery.delivered(12 + at, at / 10, key=False)
    assert recovery.requests(UNSHOWN_S, TRIP_S).key_frame


def test_nothing_is_asked_of_a_sender_that_is_silent_or_whose_pictures_are_shown() -> None:
    quiet = Recovery().requests(100.0, TRIP_S)
    assert (quiet.nack, quiet.key_frame, quiet.again_s) == ([], False, None)
    shown = playing().requests(50.0, TRIP_S)
    assert (shown.nack, shown.key_frame, shown.again_s) == ([], False, None)


def test_a_picture_held_back_on_purpose_is_left_in_peace() -> None:
    recovery = playing()
    recovery.need_key_frame()
    assert recovery.requests(0.0, TRIP_S).key_frame
    assert recovery.requests(SILENT_S, TRIP_S).key_frame
    assert not recovery.requests(SILENT_S + 1.0, TRIP_S).key_frame
    arrive(recovery, 11, 10.0)
    assert recovery.requests(10.0, TRIP_S).key_frame
