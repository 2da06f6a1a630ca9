"""The descriptor in front of each VP8 payload (RFC 7741 4.2): what a receiver must know of a packet. Pure."""

from dataclasses import dataclass

PICTURE_IDS = 1 << 15
"""Picture ids wrap here when they have 15 bits, and at 128 when they have 7."""


@dataclass(frozen=True)
class PayloadHead:
    """What the descriptor says. `size`: its bytes, the picture's data follow."""

    size: int
    start: bool
    """First packet of a frame."""
    picture_id: int | None
    picture_id_bits: int
    """7 or 15; 0 without a picture id."""


def read_head(payload: bytes) -> PayloadHead | None:
    """The descriptor of `payload`; None when it is cut short, or when there is no payload at all."""
    if not payload:
        return None
    first = payload[0]
    start = bool(first & 0x10) and not first & 0x07
    if not first & 0x80:
        return PayloadHead(1, start, None, 0)
    if len(payload) < 2:
        return None
    flags, at = payload[1], 2
    picture_id, bits = None, 0
    if flags & 0x80:
        if len(payload) < at + 1:
            return None
        picture_id, bits = payload[at] & 0x7F, 7
        if payload[at] & 0x80:
            if len(payload) < at + 2:
                return None
            picture_id, bits = picture_id << 8 | payload[at + 1], 15
            at += 1
        at += 1
    at += bool(flags & 0x40) + bool(flags & 0x30)
    return PayloadHead(at, start, picture_id, bits) if len(payload) >= at else None
