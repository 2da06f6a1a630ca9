"""A sender that protects its pictures as RFC 5109 says, written from its sections 7.3, 7.4 and 8 for the tests."""

from collections.abc import Sequence

SSRC = 0x0BADCAFE


def rtp(
    number: int,
    payload: bytes,
    *,
    payload_type: int = 96,
    marker: bool = False,
    timestamp: int = 0,
    extension: bytes = b"",
    ssrc: int = SSRC,
) -> bytes:
    """An RTP packet; `extension`: profile, length and elements, as they stand in the packet."""
    first = 0x80 | (0x10 if extension else 0)
    second = (0x80 if marker else 0) | payload_type
    fixed = bytes((first, second)) + (number & 0xFFFF).to_bytes(2, "big") + timestamp.to_bytes(4, "big")
    return fixed + ssrc.to_bytes(4, "big") + extension + payload


def protection(packets: Sequence[bytes], *, long_mask: bool = False, cover: int | None = None) -> bytes:
    """The payload that protects `packets`; the first has the lowest number. `cover`: bytes of each, the longest if None."""
    base = int.from_bytes(packets[0][2:4], "big")
    mask_bits = 48 if long_mask else 16
    size = max(len(packet) - 12 for packet in packets) if cover is None else cover
    flags, kind, time, length, mask = 0, 0, 0, 0, 0
    body = bytearray(size)
    for packet in packets:
        flags ^= packet[0] & 0x3F
        kind ^= packet[1]
        time ^= int.from_bytes(packet[4:8], "big")
        length ^= len(packet) - 12
        mask |= 1 << (mask_bits - 1 - (int.from_bytes(packet[2:4], "big") - base) % 65_536)
        for at, byte in enumerate(packet[12 : 12 + size]):
            body[at] ^= byte
    head = bytes((flags | (0x40 if long_mask else 0), kind)) + base.to_bytes(2, "big") + time.to_bytes(4, "big")
    level = size.to_bytes(2, "big") + mask.to_bytes(mask_bits // 8, "big")
    return head + length.to_bytes(2, "big") + level + bytes(body)


def wrapped(packet: bytes, red: int, *, at: int = 12) -> bytes:
    """`packet` in an envelope of payload type `red`; its payload begins at `at`."""
    second = packet[1] & 0x80 | red
    return packet[:1] + bytes((second,)) + packet[2:at] + bytes((packet[1] & 0x7F,)) + packet[at:]
