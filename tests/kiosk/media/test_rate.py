"""What fits is shared out: voice first, then documents and the picture, in sizes that hesitate."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.estimator import START_BPS
from kiosk.media.rate import (
    CEILING_BPS,
    DOCUMENTS_LEAST,
    DOCUMENTS_PAUSE_S,
    EARLY_S,
    FLOOR_BPS,
    GROW_AFTER_S,
    PAUSE_AFTER_S,
    RESUME_AFTER_S,
    SHRINK_AFTER_S,
    SendRate,
)


def later(rate: SendRate, bps: int, from_s: float, seconds: float) -> float:
    """Hold the estimate at `bps`; the time after."""
    steps = int(seconds * 10)
    for step in range(steps + 1):
        rate.on_estimate(bps, from_s + step / 10)
    return from_s + steps / 10


def test_begins_with_a_guess_that_a_thin_link_bears() -> None:
    rate = SendRate(5.0)
    assert FLOOR_BPS < rate.target_bps < START_BPS
    assert rate.shape().height <= 360
    assert not rate.picture_paused


def test_voice_and_picture_fit_in_the_estimate() -> None:
    rate = SendRate()
    for bps in (150_000, 250_000, 500_000, 1_000_000, 5_000_000):
        rate.on_estimate(bps, 0.0)
        assert rate.voice_cost_bps + rate.target_bps <= bps
    assert rate.target_bps == CEILING_BPS
    assert rate.voice_bps == 32_000


def test_on_a_thin_link_packets_of_sound_are_longer_and_hesitate_to_shorten() -> None:
    rate = SendRate()
    lengths = []
    for bps in (300_000, 175_000, 160_000, 180_000, 200_000, 100_000, 60_000, 90_000, 100_000, 300_000):
        rate.on_estimate(bps, 0.0)
        lengths.append(round(1_000 * rate.voice_packet_s))
    assert lengths == [20, 20, 40, 40, 20, 40, 60, 60, 40, 20]
    rate.on_estimate(50_000, 0.0)
    assert rate.voice_cost_bps < 36_000, "the voice fits in fifty with room to spare"


def test_the_voice_has_24_to_32_kbit_wherever_they_fit() -> None:
    rate = SendRate()
    for bps in range(36_000, 400_000, 4_000):
        rate.on_estimate(bps, 0.0)
        assert 24_000 <= rate.voice_bps <= 32_000
        assert rate.voice_cost_bps <= bps
    rate.on_estimate(30_000, 0.0)
    assert rate.voice_cost_bps <= 30_000, "less only where no more passes"


def test_what_is_sent_again_takes_room_from_the_picture() -> None:
    rate = SendRate()
    rate.on_estimate(600_000, 0.0)
    before = rate.target_bps
    rate.on_loss(0.1, 1.0)
    assert 0.85 * before < rate.target_bps < 0.95 * before


def test_documents_take_their_share_while_they_wait_and_give_it_back() -> None:
    rate = SendRate()
    rate.on_estimate(800_000, 0.0)
    before = rate.target_bps
    rate.set_documents(True, 1.0)
    assert rate.documents_bps >= DOCUMENTS_LEAST * 800_000
    assert rate.target_bps < 0.6 * before
    assert rate.voice_cost_bps + rate.target_bps + rate.documents_bps <= 800_000
    rate.set_documents(False, 1.0 + DOCUMENTS_PAUSE_S / 2)
    assert rate.target_bps < 0.6 * before, "a pause is not the end"
    rate.set_documents(False, 1.1 + DOCUMENTS_PAUSE_S)
    assert rate.target_bps == before


def test_all_the_room_is_wanted_while_documents_wait() -> None:
    rate = SendRate()
    rate.at(10.0)
    assert CEILING_BPS < rate.wanted_bps < 3_000_000
    rate.set_documents(True, 10.0)
    assert rate.wanted_bps == float("inf")


def test_below_the_floor_the_picture_is_paused_and_told_once() -> None:
    rate = SendRate()
    told: list[bool] = []
    rate.on_change = told.append
    now_s = later(rate, 55_000, 10.0, PAUSE_AFTER_S / 2)
    assert not rate.picture_paused
    now_s = later(rate, 55_000, now_s, PAUSE_AFTER_S)
    assert rate.picture_paused
    now_s = later(rate, 200_000, now_s, RESUME_AFTER_S / 2)
    now_s = later(rate, 60_000, now_s, 1.0)
    now_s = later(rate, 200_000, now_s, RESUME_AFTER_S / 2)
    assert rate.picture_paused, "it must last"
    later(rate, 200_000, now_s, RESUME_AFTER_S)
    assert told == [True, False]


def test_sizes_hesitate_and_shrink_sooner_than_they_grow() -> None:
    rate = SendRate()
    now_s = later(rate, 3_000_000, EARLY_S + 1, GROW_AFTER_S + 1)
    assert rate.shape().height == 720
    now_s = later(rate, 650_000, now_s, SHRINK_AFTER_S / 2)
    assert rate.shape().height == 720
    now_s = later(rate, 650_000, now_s, SHRINK_AFTER_S)
    small = rate.shape().height
    assert small < 720
    now_s = later(rate, 3_000_000, now_s, GROW_AFTER_S / 2)
    assert rate.shape().height == small
    later(rate, 3_000_000, now_s, GROW_AFTER_S)
    assert rate.shape().height == 720


def test_a_link_that_collapses_gets_a_small_picture_at_once() -> None:
    rate = SendRate()
    now_s = later(rate, 3_000_000, EARLY_S + 1, GROW_AFTER_S + 1)
    rate.on_estimate(330_000, now_s + 0.1)
    assert rate.shape().height < 540


def test_sizes_follow_at_once_at_the_beginning() -> None:
    rate = SendRate(100.0)
    rate.on_estimate(3_000_000, 100.2)
    assert rate.shape().height == 720


def test_sign_language_keeps_its_frames() -> None:
    talk, sign = SendRate(), SendRate()
    sign.set_motion(True)
    for bps in (100_000, 130_000, 180_000, 250_000, 400_000, 900_000):
        later(talk, bps, 10.0, 5.0)
        later(sign, bps, 10.0, 5.0)
        assert sign.shape().frames_per_s == 30
        assert sign.shape().height <= talk.shape().height
    later(talk, 100_000, 20.0, 5.0)
    assert talk.shape().frames_per_s >= 15


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["estimate", "loss", "documents", "motion"]), st.integers(0, 20_000_000), st.floats(0, 5)
        ),
        max_size=60,
    )
)
def test_shares_stay_in_their_bounds(moves: list[tuple[str, int, float]]) -> None:
    rate = SendRate()
    told: list[bool] = []
    rate.on_change = told.append
    now_s = 0.0
    for kind, value, pause_s in moves:
        now_s += pause_s
        if kind == "estimate":
            rate.on_estimate(value, now_s)
        elif kind == "loss":
            rate.on_loss(value % 257 / 256, now_s)
        elif kind == "documents":
            rate.set_documents(bool(value % 2), now_s)
        else:
            rate.set_motion(bool(value % 2))
        assert FLOOR_BPS <= rate.target_bps <= CEILING_BPS
        assert rate.documents_bps >= FLOOR_BPS
        assert 16_000 <= rate.voice_bps <= 32_000
        assert 180 <= rate.shape().height <= 720
        assert 15 <= rate.shape().frames_per_s <= 30
        if rate.estimate_bps > 300_000:
            assert rate.voice_cost_bps + rate.target_bps <= rate.estimate_bps
    assert told == [not at % 2 for at in range(len(told))]
    assert rate.picture_paused == (bool(told) and told[-1])
