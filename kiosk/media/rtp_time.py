"""RTP timestamps as numbers that go on for ever (RFC 3550 section 5.1: 32 bits, which wrap)."""


class SignedTimestampMapper:
    """Unwraps 32-bit RTP timestamps, also of packets that come out of order (aiortc takes these for a wrap)."""

    def __init__(self) -> None:
        self._last: int | None = None

    def map(self, timestamp: int) -> int:
        """`timestamp`, less than half a turn away from the one before, whichever way it moved."""
        if self._last is None:
            self._last = timestamp
        else:
            self._last += ((timestamp - self._last + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        return self._last
