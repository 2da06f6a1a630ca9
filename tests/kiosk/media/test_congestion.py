"""Numbers, shares and news go where they belong; no picture is taken while nothing comes back."""

from kiosk.media.congestion import FIRST_FLIGHT_BYTES, FIRST_PATIENCE_S, PACKET_OVERHEAD_BYTES, Congestion
from kiosk.media.estimator import START_BPS
from kiosk.media.pacer import Kind
from kiosk.media.rate import SendRate
from kiosk.media.transport_feedback import TransportFeedback


def all_taken(side: Congestion, from_s: float, until_s: float) -> list[tuple[Kind, int | None]]:
    """(kind, transport number) of what leaves, looked at each millisecond."""
    left = []
    for step in range(int((until_s - from_s) * 1000)):
        now_s = from_s + step / 1000
        while (departure := side.take(now_s)) is not None:
            size = departure.size - PACKET_OVERHEAD_BYTES
            left.append((departure.kind, side.leaving(departure.kind, size, now_s, departure.probe)))
    return left


def test_each_numbered_packet_has_the_next_number_and_documents_have_none() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    assert side.leaving(Kind.VOICE, 100, 10.0) == 0
    assert side.leaving(Kind.RTCP, 100, 10.0) is None
    side.push(Kind.PICTURE, "picture", 1_000)
    side.push(Kind.DOCUMENT, "document", 1_000)
    side.push(Kind.RETRANSMISSION, "again", 1_000)
    assert sorted(all_taken(side, 10.0, 10.5)) == [
        (Kind.RETRANSMISSION, 1),
        (Kind.PICTURE, 2),
        (Kind.DOCUMENT, None),
    ]
    assert side.sent.sent_bytes == 4_200 - 1_000 + 5 * PACKET_OVERHEAD_BYTES


def test_no_picture_is_taken_beyond_the_first_ones_until_something_comes_back() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    assert not side.behind(10.0)
    for _ in range(FIRST_FLIGHT_BYTES // 1_000 + 1):
        side.leaving(Kind.PICTURE, 1_000, 10.0)
    assert side.behind(10.0)
    side.on_feedback(TransportFeedback(0, 0, tuple(range(4_000, 4_008))), 10.1)
    assert not side.behind(10.1)


def test_while_nothing_is_known_a_few_more_pictures_leave_as_time_passes() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    for _ in range(7):
        side.leaving(Kind.PICTURE, 1_000, 10.0)
    assert side.behind(10.0)
    assert not side.behind(10.5), "the other way may be slow to bring news"
    side.leaving(Kind.PICTURE, 6_000, 10.5)
    assert side.behind(10.5)
    assert side.behind(10.0 + FIRST_PATIENCE_S + 0.1), "no news for so long: nothing passes"


def test_no_picture_is_taken_while_those_before_wait_here() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    for _ in range(30):
        side.push(Kind.PICTURE, "picture", 1_200)
    assert side.behind(10.0)


def test_no_picture_is_taken_when_nothing_comes_back_any_more() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    for at in range(100):
        now_s = 10 + at / 50
        side.leaving(Kind.VOICE, 100, now_s)
        if at < 50:
            side.on_feedback(TransportFeedback(at, 0, (at * 80,)), now_s + 0.05)
    assert side.behind(12.5)


def test_without_transport_feedback_the_word_of_the_receiver_counts() -> None:
    rate = SendRate(10.0)
    side = Congestion(rate, 10.0, numbered=False)
    assert side.leaving(Kind.PICTURE, 1_000, 10.0) is None
    side.on_receiver_estimate(900_000, 11.0)
    assert rate.estimate_bps == 900_000
    for second in range(12, 20):
        side.on_receiver_loss(0.3, float(second))
    assert rate.estimate_bps < 600_000
    assert not side.behind(30.0), "no news is no sign where none is sent"
    side.tick(30.0)
    assert side.take(30.0) is None, "and nothing is probed"


def test_with_it_the_word_of_the_receiver_does_not_count() -> None:
    rate = SendRate(10.0)
    side = Congestion(rate, 10.0)
    side.on_receiver_estimate(50_000, 11.0)
    side.on_receiver_loss(0.9, 12.0)
    assert rate.estimate_bps == START_BPS
    assert rate.loss == 0


def test_documents_that_wait_are_seen_and_given_their_share() -> None:
    rate = SendRate(10.0)
    side = Congestion(rate, 10.0)
    for _ in range(20):
        side.push(Kind.DOCUMENT, "document", 1_200)
    side.tick(10.0)
    assert rate.documents_wait
    assert side.pacer.documents_bps == rate.documents_bps


def test_the_first_picture_is_also_the_first_probe() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    side.tick(10.0)
    assert not side.pacer.probing, "there is nothing to probe with"
    side.push(Kind.PICTURE, "picture", 1_000)
    side.tick(10.0)
    assert side.pacer.probing


def test_a_long_handshake_is_a_long_way() -> None:
    side = Congestion(SendRate(10.0), 10.0)
    side.on_handshake(0.1, 10.0)
    assert not side.repeats
    side.on_handshake(1.2, 10.0)
    assert side.repeats
