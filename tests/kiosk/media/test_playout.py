"""Remote sound is played whole when it can be, repaired when it cannot, and delay is given back."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.opus import OpusDecoder
from kiosk.media.playout import BLOCK, MAX_DEPTH, MAX_PACKETS, RATE_HZ, START_DEPTH, Playout
from tests.fakes import sound_line
from tests.fakes.sound_line import PACKET, Heard, packets, play, vowels

MS = RATE_HZ // 1000
VOICE = vowels(40.0)
PLAIN = packets(VOICE, loss_percent=0)
COPIED = packets(VOICE, loss_percent=10)
SECONDS = 50
"""Packets of a second."""


def steepest_step(heard: Heard, first: int) -> int:
    return int(np.abs(np.diff(heard.sound(first).astype(int))).max())


def test_a_clean_line_is_played_exactly_with_little_delay() -> None:
    heard = play(sound_line.clean(10 * SECONDS), PLAIN)
    decoder = OpusDecoder()
    expected = np.concatenate([decoder.decode(packet) for packet in PLAIN[: 10 * SECONDS]])
    sound = heard.sound()
    start = int(np.flatnonzero(sound)[0]) - int(np.flatnonzero(expected)[0])
    assert start <= 50 * MS + START_DEPTH
    assert (sound[start:] == expected[: len(sound) - start]).all()
    playout = heard.playout
    assert (playout.concealed, playout.recovered, playout.late, playout.skipped) == (0, 0, 0, 0)
    assert heard.delay_ms(100) <= 50 + 30


def test_a_sound_card_that_takes_two_blocks_at_once_is_served() -> None:
    heard = play(sound_line.clean(20 * SECONDS), PLAIN, burst=2)
    assert heard.playout.concealed == 0
    assert heard.delay_ms(500) <= 50 + 40


def test_one_lost_packet_costs_no_silence_and_no_delay() -> None:
    trace = sound_line.clean(10 * SECONDS)
    trace[200] = None
    heard, perfect = play(trace, PLAIN), play(sound_line.clean(10 * SECONDS), PLAIN)
    assert heard.playout.concealed == PACKET
    assert heard.gap_share(20) == 0
    assert heard.depths[-20:] == perfect.depths[-20:]
    assert steepest_step(heard, 20) < 2 * steepest_step(perfect, 20)


def test_copies_are_used_once_packets_are_lost_often() -> None:
    trace = sound_line.random_loss(30 * SECONDS, 0.05)
    copied, plain = play(trace, COPIED), play(trace, PLAIN)
    assert plain.playout.recovered == 0
    assert copied.playout.recovered > 1.5 * copied.playout.concealed
    assert copied.playout.recovered + copied.playout.concealed < 1.2 * trace.count(None) * PACKET
    assert copied.delay_ms(1_000) - plain.delay_ms(1_000) <= 25, "one packet more"
    assert copied.gap_share(100) < 0.002


def test_what_the_copy_says_is_what_was_said() -> None:
    lost = next(n for n in range(100, 300) if OpusDecoder().has_copy(COPIED[n + 1]))
    playout, whole = Playout(OpusDecoder()), OpusDecoder()
    said: np.ndarray | None = None
    for number in range(lost - 4, lost + 4):
        sound = whole.decode(COPIED[number])
        if number == lost:
            said = sound
        else:
            playout.put(number * PACKET, COPIED[number])
    heard = [playout.take() for _ in range(12)][8:10]
    assert said is not None
    one, other = said.astype(float), np.concatenate(heard).astype(float)
    assert one @ other / np.sqrt((one @ one) * (other @ other)) > 0.7
    assert playout.recovered == PACKET


def test_a_long_loss_leaves_the_delay_as_it_was() -> None:
    trace = sound_line.outage(20 * SECONDS, 200, 299, lost=True)
    heard, perfect = play(trace, PLAIN), play(sound_line.clean(20 * SECONDS), PLAIN)
    assert abs(heard.depths[-1] - perfect.depths[-1]) <= 20 * MS
    assert heard.playout.concealed <= 102 * PACKET


def test_an_outage_delivered_late_in_one_burst_does_not_stay_as_delay() -> None:
    heard = play(sound_line.outage(30 * SECONDS, 200, 299, lost=False), PLAIN)
    assert max(heard.depths) <= MAX_DEPTH
    assert heard.delays_ms[-1] <= 50 + 40


def test_a_hiccup_raises_the_delay_only_for_a_while() -> None:
    heard = play(sound_line.outage(20 * SECONDS, 200, 209, lost=False), PLAIN)
    assert heard.delay_ms(0) > 50 + 25
    assert heard.delays_ms[-1] <= 50 + 40
    assert heard.playout.skipped > 0


def test_what_is_cut_or_added_is_not_heard_as_a_click() -> None:
    heard = play(sound_line.queue(30 * SECONDS, 200, 6.0), PLAIN)
    assert heard.playout.skipped > 0
    assert heard.playout.added > 0
    perfect = play(sound_line.clean(5 * SECONDS), PLAIN)
    steps = np.sort(np.abs(np.diff(heard.sound(100).astype(int))))
    assert steps[int(0.9999 * len(steps))] < 2 * steepest_step(perfect, 20)


def test_a_line_with_jitter_finds_its_delay() -> None:
    heard = play(sound_line.jitter(30 * SECONDS, 30), PLAIN)
    assert heard.playout.concealed < 0.005 * 30 * RATE_HZ
    assert heard.delay_ms(500) < 50 + 90
    assert heard.gap_share(100) == 0


def test_queues_that_fill_and_empty_are_followed_without_silence() -> None:
    heard = play(sound_line.queue(40 * SECONDS, 400, 10.0), PLAIN)
    assert heard.gap_share(100) < 0.01
    assert heard.playout.concealed < 0.06 * 40 * RATE_HZ
    assert heard.delays_ms[-100] < 50 + 60, "given back before the next one"


def test_the_sound_is_held_for_the_picture_and_let_go_again() -> None:
    playout = Playout(OpusDecoder())
    depths: list[int] = []
    for number in range(30 * SECONDS):
        playout.held = 150 * MS if number < 15 * SECONDS else 0
        playout.put(number * PACKET, PLAIN[number])
        for _ in range(2):
            playout.take()
        depths.append(playout.depth)
    assert depths[15 * SECONDS - 1] > 140 * MS
    assert depths[-1] < 40 * MS
    assert playout.concealed == 0
    assert playout.added > 0


@pytest.mark.parametrize("drift", [0.998, 1.002])
def test_two_clocks_that_differ_do_not_pull_apart(drift: float) -> None:
    trace = [at * drift for at in range(5, 2 * 40 * SECONDS, 2)]
    heard = play(trace, PLAIN, blocks=int(2 * 40 * SECONDS * 0.99))
    assert max(heard.depths[200:]) < 120 * MS
    assert heard.gap_share(200) < 0.002


def test_a_source_that_starts_again_elsewhere_is_played() -> None:
    playout = Playout(OpusDecoder())
    for start in (0, 9_000_000, 100):
        levels: list[int] = []
        for number in range(100):
            playout.put(start + number * PACKET, PLAIN[number])
            levels += [int(np.abs(playout.take()).max()), int(np.abs(playout.take()).max())]
        assert min(levels[20:]) > 500


def test_what_is_not_opus_is_not_played() -> None:
    playout = Playout(OpusDecoder())
    for number in range(10):
        playout.put(number * PACKET, b"")
        playout.put(number * PACKET, b"\xff\xff")
    assert playout.depth == 0
    assert not playout.take().any()


EVENTS = st.one_of(
    st.just(None),
    st.tuples(
        st.one_of(
            st.integers(-3, 60).map(lambda number: number * PACKET),
            st.integers(-3_000, 60_000),
            st.integers(-(2**40), 2**40),
        ),
        st.one_of(st.integers(0, 100).map(lambda number: COPIED[number]), st.binary(max_size=40)),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=150))
def test_whatever_arrives_a_block_is_a_block_and_memory_is_bounded(events: list[tuple[int, bytes] | None]) -> None:
    playout = Playout(OpusDecoder())
    for event in events:
        if event is None:
            block = playout.take()
            assert block.shape == (BLOCK,)
            assert block.dtype == np.int16
            assert playout.depth <= MAX_DEPTH
        else:
            playout.put(*event)
        assert len(playout._packets) <= MAX_PACKETS
        assert playout.depth >= 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.4), st.integers(0, 25), st.booleans())
def test_loss_jitter_and_doubles_never_leave_more_than_the_largest_delay(
    seed: int, loss: float, jitter: int, doubled: bool
) -> None:
    chance = random.Random(seed)
    playout = Playout(OpusDecoder())
    coming = [
        (2 * number + chance.randrange(0, jitter + 1), number)
        for number in range(150)
        for _ in range(2 if doubled else 1)
        if chance.random() >= loss
    ]
    coming.sort()
    for block in range(400):
        while coming and coming[0][0] <= block:
            _, number = coming.pop(0)
            playout.put(number * PACKET, COPIED[number])
        assert playout.take().shape == (BLOCK,)
        assert playout.depth <= (jitter + 16) * BLOCK
    assert playout.depth == 0, "all is played"
