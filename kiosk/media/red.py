"""What a packet of redundant coding holds (RED, RFC 2198 section 3). Pure.

Senders of pictures use it as an envelope: one block, the primary one, behind one byte that tells its payload type.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    payload_type: int
    data: bytes


def unwrap(payload: bytes) -> Block | None:
    """The only block of `payload`; None when there is none, or when others come with it (bit F)."""
    if not payload or payload[0] & 0x80:
        return None
    return Block(payload[0], payload[1:])
