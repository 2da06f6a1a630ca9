"""The descriptor is read as RFC 7741 draws it; what is cut short is refused, never guessed."""

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.vp8_payload import PayloadHead, read_head


@pytest.mark.parametrize(
    ("payload", "head"),
    [
        (b"\x10\x00", PayloadHead(1, True, None, 0)),
        (b"\x00\x00", PayloadHead(1, False, None, 0)),
        (b"\x11\x00", PayloadHead(1, False, None, 0)),
        (b"\x90\x80\x7f\x01", PayloadHead(3, True, 127, 7)),
        (b"\x90\x80\x81\x02\x01", PayloadHead(4, True, 258, 15)),
        (b"\x90\xe0\x81\x02\x05\x20\x01", PayloadHead(6, True, 258, 15)),
        (b"\x80\x10\x03\x01", PayloadHead(3, False, None, 0)),
    ],
)
def test_each_field_has_its_place(payload: bytes, head: PayloadHead) -> None:
    assert read_head(payload) == head


@pytest.mark.parametrize("payload", [b"", b"\x90", b"\x90\x80", b"\x90\x80\x81", b"\x90\xf0\x81\x02\x05"])
def test_what_is_cut_short_is_refused(payload: bytes) -> None:
    assert read_head(payload) is None


@given(st.binary(max_size=12))
def test_reads_as_the_library_does(payload: bytes) -> None:
    head = read_head(payload)
    try:
        theirs, data = VpxPayloadDescriptor.parse(payload)
    except ValueError:
        assert head is None
        return
    assert head is None or (len(payload) - head.size, head.picture_id) == (len(data), theirs.picture_id)
