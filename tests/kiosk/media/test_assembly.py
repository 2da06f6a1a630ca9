"""Frames are given whole, once, in order, and never without what they build upon."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.assembly import CAPACITY, FrameAssembler, VideoPacket


def packets(frames: list[tuple[bool, int]], first: int = 65_500) -> list[VideoPacket]:
    """Packets of frames (is a key frame, number of packets)."""
    made = []
    number = first
    for index, (key, count) in enumerate(frames):
        for part in range(count):
            head = b"\x00" if key else b"\x01"
            made.append(
                VideoPacket(
                    sequence_number=number & 0xFFFF,
                    timestamp=index * 3_000,
                    marker=part == count - 1,
                    start=part == 0,
                    data=(head if part == 0 else b"\xff") + bytes([index & 0xFF, part]),
                )
            )
            number += 1
    return made


def feed(assembler: FrameAssembler, some: list[VideoPacket], now_s: float = 0.0) -> list[int]:
    return [frame.timestamp // 3_000 for packet in some for frame in assembler.add(packet, now_s)]


def test_a_frame_is_given_at_its_marker() -> None:
    assembler = FrameAssembler()
    made = packets([(True, 3), (False, 1)])
    assert feed(assembler, made[:2]) == []
    frames = assembler.add(made[2], 0.0)
    assert [frame.data for frame in frames] == [b"".join(packet.data for packet in made[:3])]
    assert feed(assembler, made[3:]) == [1]


def test_waits_for_a_key_frame_first() -> None:
    made = packets([(False, 2), (False, 1), (True, 2), (False, 1)])
    assert feed(FrameAssembler(), made) == [2, 3]


def test_a_filled_hole_gives_everything_that_waited() -> None:
    made = packets([(True, 2), (False, 2), (False, 1), (False, 1)])
    assembler = FrameAssembler()
    assert feed(assembler, made[:2] + made[3:]) == [0]
    assert assembler.recovery.holes == [65_502]
    assert feed(assembler, [made[2]]) == [1, 2, 3]
    assert assembler.recovery.holes == []


def test_a_hole_is_given_up_at_the_next_key_frame() -> None:
    made = packets([(True, 2), (False, 2), (False, 1), (True, 3), (False, 1)])
    assert feed(FrameAssembler(), made[:2] + made[3:]) == [0, 3, 4]


def test_padding_fills_its_number() -> None:
    made = packets([(True, 1), (False, 1), (False, 1)])
    made[1] = VideoPacket(made[1].sequence_number, 3_000, False, False, b"")
    assert feed(FrameAssembler(), made) == [0, 2]


def test_padding_that_is_lost_holds_no_picture_up() -> None:
    made = [with_picture_id(packet, 127 - 2) for packet in packets([(True, 1), (False, 1), (False, 2), (False, 1)])]
    shifted = [replace(packet, sequence_number=(packet.sequence_number + 5) & 0xFFFF) for packet in made[2:]]
    assembler = FrameAssembler()
    assert feed(assembler, made[:2] + shifted) == [0, 1, 2, 3]
    assert assembler.recovery.holes == []


def test_protection_of_which_the_first_is_lost_holds_no_picture_up() -> None:
    made = [with_picture_id(packet, 3) for packet in packets([(True, 2), (False, 2), (False, 1)], first=10)]
    protection = VideoPacket(made[1].sequence_number + 2, made[1].timestamp, False, False, b"")
    after = [replace(packet, sequence_number=packet.sequence_number + 2) for packet in made[2:]]
    assembler = FrameAssembler()
    assert feed(assembler, [*made[:2], protection, *after]) == [0, 1, 2]
    assert assembler.recovery.holes == []


def test_a_packet_that_is_rebuilt_is_as_good_as_one_that_came() -> None:
    made = packets([(True, 2), (False, 2), (False, 1)])
    assembler = FrameAssembler()
    assert feed(assembler, made[:2] + made[3:]) == [0]
    assert [frame.timestamp // 3_000 for frame in assembler.add(made[2], 0.0, rebuilt=True)] == [1, 2]
    assert assembler.requests(1.0).nack == []


def test_a_picture_that_is_lost_between_two_is_not_taken_for_padding() -> None:
    made = [with_picture_id(packet, 3) for packet in packets([(True, 1), (False, 1), (False, 1)])]
    assert feed(FrameAssembler(), [made[0], made[2]]) == [0]


def with_picture_id(packet: VideoPacket, first: int) -> VideoPacket:
    return replace(packet, picture_id=(first + packet.timestamp // 3_000) % 128, picture_id_bits=7)


def test_a_jump_of_numbers_starts_again_at_a_key_frame() -> None:
    assembler = FrameAssembler()
    assert feed(assembler, packets([(True, 1), (False, 1)], first=100)) == [0, 1]
    far = packets([(False, 1), (True, 2), (False, 1)], first=100 + 3 * CAPACITY)
    assert feed(assembler, far) == [1, 2]


@settings(max_examples=150, deadline=None)
@given(
    frames=st.lists(
        st.tuples(st.sampled_from([True, False, False, False]), st.integers(1, 4)), min_size=1, max_size=25
    ),
    seed=st.integers(0, 2**32),
    loss=st.sampled_from([0.0, 0.05, 0.3]),
    spread=st.integers(0, 6),
    first=st.sampled_from([0, 1, 32_760, 65_530]),
)
def test_what_is_given_can_always_be_decoded(
    frames: list[tuple[bool, int]], seed: int, loss: float, spread: int, first: int
) -> None:
    chance = random.Random(seed)
    made = [packet for packet in packets(frames, first) if chance.random() >= loss]
    made += chance.sample(made, len(made) // 4)
    order = sorted(range(len(made)), key=lambda at: at + chance.uniform(0, spread))
    given_frames = feed(FrameAssembler(), [made[at] for at in order])
    assert given_frames == sorted(set(given_frames))
    for before, after in zip([None, *given_frames], given_frames, strict=False):
        assert frames[after][0] or before == after - 1
    if loss == 0.0 and spread == 0 and frames[0][0]:
        assert given_frames == list(range(len(frames)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 65_535), st.booleans(), st.booleans(), st.integers(0, 2)), max_size=200))
def test_any_packets_are_survived_in_bounded_memory(chaos: list[tuple[int, bool, bool, int]]) -> None:
    assembler = FrameAssembler()
    for at, (number, marker, start, size) in enumerate(chaos):
        assembler.add(VideoPacket(number, at, marker, start, bytes(size)), at / 100)
        assembler.requests(at / 100)
        assert len(assembler._packets) <= CAPACITY
