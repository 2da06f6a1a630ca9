"""Each packet sent is told of once, whatever reports come."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.sent_packets import OUTAGE_S, REMEMBERED_S, SentPackets
from kiosk.media.transport_feedback import CLOCK_TICKS, TransportFeedback


def test_a_report_is_matched_with_what_was_sent() -> None:
    sent = SentPackets()
    assert [sent.on_sent(1_000, at / 10, 7 if at == 1 else None) for at in range(3)] == [0, 1, 2]
    sent.on_unnumbered(500)
    sent.on_sent(100, 0.3)
    assert (sent.in_flight_bytes, sent.sent_bytes) == (3_100, 3_600)
    report = sent.on_feedback(TransportFeedback(0, 0, (4_000, 4_400, None, 5_200)), 0.45)
    assert [result.arrived_s for result in report.results] == [1.0, 1.1, None, 1.3]
    assert [result.beside for result in report.results] == [0, 0, 0, 500]
    assert [result.probe for result in report.results] == [None, 7, None, None]
    assert report.round_trip_s is not None
    assert abs(report.round_trip_s - 0.15) < 1e-9
    assert sent.in_flight_bytes == 0
    assert not report.outage
    assert sent.on_feedback(TransportFeedback(0, 1, (4_000,)), 0.5).results == ()


def test_the_receivers_clock_may_go_round() -> None:
    sent = SentPackets()
    sent.on_sent(100, 0.0)
    sent.on_sent(100, 1.0)
    (first,) = sent.on_feedback(TransportFeedback(0, 0, (CLOCK_TICKS // 2 - 2_000,)), 0.1).results
    (second,) = sent.on_feedback(TransportFeedback(1, 1, (-CLOCK_TICKS // 2 + 2_000,)), 1.1).results
    assert first.arrived_s is not None
    assert second.arrived_s is not None
    assert abs(second.arrived_s - first.arrived_s - 1.0) < 1e-6


def test_a_long_cut_is_no_congestion() -> None:
    sent = SentPackets()
    for at in range(100):
        sent.on_sent(100, at / 50)
    lost = int(OUTAGE_S * 50) + 5
    report = sent.on_feedback(TransportFeedback(0, 0, (None,) * lost + (4,) * (100 - lost)), 2.1)
    assert report.outage
    short = SentPackets()
    for at in range(20):
        short.on_sent(100, at / 50)
    assert not short.on_feedback(TransportFeedback(0, 0, (None,) * 10 + (4,) * 10), 2.1).outage


def test_what_nobody_tells_of_is_forgotten() -> None:
    sent = SentPackets()
    sent.on_sent(1_000, 0.0)
    assert sent.oldest_sent_s == 0.0
    sent.on_sent(200, REMEMBERED_S + 1)
    assert sent.in_flight_bytes == 200
    assert sent.oldest_sent_s == REMEMBERED_S + 1


def test_what_a_report_does_not_reach_back_to_is_given_up() -> None:
    sent = SentPackets()
    for at in range(10):
        sent.on_sent(1_000, at / 10)
    report = sent.on_feedback(TransportFeedback(6, 0, (4_000, 4_400)), 1.1)
    assert len(report.results) == 2
    assert sent.in_flight_bytes == 2_000
    assert sent.oldest_sent_s == 0.8
    assert sent.on_feedback(TransportFeedback(2, 1, (4_000, 4_400)), 1.2).results == ()


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("send"), st.integers(1, 1_500)),
            st.tuples(
                st.just("feedback"), st.integers(0, 0xFFFF), st.lists(st.one_of(st.none(), st.integers(0, 9_999)))
            ),
            st.tuples(st.just("wait"), st.floats(0, 20)),
        ),
        max_size=80,
    )
)
def test_no_report_however_wrong_breaks_the_count(moves: list[tuple[object, ...]]) -> None:
    sent = SentPackets()
    now_s = 0.0
    told = numbered = 0
    for move in moves:
        if move[0] == "send":
            assert isinstance(move[1], int)
            assert sent.on_sent(move[1], now_s) == numbered & 0xFFFF
            numbered += 1
        elif move[0] == "wait":
            assert isinstance(move[1], float)
            now_s += move[1]
        else:
            assert isinstance(move[1], int)
            assert isinstance(move[2], list)
            told += len(sent.on_feedback(TransportFeedback(move[1], 0, tuple(move[2])), now_s).results)
        assert sent.in_flight_bytes >= 0
        assert told <= numbered
