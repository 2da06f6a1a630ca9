"""The target follows what the receiver says, in few steps upwards and at once downwards."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.rate import (
    AUDIO_RESERVE_BPS,
    CEILING_BPS,
    FLOOR_BPS,
    MIN_DOCUMENTS_BPS,
    START_BPS,
    UP_INTERVAL_S,
    UP_STEP,
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


def test_documents_take_their_share_of_a_narrow_link_only() -> None:
    wide = SendRate()
    wide.set_documents(True, 0.0)
    assert wide.documents_bps() is None
    assert wide.target_bps == START_BPS
    narrow = SendRate()
    narrow.on_estimate(600_000, 0.0)
    before = narrow.target_bps
    narrow.set_documents(True, 1.0)
    share = narrow.documents_bps()
    assert share is not None
    assert share + narrow.target_bps <= 600_000
    assert narrow.target_bps < before
    narrow.set_documents(False, 2.0)
    narrow.on_estimate(600_000, 2.0 + UP_INTERVAL_S)
    assert narrow.target_bps == before


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
        limit = rate.documents_bps()
        assert limit is None or limit >= MIN_DOCUMENTS_BPS
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
