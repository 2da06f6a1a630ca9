"""The voice never waits, pictures leave evenly, documents at their own rate, probes at theirs."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.pacer import BURST_S, PACE, Kind, Pacer
from kiosk.media.probing import Probe


def drained(pacer: Pacer[str], from_s: float, until_s: float) -> list[tuple[float, Kind, str | None, int | None]]:
    """All that leaves, looked at each millisecond."""
    left = []
    for step in range(int((until_s - from_s) * 1000) + 1):
        now_s = from_s + step / 1000
        while (departure := pacer.take(now_s)) is not None:
            if departure.kind is Kind.PADDING:
                pacer.padded(min(departure.size, 1_000), now_s)
            left.append((now_s, departure.kind, departure.item, departure.probe))
    return left


def test_a_frame_leaves_evenly_and_what_is_sent_again_goes_first() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.set_rates(800_000 / PACE, 100_000, careful=False)
    for part in range(10):
        pacer.push(Kind.PICTURE, f"p{part}", 1_000)
    pacer.push(Kind.RETRANSMISSION, "again", 1_000)
    left = drained(pacer, 5.0, 5.2)
    assert [item for _, _, item, _ in left] == ["again", *[f"p{part}" for part in range(10)]]
    assert 0.08 <= left[-1][0] - left[0][0] <= 0.11, "11 packets of 10 ms, less the burst"
    assert pacer.delay_s(6.0) is None


def test_the_voice_takes_its_room_from_the_picture() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.set_rates(800_000 / PACE, 100_000, careful=False)
    pacer.push(Kind.PICTURE, "p", 1_000)
    pacer.spent(1_000, 5.0)
    assert pacer.take(5.0) is None
    delay_s = pacer.delay_s(5.0)
    assert delay_s is not None
    assert abs(delay_s - (0.010 - BURST_S)) < 1e-6
    assert pacer.take(5.0 + delay_s) is not None


def test_documents_keep_their_rate_and_do_not_hold_up_pictures() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.set_rates(2_000_000, 400_000, careful=False)
    for part in range(100):
        pacer.push(Kind.DOCUMENT, f"d{part}", 1_250)
    pacer.push(Kind.PICTURE, "p", 1_000)
    left = drained(pacer, 5.0, 6.0)
    assert left[0][2] == "p"
    documents = sum(kind is Kind.DOCUMENT for _, kind, _, _ in left)
    assert 40 <= documents <= 43, "400 kbit are 40 packets"


def test_a_probe_leaves_at_its_rate_media_first_then_padding() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.set_rates(300_000, 100_000, careful=True)
    pacer.push(Kind.PICTURE, "p0", 1_000)
    pacer.push(Kind.PICTURE, "p1", 1_000)
    pacer.begin(Probe(3, 1_600_000, 5, 6_000), 5.0)
    left = drained(pacer, 5.0, 5.2)
    assert [item for _, _, item, _ in left] == ["p0", "p1", None, None, None, None]
    assert {probe for _, _, _, probe in left} == {3}
    assert 0.015 <= left[-1][0] - left[0][0] <= 0.027
    assert pacer.probe_sent[:2] == (3, 6)
    assert not pacer.probing


def test_a_probe_of_a_thin_way_is_made_of_small_packets() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.set_rates(100_000, 50_000, careful=True)
    pacer.begin(Probe(1, 200_000, 5, 450), 5.0)
    sizes = []
    now_s = 5.0
    while pacer.probing:
        departure = pacer.take(now_s)
        if departure is not None:
            sizes.append(departure.size)
            pacer.padded(departure.size, now_s)
        now_s += 0.001
    assert sizes == [200] * 5
    assert now_s < 5.05


def test_a_probe_without_padding_ends() -> None:
    pacer: Pacer[str] = Pacer()
    pacer.begin(Probe(1, 900_000, 5, 2_000), 5.0)
    departure = pacer.take(5.0)
    assert departure is not None
    assert departure.kind is Kind.PADDING
    pacer.padded(0, 5.0)
    assert pacer.probe_sent[:2] == (1, 0)
    assert pacer.take(6.0) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Kind.PICTURE, Kind.RETRANSMISSION, Kind.DOCUMENT, Kind.VOICE]),
            st.integers(50, 1_300),
            st.floats(0, 0.05),
        ),
        max_size=80,
    ),
    st.floats(30_000, 5e6),
    st.floats(30_000, 5e6),
)
def test_all_leaves_in_the_end_in_order_within_its_kind(
    pushes: list[tuple[Kind, int, float]], estimate_bps: float, documents_bps: float
) -> None:
    pacer: Pacer[int] = Pacer()
    pacer.set_rates(estimate_bps, documents_bps, careful=False)
    now_s = 100.0
    left: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    waiting: dict[Kind, list[int]] = {kind: [] for kind in Kind}

    def drain() -> None:
        while (departure := pacer.take(now_s)) is not None:
            assert departure.item is not None
            left[departure.kind].append(departure.item)

    for order, (kind, size, pause_s) in enumerate(pushes):
        if kind is Kind.VOICE:
            pacer.spent(size, now_s)
        else:
            pacer.push(kind, order, size)
            waiting[kind].append(order)
        drain()
        now_s += pause_s
    for _ in range(10_000):
        delay_s = pacer.delay_s(now_s)
        if delay_s is None:
            break
        now_s += delay_s + 1e-6
        drain()
    assert left == waiting
    assert pacer.picture_wait_s == 0
    assert all(pacer.waiting_bytes(kind) == 0 for kind in (Kind.PICTURE, Kind.RETRANSMISSION, Kind.DOCUMENT))
