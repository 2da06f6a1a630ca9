"""Sound passes aiortc's receiver at once, each packet once, with its time."""

from typing import Any

from aiortc.rtp import RtpPacket

from kiosk.media.hardening import receiving_sound


def rtp(number: int, data: bytes = b"x", timestamp: int = 0) -> Any:
    packet = RtpPacket(sequence_number=number, timestamp=timestamp)
    packet._data = data  # type: ignore[attr-defined]
    return packet


def test_sound_passes_at_once_and_only_once() -> None:
    buffer = receiving_sound.ArrivalBuffer()
    assert buffer.add(rtp(5))[1].data == b"x"
    assert buffer.add(rtp(5)) == (False, None)
    assert buffer.add(rtp(6, b"")) == (False, None)
    assert buffer.add(rtp(4))[1].data == b"x"
    for number in range(10_000, 11_000):
        buffer.add(rtp(number))
    assert len(buffer._seen) <= 256


def test_timestamps_are_unwrapped_in_any_order() -> None:
    mapper = receiving_sound.SignedTimestampMapper()
    start = 2**32 - 960
    mapped = [mapper.map(stamp % 2**32) - start for stamp in (start, start + 1_920, start + 960, start + 2_880)]
    assert mapped == [0, 1_920, 960, 2_880]
