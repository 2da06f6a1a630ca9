"""Packets that are lost are found again in what comes on the wire, as their sender made them."""

import pytest

from kiosk.media.protection import MAX_STREAMS, Formats, ProtectedPackets
from tests.kiosk.media.protecting import SSRC, protection, rtp, wrapped

PICTURE, RED, ULPFEC = 96, 104, 106
LATE_ID, MID_ID = 5, 3
WITH_EXTENSIONS = 20


def picture(number: int, sent_as: int = 0) -> bytes:
    """A picture's packet with a name of its line and a transport number, which was 0 when it was protected."""
    extension = b"\xbe\xde\x00\x01" + bytes((LATE_ID << 4 | 1,)) + sent_as.to_bytes(2, "big") + b"\x00"
    payload = bytes((number & 0xFF,)) * (5 + number % 7)
    return rtp(number, payload, payload_type=PICTURE, timestamp=number * 9, marker=number % 3 == 0, extension=extension)


def sent(number: int) -> bytes:
    return wrapped(picture(number, sent_as=number ^ 0x5555), RED, at=WITH_EXTENSIONS)


def sent_protection(number: int, protected: list[bytes], ssrc: int = SSRC) -> bytes:
    return wrapped(rtp(number, protection(protected), payload_type=ULPFEC, ssrc=ssrc), RED)


def packets() -> ProtectedPackets:
    return ProtectedPackets(Formats(RED, ULPFEC), (LATE_ID, MID_ID))


def test_a_lost_packet_is_rebuilt_without_what_was_written_after_its_protection() -> None:
    received = packets()
    for number in (65_534, 0):
        assert received.take(sent(number)) == []
    whole = [picture(number) for number in (65_534, 65_535, 0)]
    assert received.take(sent_protection(1, whole)) == [whole[1]]


def test_one_that_was_only_overtaken_completes_the_protection_of_another() -> None:
    received = packets()
    received.take(sent(10))
    whole = [picture(number) for number in (10, 11, 12)]
    assert received.take(sent_protection(13, whole)) == []
    assert received.take(sent(12)) == [whole[1]]


def test_streams_do_not_mix() -> None:
    received = packets()
    received.take(sent(10))
    whole = [picture(number) for number in (10, 11)]
    assert received.take(sent_protection(12, whole, ssrc=SSRC + 1)) == []
    for other in range(2 * MAX_STREAMS):
        received.take(sent_protection(12, whole, ssrc=SSRC + 1 + other))
    assert len(received._streams) == MAX_STREAMS


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        sent(11)[:11],
        sent(11)[:WITH_EXTENSIONS],
        picture(11),
        wrapped(picture(11), RED + 1, at=WITH_EXTENSIONS),
        bytes((sent(11)[0] | 0x20,)) + sent(11)[1:],
        sent(11)[:WITH_EXTENSIONS] + b"\xe0" + sent(11)[WITH_EXTENSIONS + 1 :],
    ],
)
def test_what_is_not_one_wrapped_packet_changes_nothing(packet: bytes) -> None:
    received = packets()
    received.take(sent(10))
    assert received.take(packet) == []
    whole = [picture(number) for number in (10, 11)]
    assert received.take(sent_protection(12, whole)) == [whole[1]]
