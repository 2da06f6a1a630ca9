"""Packets that were lost, rebuilt from those that protect them (ULPFEC, RFC 5109). Pure.

A protecting packet holds the exclusive or of those that it protects (sections 7.3 and 7.4): with all but one of these
here, that one is known (section 9). One that is rebuilt may be the last that another protecting packet waited for.
Only level 0 is read: senders of pictures protect whole packets with it, and what it does not cover is not rebuilt.
Numbers are sequence numbers of 16 bits.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.media.rtp_header import FIXED_BYTES

HEAD_BYTES = 10
SHORT_MASK_BYTES, LONG_MASK_BYTES = 2, 6
KEPT = 192
"""Packets of each kind that are kept, and how far back one is protected: four masks of the longest kind."""


@dataclass(frozen=True)
class Protection:
    """A protecting packet. `numbers`: what it protects; `head`: flags, time and length of these, combined."""

    numbers: frozenset[int]
    head: bytes
    covered: bytes

    def rebuild(self, number: int, ssrc: int, others: Iterable[bytes]) -> bytes | None:
        """The protected packet `number` from all the `others`; None: it is not covered whole."""
        head, body = int.from_bytes(self.head, "big"), int.from_bytes(self.covered, "big")
        size = len(self.covered)
        for other in others:
            head ^= int.from_bytes(_head(other), "big")
            body ^= int.from_bytes(other[FIXED_BYTES : FIXED_BYTES + size].ljust(size, b"\0"), "big")
        found = head.to_bytes(len(self.head), "big")
        length = int.from_bytes(found[6:8], "big")
        if length > size:
            return None
        first = bytes((found[0] & 0x3F | 0x80, found[1]))
        fixed = first + number.to_bytes(2, "big") + found[2:6] + ssrc.to_bytes(4, "big")
        return fixed + body.to_bytes(size, "big")[:length]


def _head(packet: bytes) -> bytes:
    """Flags and payload type, time stamp, bytes after the fixed header: what is combined beside these bytes."""
    return packet[:2] + packet[4:8] + (len(packet) - FIXED_BYTES).to_bytes(2, "big")


def read(payload: bytes) -> Protection | None:
    """The payload of a protecting packet; None when it is malformed, or protects nothing."""
    if len(payload) < HEAD_BYTES or payload[0] & 0x80:
        return None
    mask_bytes = LONG_MASK_BYTES if payload[0] & 0x40 else SHORT_MASK_BYTES
    at = HEAD_BYTES + 2 + mask_bytes
    size = int.from_bytes(payload[HEAD_BYTES : HEAD_BYTES + 2], "big")
    if len(payload) < at + size:
        return None
    base = int.from_bytes(payload[2:4], "big")
    mask = int.from_bytes(payload[HEAD_BYTES + 2 : at], "big")
    last = 8 * mask_bytes - 1
    numbers = frozenset((base + each) & 0xFFFF for each in range(last + 1) if mask >> (last - each) & 1)
    if not numbers:
        return None
    return Protection(numbers, payload[:2] + payload[4:10], payload[at : at + size])


class Rebuilder:
    """Of one stream, whose protecting packets share its numbers."""

    def __init__(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._packets: dict[int, bytes] = {}
        self._waiting: dict[int, Protection] = {}
        """By their own number."""

    def add(self, number: int, packet: bytes) -> list[bytes]:
        """A whole RTP packet came, as it was when it was protected. Returns those that are rebuilt with it."""
        self._keep(number, packet)
        return self._rebuild(number)

    def protect(self, number: int, payload: bytes) -> list[bytes]:
        """A protecting packet came. Returns the packets that are rebuilt with it."""
        protection = read(payload)
        if protection is None or any(not 0 < (number - each) & 0xFFFF <= KEPT for each in protection.numbers):
            return []
        _bound(self._waiting)
        self._waiting[number] = protection
        return self._rebuild(min(protection.numbers))

    def _keep(self, number: int, packet: bytes) -> None:
        _bound(self._packets)
        self._packets[number] = packet

    def _rebuild(self, number: int) -> list[bytes]:
        """All that can be, now that there is news of `number`."""
        rebuilt: list[bytes] = []
        news = [number]
        while news:
            looked_at = news.pop()
            concerned = [(own, each) for own, each in self._waiting.items() if looked_at in each.numbers]
            for own, protection in concerned:
                missing = [each for each in protection.numbers if each not in self._packets]
                if len(missing) > 1:
                    continue
                del self._waiting[own]
                if not missing:
                    continue
                others = [self._packets[each] for each in protection.numbers if each != missing[0]]
                packet = protection.rebuild(missing[0], self._ssrc, others)
                if packet is not None:
                    self._keep(missing[0], packet)
                    rebuilt.append(packet)
                    news.append(missing[0])
        return rebuilt


def _bound(kept: dict[int, bytes] | dict[int, Protection]) -> None:
    """Make room for one more: the one that came first goes."""
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
