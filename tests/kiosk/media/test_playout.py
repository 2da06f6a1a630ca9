"""Remote sound is played whole when it can be, holes are short, and delay is given back."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.playout import BLOCK, CAPACITY, CONCEAL, MAX_DEPTH, RATE_HZ, START_DEPTH, Playout

PACKET = 960
MS = RATE_HZ // 1000


def voice(start: int, size: int) -> np.ndarray:
    """A steady vowel of 200 Hz, as a function of time alone: what was played tells where it was."""
    at = np.arange(start, start + size) / RATE_HZ
    return (8_000 * np.sin(2 * np.pi * 200 * at) + 4_000 * np.sin(2 * np.pi * 600 * at)).astype(np.int16)


class Line:
    """Packets of 20 ms through a network of chosen delays; one block is taken each 10 ms."""

    def __init__(self) -> None:
        self.playout = Playout()
        self.played: list[np.ndarray] = []
        self.depths: list[int] = []

    def run(self, packets: list[tuple[int, int]], blocks: int) -> None:
        """`packets`: (block number at which it arrives, packet number)."""
        arriving = sorted(packets, key=lambda packet: packet[0])
        for block in range(blocks):
            while arriving and arriving[0][0] <= block:
                _, number = arriving.pop(0)
                self.playout.put(number * PACKET, voice(number * PACKET, PACKET))
            self.played.append(self.playout.take())
            self.depths.append(self.playout.depth)

    def silent_ms(self, first: int = 0) -> int:
        """Longest stretch of silence from block `first` on."""
        sound = np.abs(np.concatenate(self.played[first:])) < 50
        longest = run = 0
        for start in range(0, len(sound), MS):
            run = run + 1 if sound[start : start + MS].all() else 0
            longest = max(longest, run)
        return longest


def on_time(count: int, *, without: set[int] | None = None) -> list[tuple[int, int]]:
    return [(2 * number, number) for number in range(count) if number not in (without or set())]


def test_a_perfect_line_is_played_exactly() -> None:
    line = Line()
    line.run(on_time(200), 400)
    sound = np.concatenate(line.played)
    start = int(np.flatnonzero(sound)[0]) - 1
    assert start <= START_DEPTH + BLOCK
    expected = voice(0, len(sound) - start)
    assert (sound[start : start + 90 * BLOCK] == expected[: 90 * BLOCK]).all()
    assert line.playout.concealed == 0
    assert line.playout.late == 0


def test_one_lost_packet_costs_no_silence_and_no_delay() -> None:
    line, perfect = Line(), Line()
    line.run(on_time(200, without={60}), 400)
    perfect.run(on_time(200), 400)
    assert line.playout.concealed == PACKET
    assert line.silent_ms(first=20) <= 20
    assert line.depths[-1] == perfect.depths[-1]
    # A steady vowel goes on as if nothing had happened.
    gone = np.concatenate(line.played).astype(int) - np.concatenate(perfect.played).astype(int)
    assert np.abs(gone).max() < 8_000


def test_a_long_hole_is_skipped_after_60_ms() -> None:
    line = Line()
    packets = on_time(60) + [(2 * number, number) for number in range(100, 200)]
    line.run([(block if number < 60 else block - 80, number) for block, number in packets], 240)
    assert line.playout.concealed <= CONCEAL + 2 * BLOCK
    assert line.silent_ms(first=20) <= 60


def test_an_outage_that_lost_everything_leaves_the_delay_as_it_was() -> None:
    line, perfect = Line(), Line()
    line.run([(2 * n, n) for n in range(400) if not 100 <= n < 250], 800)
    perfect.run(on_time(400), 800)
    assert line.depths[-1] <= perfect.depths[-1] + 20 * MS
    assert line.depths[-1] >= 0
    assert line.playout.depth <= MAX_DEPTH


def test_an_outage_delivered_late_in_one_burst_does_not_stay_as_delay() -> None:
    line = Line()
    packets = [(2 * n if not 100 <= n < 250 else 500, n) for n in range(1_200)]
    line.run(packets, 2_400)
    assert max(line.depths[510:]) <= MAX_DEPTH
    assert line.depths[-1] <= START_DEPTH + 40 * MS


def test_a_hiccup_raises_the_delay_only_for_a_while() -> None:
    line = Line()
    packets = [(2 * n if n != 100 else 2 * n + 20, n) for n in range(1_000)]
    packets = [(220, n) if 100 <= n <= 110 else (block, n) for block, n in packets]
    line.run(packets, 2_000)
    assert max(line.depths[200:300]) > START_DEPTH
    assert line.depths[-1] <= START_DEPTH + 20 * MS
    assert line.playout.skipped > 0


def test_what_is_cut_to_shrink_is_not_heard_as_a_click() -> None:
    line = Line()
    packets = [(220, n) if 100 <= n <= 110 else (2 * n, n) for n in range(1_000)]
    line.run(packets, 2_000)
    after = np.concatenate(line.played[230:]).astype(int)
    steps = np.abs(np.diff(after)).max()
    assert steps < 3 * np.abs(np.diff(voice(0, RATE_HZ).astype(int))).max()


def test_a_line_with_jitter_finds_its_delay() -> None:
    chance = random.Random(3)
    line = Line()
    line.run([(2 * n + chance.randrange(0, 8), n) for n in range(2_000)], 4_000)
    settled = line.playout.concealed
    line.run([(2 * n - 4_000 + chance.randrange(0, 8), n) for n in range(2_000, 3_000)], 2_000)
    assert line.playout.concealed - settled < 0.03 * 1_000 * PACKET
    assert np.mean(line.depths[-500:]) < 150 * MS


@pytest.mark.parametrize("drift", [0.995, 1.005])
def test_two_clocks_that_differ_do_not_pull_apart(drift: float) -> None:
    line = Line()
    line.run([(int(2 * n * drift), n) for n in range(2_000)], 3_950)
    assert max(line.depths[200:]) < 200 * MS
    assert line.silent_ms(first=200) <= 20


def test_a_source_that_starts_again_elsewhere_is_played() -> None:
    line = Line()
    line.run(on_time(100), 200)
    for number in range(100):
        line.playout.put(9_000_000 + number * PACKET, voice(number * PACKET, PACKET))
        line.played.append(line.playout.take())
        line.played.append(line.playout.take())
    assert np.abs(np.concatenate(line.played[-100:])).max() > 5_000


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_arrives_a_block_is_a_block_and_memory_is_bounded(data: st.DataObject) -> None:
    playout = Playout()
    steps = data.draw(
        st.lists(
            st.tuples(
                st.booleans(),
                st.one_of(st.integers(-3, 40).map(lambda n: n * PACKET + n), st.integers(-(2**40), 2**40)),
                st.sampled_from([0, 1, 120, 480, 960, 2_880, CAPACITY]),
            ),
            max_size=120,
        )
    )
    for take, timestamp, size in steps:
        if take:
            block = playout.take()
            assert block.shape == (BLOCK,)
            assert block.dtype == np.int16
        else:
            playout.put(timestamp, voice(timestamp % RATE_HZ, size))
        assert playout.depth <= CAPACITY
        assert len(playout._history) == 1_920


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.3), st.integers(0, 20))
def test_loss_and_jitter_never_leave_more_than_the_largest_delay(seed: int, loss: float, jitter: int) -> None:
    chance = random.Random(seed)
    line = Line()
    line.run(
        [(2 * n + chance.randrange(0, jitter + 1), n) for n in range(120) if chance.random() >= loss],
        330,
    )
    assert max(line.depths) <= MAX_DEPTH + 30 * PACKET
    assert all(block.shape == (BLOCK,) for block in line.played)
    assert not line.played[-1].any(), "silence when all is played"
