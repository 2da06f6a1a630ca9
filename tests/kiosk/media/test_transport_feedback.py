"""Transport feedback is what the draft says, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.transport_feedback import FORMAT, RTCP_TYPE, TransportFeedback, build, parse, split


@given(
    first=st.integers(0, 0xFFFF),
    count=st.integers(0, 255),
    start=st.integers(-(2**30), 2**30),
    steps=st.lists(
        st.one_of(st.none(), st.integers(0, 255), st.integers(0, 3), st.integers(-0x4000, 0x7000)), max_size=300
    ),
    hole=st.integers(0, 20_000),
)
def test_what_is_built_is_read_back(first: int, count: int, start: int, steps: list[int | None], hole: int) -> None:
    arrivals: list[int | None] = [start]
    last = start
    for step in steps:
        if step is None:
            arrivals.append(None)
        else:
            last += step
            arrivals.append(last)
    arrivals += [None] * hole + [last + 7]
    feedback = TransportFeedback(first, count, tuple(arrivals))
    packet = build(feedback, 0x11223344, 0x55667788)
    assert len(packet) % 4 == 0
    assert int.from_bytes(packet[2:4], "big") * 4 + 4 == len(packet)
    assert packet[1] == RTCP_TYPE
    assert packet[0] & 0x1F == FORMAT
    assert packet[4:12].hex() == "1122334455667788"
    assert parse(packet) == feedback


def test_the_bytes_of_the_draft() -> None:
    # 3 small, 2 missing, 1 large: two-bit symbols, then deltas of 1, 2, 255 and -4 ticks.
    arrivals = (256 + 1, 256 + 3, 256 + 258, None, None, 256 + 254)
    packet = build(TransportFeedback(0xFFFE, 9, arrivals), 1, 2)
    assert (
        packet.hex()
        == "afcd0006" + "00000001" + "00000002" + "fffe0006" + "00000109" + "d508" + "0102ff" + "fffc" + "01"
    )


def test_all_received_is_one_run() -> None:
    packet = build(TransportFeedback(5, 0, tuple(range(400))), 1, 2)
    assert packet[20:22] == bytes([0x20 | 400 >> 8, 400 & 0xFF])


@pytest.mark.parametrize("arrivals", [(), (None, None), (0, 40_000), tuple([1] * 70_000)])
def test_what_cannot_be_said_is_refused(arrivals: tuple[int | None, ...]) -> None:
    with pytest.raises(ValueError):
        build(TransportFeedback(0, 0, arrivals), 1, 2)


@given(st.binary(max_size=80))
def test_anything_else_is_refused(noise: bytes) -> None:
    for packet in (noise, b"\x8f\xcd\x00\x06" + noise):
        try:
            feedback = parse(packet)
        except ValueError:
            continue
        assert len(feedback.arrivals) <= 0xFFFF


def test_feedback_is_taken_out_of_a_compound_packet() -> None:
    report = bytes.fromhex("80c90001000000aa")
    nack = bytes.fromhex("81cd0003000000010000000200050000")
    feedback = build(TransportFeedback(5, 0, (1, None, 2)), 1, 2)
    assert split(report + feedback + nack) == ([feedback], report + nack)
    assert split(feedback[:3]) == ([], feedback[:3])
    assert split(b"") == ([], b"")


@pytest.mark.parametrize(
    ("packet", "first", "count", "received"),
    [
        ("afcd00054ea6bf9877de58270000000105f775002001b401", 0, 0, 1),
        ("afcd00074ea6bf9877de58270001000705f775012007d8413c0a0b0b0f000003", 1, 1, 7),
        ("8fcd00064ea6bf9877de58270070000605f7881420060310531e220b", 112, 20, 6),
    ],
)
def test_what_a_chromium_sent_is_understood_and_would_be_said_the_same(
    packet: str, first: int, count: int, received: int
) -> None:
    data = bytes.fromhex(packet)
    feedback = parse(data)
    assert (feedback.first, feedback.count) == (first, count)
    arrivals = [ticks for ticks in feedback.arrivals if ticks is not None]
    assert len(arrivals) == len(feedback.arrivals) == received
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] - arrivals[0] < 400, "within a tenth of a second"
    ours = build(feedback, int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big"))
    assert ours[:20] == data[:20]
    assert parse(ours) == feedback
