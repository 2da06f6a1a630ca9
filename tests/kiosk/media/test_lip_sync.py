"""Two streams are brought to one clock, and the early one waits, a little at a time."""

import pytest

from kiosk.media.lip_sync import (
    HEAR_EARLY_S,
    HEAR_LATE_S,
    MOST_PICTURE_S,
    MOST_STEP_S,
    MOST_VOICE_S,
    UNLIKELY_S,
    LipSync,
    SenderClock,
)

NOON = 3_990_000_000 << 32


def test_a_timestamp_is_an_instant_of_the_sender() -> None:
    clock = SenderClock(90_000)
    assert clock.sent_s(0) is None
    clock.report(NOON, 2**32 - 90_000)
    assert clock.sent_s(2**32 - 90_000) == 3_990_000_000
    assert clock.sent_s(45_000) == pytest.approx(3_990_000_001.5)
    assert clock.sent_s(2**32 + 45_000) == pytest.approx(3_990_000_001.5), "unwrapped ones too"
    assert clock.sent_s(2**32 - 180_000) == pytest.approx(3_989_999_999.0)
    clock.report(NOON + (1 << 31), 0)
    assert clock.sent_s(0) == 3_990_000_000.5


def play(sync: LipSync, ahead_s: float, pictures: int = 600) -> float:
    """Pictures whose sound would be `ahead_s` ahead if nobody were held, and both obey at once; what is left."""
    for _ in range(pictures):
        sync.observe(ahead_s + sync.picture_held_s - sync.voice_held_s)
    return ahead_s + sync.picture_held_s - sync.voice_held_s


@pytest.mark.parametrize("ahead_s", [-HEAR_LATE_S, -0.01, 0.0, HEAR_EARLY_S])
def test_what_nobody_notices_is_left(ahead_s: float) -> None:
    sync = LipSync()
    assert play(sync, ahead_s) == ahead_s
    assert sync.sound_ahead_s == pytest.approx(ahead_s)


@pytest.mark.parametrize("ahead_s", [-0.25, -0.12, 0.08, 0.2, 0.4])
def test_whoever_is_early_waits(ahead_s: float) -> None:
    sync = LipSync()
    assert -HEAR_LATE_S - 0.01 <= play(sync, ahead_s) <= HEAR_EARLY_S + 0.01
    assert (sync.picture_held_s > 0.0) == (ahead_s < 0.0)
    assert (sync.voice_held_s > 0.0) == (ahead_s > 0.0)


def test_nobody_waits_for_long() -> None:
    sync = LipSync()
    play(sync, -2.0, 3_000)
    assert (sync.picture_held_s, sync.voice_held_s) == (MOST_PICTURE_S, 0.0)
    play(sync, 2.0, 3_000)
    assert (sync.picture_held_s, sync.voice_held_s) == (0.0, MOST_VOICE_S)


def test_a_change_comes_gently_and_is_given_back() -> None:
    sync = LipSync()
    held = 0.0
    for _ in range(200):
        sync.observe(0.3 - sync.voice_held_s)
        assert sync.voice_held_s - held <= MOST_STEP_S + 1e-9
        held = sync.voice_held_s
    assert held > 0.2
    assert abs(play(sync, 0.0)) < HEAR_LATE_S + 0.01


def test_a_voice_does_not_wait_for_pictures_that_show_no_lips() -> None:
    sync = LipSync()
    play(sync, 0.3)
    held = sync.voice_held_s
    assert held > 0.1
    for _ in range(30):
        sync.observe(1.0, apart_s=0.5)
    assert sync.voice_held_s == 0.0
    assert sync.sound_ahead_s == pytest.approx(1.0, abs=0.05)


def test_a_mistaken_clock_moves_nothing() -> None:
    sync = LipSync()
    for _ in range(100):
        sync.observe(UNLIKELY_S + 1.0)
    assert (sync.sound_ahead_s, sync.picture_held_s, sync.voice_held_s) == (None, 0.0, 0.0)
