"""What one protecting packet covers comes back bit for bit when one of it is lost, and malformed ones change nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.ulpfec import KEPT, Rebuilder, read
from tests.kiosk.media.protecting import SSRC, protection, rtp

EXTENSION = b"\xbe\xde\x00\x01\x51\x00\x00\x00"
LAST = 65_535

contents = st.tuples(st.binary(max_size=60), st.booleans(), st.integers(0, 2**32 - 1), st.booleans())


def made(number: int, content: tuple[bytes, bool, int, bool]) -> bytes:
    payload, marker, timestamp, extended = content
    return rtp(number, payload, marker=marker, timestamp=timestamp, extension=EXTENSION if extended else b"")


def three(first: int = 10) -> list[bytes]:
    return [rtp(first + at, b"picture %d" % at * (at + 1), timestamp=at, marker=at == 2) for at in range(3)]


def feed(rebuilder: Rebuilder, packets: list[bytes]) -> list[bytes]:
    return [rebuilt for each in packets for rebuilt in rebuilder.add(int.from_bytes(each[2:4], "big"), each)]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), long_mask=st.booleans(), first=st.sampled_from([0, 7, 32_760, 65_500, LAST]))
def test_any_one_that_is_lost_comes_back_bit_for_bit(data: st.DataObject, long_mask: bool, first: int) -> None:
    reach = 48 if long_mask else 16
    others = data.draw(st.sets(st.integers(1, reach - 1), max_size=12))
    packets = [made(first + at, data.draw(contents)) for at in (0, *sorted(others))]
    lost = data.draw(st.integers(0, len(packets) - 1))
    arrived = packets[:lost] + packets[lost + 1 :]
    late = data.draw(st.integers(0, len(arrived)))
    rebuilder = Rebuilder(SSRC)
    rebuilt = feed(rebuilder, arrived[late:])
    rebuilt += rebuilder.protect((first + reach) & 0xFFFF, protection(packets, long_mask=long_mask))
    rebuilt += feed(rebuilder, arrived[:late])
    assert rebuilt == [packets[lost]]


def test_nothing_is_rebuilt_when_nothing_or_too_much_is_lost() -> None:
    packets = three()
    rebuilder = Rebuilder(SSRC)
    assert feed(rebuilder, packets) == []
    assert rebuilder.protect(13, protection(packets)) == []
    other = Rebuilder(SSRC)
    assert feed(other, packets[:1]) == []
    assert other.protect(13, protection(packets)) == []


def test_one_that_is_rebuilt_completes_another_protection() -> None:
    a, b, c = three()
    rebuilder = Rebuilder(SSRC)
    assert feed(rebuilder, [a]) == []
    assert rebuilder.protect(13, protection([a, b, c])) == []
    assert rebuilder.protect(14, protection([a, c])) == [c, b]


def test_what_is_not_covered_whole_is_not_rebuilt() -> None:
    a, b, c = three()
    rebuilder = Rebuilder(SSRC)
    feed(rebuilder, [a, b])
    assert rebuilder.protect(13, protection([a, b, c], cover=len(b) - 12)) == []


@pytest.mark.parametrize("own", [10, 12, 12 + KEPT, 9])
def test_only_what_was_sent_shortly_before_is_protected(own: int) -> None:
    a, b, c = three()
    rebuilder = Rebuilder(SSRC)
    feed(rebuilder, [a, b])
    assert rebuilder.protect(own, protection([a, b, c])) == []
    assert rebuilder.protect(13, protection([a, b, c])) == [c]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        protection(three())[:9],
        protection(three())[:13],
        protection(three())[:-1],
        bytes((protection(three())[0] | 0x80,)) + protection(three())[1:],
        protection(three())[:12] + b"\0\0" + protection(three())[14:],
        bytes((0x40,)) + protection([rtp(1, b"")])[1:],
    ],
)
def test_what_is_malformed_is_refused(payload: bytes) -> None:
    assert read(payload) is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.integers(0, LAST),
            st.one_of(st.binary(max_size=40), st.just(protection(three())), st.just(protection(three(65_530)))),
        ),
        max_size=60,
    )
)
def test_anything_is_survived(chaos: list[tuple[bool, int, bytes]]) -> None:
    rebuilder = Rebuilder(SSRC)
    for protects, number, content in chaos:
        if protects:
            rebuilder.protect(number, content)
        else:
            rebuilder.add(number, rtp(number, content))


def test_memory_is_bounded() -> None:
    rebuilder = Rebuilder(SSRC)
    for number in range(5 * KEPT):
        rebuilder.protect(number & 0xFFFF, protection([rtp(number - 2, b"a"), rtp(number - 1, b"b")]))
        rebuilder.add(number + 1000, rtp(number + 1000, b"c"))
    assert len(rebuilder._packets) == KEPT
    assert len(rebuilder._waiting) == KEPT
