"""What was made before a key frame is of no use; what waits too long is given up, once, until the next key frame."""

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket

from kiosk.media.stale_pictures import KEY_FRAME_REST_S, TOO_LONG_S, StalePictures

HEAD = b"\x90\x80\x80\x01"


def packet(number: int, payload: bytes) -> bytes:
    return RtpPacket(payload_type=97, ssrc=5, sequence_number=number, payload=payload).serialize(HeaderExtensionsMap())


def key_frame(number: int) -> bytes:
    return packet(number, HEAD + b"\x10\x02\x00")


@pytest.mark.parametrize(
    "payload",
    [HEAD + b"\x11\x02\x00", b"\x80\x80\x80\x01" + b"\x10\x02\x00", HEAD, b"\x90", b""],
    ids=["a frame that is none", "a later packet of one", "no picture", "cut short", "nothing"],
)
def test_only_the_first_packet_of_a_key_frame_begins_one(payload: bytes) -> None:
    stale = StalePictures()
    assert not stale.begins_key_frame(packet(7, payload), 1.0)
    assert stale.is_useful(0)


@pytest.mark.parametrize("first", [7, 65_533, 0])
def test_what_came_before_a_key_frame_is_not_sent_again(first: int) -> None:
    stale = StalePictures()
    assert stale.begins_key_frame(key_frame(first), 1.0)
    assert [stale.is_useful((first + step) & 0xFFFF) for step in (-1_000, -1, 0, 1, 1_000)] == [False] * 2 + [True] * 3


def test_what_waits_too_long_is_given_up_once() -> None:
    stale = StalePictures()
    assert not stale.give_up(TOO_LONG_S / 2, 1.0)
    assert stale.give_up(TOO_LONG_S, 1.1)
    assert stale.waits_for_key_frame
    assert not stale.is_useful(1)
    assert not stale.give_up(TOO_LONG_S, 1.2)
    assert stale.begins_key_frame(key_frame(9), 1.3)
    assert not stale.waits_for_key_frame
    assert stale.is_useful(9)


def test_a_key_frame_is_given_its_time() -> None:
    stale = StalePictures()
    stale.begins_key_frame(key_frame(9), 1.0)
    assert not stale.give_up(10.0, 1.0 + KEY_FRAME_REST_S / 2)
    assert stale.give_up(10.0, 1.1 + KEY_FRAME_REST_S)
