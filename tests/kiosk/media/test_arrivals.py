"""Each packet that came is told, at a pace that the way back can bear."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.arrivals import LONGEST_INTERVAL_S, REMEMBERED, SHORTEST_INTERVAL_S, FeedbackRecorder
from kiosk.media.transport_feedback import build, parse

PLENTY_BPS = 2_000_000


@given(
    first=st.integers(0, 0xFFFF),
    steps=st.lists(st.tuples(st.integers(1, 40), st.floats(0, 12), st.booleans()), min_size=1, max_size=80),
)
def test_every_arrival_is_told_once_and_nothing_else(first: int, steps: list[tuple[int, float, bool]]) -> None:
    recorder = FeedbackRecorder()
    now_s = 1_000.0
    number = first
    came: dict[int, float] = {}
    told: dict[int, int] = {}
    counts = []
    for gap, pause_s, ask in [*steps, (1, 1.0, True)]:
        number += gap
        now_s += pause_s
        recorder.on_packet(number & 0xFFFF, now_s)
        came[number & 0xFFFF] = now_s
        for feedback in recorder.take(now_s, PLENTY_BPS) if ask else []:
            assert parse(build(feedback, 1, 2)) == feedback
            counts.append(feedback.count)
            for place, ticks in enumerate(feedback.arrivals):
                if ticks is not None:
                    told[(feedback.first + place) & 0xFFFF] = ticks
    assert {key: round(at_s * 4_000) for key, at_s in came.items()} == told
    assert counts == list(range(len(counts)))


def test_a_packet_that_comes_late_is_told_with_its_neighbours() -> None:
    recorder = FeedbackRecorder()
    for number in (10, 11, 13):
        recorder.on_packet(number, 1.0)
    (first,) = recorder.take(1.0, PLENTY_BPS)
    assert [ticks is None for ticks in first.arrivals] == [False, False, True, False]
    recorder.on_packet(12, 1.1)
    (second,) = recorder.take(1.1, PLENTY_BPS)
    assert (second.first, len(second.arrivals)) == (12, 2)
    assert None not in second.arrivals


def test_a_duplicate_or_a_stranger_is_nothing_new() -> None:
    recorder = FeedbackRecorder()
    recorder.on_packet(5_000, 1.0)
    assert len(recorder.take(1.0, PLENTY_BPS)) == 1
    recorder.on_packet(5_000, 1.2)
    recorder.on_packet(5_000 - REMEMBERED - 1, 1.2)
    assert recorder.take(2.0, PLENTY_BPS) == []
    assert recorder.received == 1


def test_reports_are_rarer_on_a_narrow_way_back() -> None:
    recorder = FeedbackRecorder()
    assert recorder.interval_s(PLENTY_BPS) == SHORTEST_INTERVAL_S
    assert recorder.interval_s(50_000) == LONGEST_INTERVAL_S
    assert SHORTEST_INTERVAL_S < recorder.interval_s(200_000) < LONGEST_INTERVAL_S
    recorder.on_packet(1, 0.0)
    assert recorder.take(0.0, 50_000)
    recorder.on_packet(2, 0.1)
    assert not recorder.take(0.1, 50_000)
    assert recorder.take(LONGEST_INTERVAL_S, 50_000)
