"""What is read of, and written into, an RTP packet that is already laid out. Pure.

RFC 3550 section 5.1 for the fixed header, RFC 8285 for its extensions of one and of two bytes.
"""

FIXED_BYTES = 12
ONE_BYTE, TWO_BYTE = 0xBEDE, 0x1000
STOP_ID = 15


def ssrc(packet: bytes) -> int:
    """The stream that a packet belongs to."""
    return int.from_bytes(packet[8:12], "big")


def sequence_number(packet: bytes) -> int:
    """Its number in its stream, 16 bits."""
    return int.from_bytes(packet[2:4], "big")


def payload_at(packet: bytes) -> int:
    """Where the payload begins; the end of a packet that is cut short."""
    at = FIXED_BYTES + 4 * (packet[0] & 0x0F) if packet else 0
    if packet and packet[0] & 0x10:
        at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    return min(at, len(packet))


def extension(packet: bytes | bytearray, identity: int) -> tuple[int, int] | None:
    """Where the value of extension `identity` begins in `packet` and how long it is; None: it has none."""
    at = FIXED_BYTES + 4 * (packet[0] & 0x0F) if packet else 0
    if len(packet) < at + 4 or not packet[0] & 0x10:
        return None
    profile = int.from_bytes(packet[at : at + 2], "big")
    end = at + 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    at += 4
    if end > len(packet):
        return None
    while at < end:
        head = packet[at]
        if profile == ONE_BYTE:
            found, length, at = head >> 4, (head & 0x0F) + 1, at + 1
            if not head:
                continue
            if found == STOP_ID:
                return None
        elif profile & 0xFFF0 == TWO_BYTE:
            at += 1
            if not head:
                continue
            if at >= end:
                return None
            found, length, at = head, packet[at], at + 1
        else:
            return None
        if at + length > end:
            return None
        if found == identity:
            return at, length
        at += length
    return None


def read_number(packet: bytes, identity: int) -> int | None:
    """The 16-bit value of extension `identity`; None: not there, or of another length."""
    place = extension(packet, identity)
    if place is None or place[1] != 2:
        return None
    return int.from_bytes(packet[place[0] : place[0] + 2], "big")


def write(packet: bytearray, identity: int, value: int) -> bool:
    """Write `value` over what extension `identity` holds; False when the packet has none."""
    place = extension(packet, identity)
    if place is None:
        return False
    at, length = place
    packet[at : at + length] = (value & ((1 << 8 * length) - 1)).to_bytes(length, "big")
    return True
