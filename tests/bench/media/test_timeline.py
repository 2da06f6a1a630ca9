"""Blocks read late, in bursts, of several tracks and after a pause are put where they belong."""

import numpy as np
import pytest

from tests.bench.media.timeline import Block, recording

FROM_S = 5_000.0


def blocks(count: int, *, late_s: list[float] | None = None, track: int = 1, from_s: float = FROM_S) -> list[Block]:
    late = late_s or [0.0] * count
    return [Block(from_s + 0.01 * (index + 1) + late[index], 48_000, 480, track) for index in range(count)]


def ramp(count: int) -> np.ndarray:
    return (np.arange(480 * count) % 30_000).astype(np.int16)


def test_nothing_was_heard() -> None:
    assert recording([], np.zeros(0, np.int16)) is None


def test_late_readings_do_not_move_the_sound() -> None:
    late = [0.0 if index % 7 == 0 else 0.004 for index in range(300)]
    found = recording(blocks(300, late_s=late), ramp(300))
    assert found is not None
    assert found.begins_s == pytest.approx(FROM_S, abs=1e-4)
    assert np.array_equal(found.samples[: 480 * 300], ramp(300))


def test_burst_after_a_busy_page_is_spread_again() -> None:
    late = [max(0.0, 0.1 - 0.01 * (index - 100)) if 100 <= index < 110 else 0.0 for index in range(300)]
    found = recording(blocks(300, late_s=late), ramp(300))
    assert found is not None
    assert np.array_equal(found.samples[: 480 * 300], ramp(300))


def test_a_track_that_stood_still_goes_on_later() -> None:
    both = blocks(100) + blocks(100, from_s=FROM_S + 3.0)
    found = recording(both, np.full(480 * 200, 7, np.int16))
    assert found is not None
    assert len(found.samples) == pytest.approx(4.0 * 48_000, abs=960)
    assert not found.samples[48_000 + 480 : 3 * 48_000 - 480].any()
    assert (found.samples[3 * 48_000 + 480 : 4 * 48_000 - 480] == 7).all()


def test_a_new_track_takes_over() -> None:
    first, second = blocks(100, track=1), blocks(100, track=2, from_s=FROM_S + 0.5)
    order = sorted(range(200), key=lambda index: (first + second)[index].read_s)
    values = np.repeat([3, 9], 48_000).astype(np.int16).reshape(200, 480)
    found = recording([(first + second)[index] for index in order], values[order].reshape(-1))
    assert found is not None
    assert (found.samples[: 48_000 // 2 - 480] == 3).all()
    assert (found.samples[48_000 + 480 : 48_000 * 3 // 2 - 480] == 9).all()


def test_other_rates_become_48_khz() -> None:
    slow = [Block(FROM_S + 0.01 * (index + 1), 16_000, 160, 1) for index in range(100)]
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.int16)
    found = recording(slow, tone)
    assert found is not None
    heard = np.abs(np.fft.rfft(found.samples[:48_000].astype(float)))
    assert int(heard.argmax()) == pytest.approx(440, abs=2)
