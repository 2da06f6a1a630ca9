"""The target follows what the receiver says, in few steps upwards and at once downwards."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.rate import (
    AUDIO_RESERVE_BPS,
    CEILING_BPS,
    DOCUMENTS_SHARE,
    FLOOR_BPS,
    MAX_DOCUMENTS_BPS,
    MIN_DOCUMENTS_BPS,
    QUEUE_S,
    START_BPS,
    UP_INTERVAL_S,
    UP_STEP,
    DocumentRate,
    SendRate,
)


def test_starts_high_and_climbs_in_few_steps() -> None:
    rate = SendRate()
    assert rate.target_bps == START_BPS >= 1_000_000
    targets = []
    for tenth in range(200):
        rate.on_estimate(int(1_300_000 * 1.008**tenth), tenth / 10)
        targets.append(rate.target_bps)
    assert targets[-1] >= CEILING_BPS / UP_STEP
    assert len(set(targets)) <= 5, "each change costs a key frame"


def test_a_narrow_link_is_followed_at_once_leaving_room_for_the_voice() -> None:
    rate = SendRate()
    rate.on_estimate(250_000, 0.1)
    assert rate.target_bps == 250_000 - AUDIO_RESERVE_BPS
    rate.on_estimate(60_000, 0.2)
    assert rate.target_bps == FLOOR_BPS


def test_heavy_loss_lowers_the_target_and_light_loss_lets_it_grow() -> None:
    rate = SendRate()
    for second in range(5):
        rate.on_loss(0.3, float(second))
    low = rate.target_bps
    assert low < START_BPS * 0.6
    for second in range(5, 60):
        rate.on_loss(0.0, float(second))
    assert rate.target_bps > low * 2


def test_an_estimate_that_only_mirrors_a_cheap_picture_takes_nothing_away() -> None:
    rate = SendRate(began_s=100.0)
    for tenth in range(1, 100):
        rate.on_estimate(400_000 + 1_000 * tenth, 100.0 + tenth / 10, sent_bytes=int(400_000 / 8 * tenth / 10))
    assert rate.target_bps == START_BPS
    rate.on_estimate(250_000, 110.0, sent_bytes=int(400_000 / 8 * 10))
    assert rate.target_bps == 250_000 - AUDIO_RESERVE_BPS, "a falling estimate is a full link"


def test_a_document_that_fills_the_link_takes_room_from_the_picture() -> None:
    rate = SendRate()
    rate.on_estimate(600_000, 0.0)
    before = rate.target_bps
    rate.set_documents(True, 1.0)
    assert rate.target_bps <= before * (1 - DOCUMENTS_SHARE) + 1
    rate.set_documents(False, 2.0)
    rate.on_estimate(600_000, 2.0 + UP_INTERVAL_S)
    assert rate.target_bps == before


def test_documents_are_free_until_a_queue_grows() -> None:
    documents = DocumentRate()
    documents.observe(None, 0.0)
    for tenth in range(50):
        documents.on_sent(50_000, tenth / 10)
        documents.observe(0.05, tenth / 10)
    assert documents.allowed_bps is None
    documents.observe(0.05 + 2 * QUEUE_S, 5.0)
    assert documents.allowed_bps is not None
    first = documents.allowed_bps
    assert first < 8 * 500_000
    documents.observe(0.05 + 2 * QUEUE_S, 5.1)
    assert documents.allowed_bps == first, "one step, then see what it does"
    for second in range(6, 20):
        documents.observe(0.06, float(second))
    assert documents.allowed_bps is None or documents.allowed_bps > first


@given(
    st.lists(st.tuples(st.floats(0, 3), st.one_of(st.none(), st.floats(0.001, 5)), st.integers(0, 60_000)), max_size=60)
)
def test_what_documents_may_send_stays_in_its_bounds(steps: list[tuple[float, float | None, int]]) -> None:
    documents = DocumentRate()
    now_s = 0.0
    for pause_s, round_trip_s, size in steps:
        now_s += pause_s
        if size:
            documents.on_sent(size, now_s)
            assert documents.travelling(now_s)
        documents.observe(round_trip_s, now_s)
        assert documents.allowed_bps is None or MIN_DOCUMENTS_BPS <= documents.allowed_bps <= MAX_DOCUMENTS_BPS
    assert not documents.travelling(now_s + 10)


@given(
    st.lists(
        st.tuples(st.sampled_from(["estimate", "loss", "documents"]), st.integers(0, 10_000_000), st.floats(0, 5)),
        max_size=60,
    )
)
def test_the_target_stays_in_its_bounds_and_rises_rarely(steps: list[tuple[str, int, float]]) -> None:
    rate = SendRate()
    now_s = 0.0
    last_rise_s: float | None = None
    for kind, value, pause_s in steps:
        now_s += pause_s
        before = rate.target_bps
        if kind == "estimate":
            rate.on_estimate(value, now_s)
        elif kind == "loss":
            rate.on_loss(value % 257 / 256, now_s)
        else:
            rate.set_documents(bool(value % 2), now_s)
        assert FLOOR_BPS <= rate.target_bps <= CEILING_BPS
        if rate.target_bps > before:
            assert last_rise_s is None or now_s - last_rise_s >= UP_INTERVAL_S
            last_rise_s = now_s
        shape = rate.shape()
        assert 180 <= shape.height <= 720
        assert 12 <= shape.frames_per_s <= 30


def test_the_picture_shrinks_with_the_target_and_grows_with_hesitation() -> None:
    rate = SendRate()
    assert rate.shape().height == 720
    rate.target_bps = 300_000
    assert rate.shape().height == 360
    rate.target_bps = 460_000
    assert rate.shape().height == 360, "just above the threshold"
    rate.target_bps = 560_000
    assert rate.shape().height == 540
    rate.target_bps = 100_000
    assert rate.shape().height == 180
    rate.target_bps = 2_000_000
    assert rate.shape().height == 720
