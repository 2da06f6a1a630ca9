"""Timestamps wrap, and come in any order; time does neither."""

from kiosk.media.rtp_time import SignedTimestampMapper


def test_timestamps_are_unwrapped_in_any_order() -> None:
    mapper = SignedTimestampMapper()
    start = 2**32 - 960
    mapped = [mapper.map(stamp % 2**32) - start for stamp in (start, start + 1_920, start + 960, start + 2_880)]
    assert mapped == [0, 1_920, 960, 2_880]
