"""A firewall's rules: which packets are in the way of a filter, and the refusal that a TCP client gets. Pure."""

import ipaddress
import struct
from dataclasses import dataclass
from functools import cached_property

TCP, UDP = 6, 17
NUMBERS = {"tcp": TCP, "udp": UDP}
_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16


@dataclass(frozen=True)
class Filter:
    """Packets of one protocol, between the kiosk and `host` (None: anybody) at its `port` (None: any)."""

    protocol: str | None = None
    """"udp", "tcp", or None: whatever it is."""
    host: str | None = None
    port: int | None = None
    but_port: int | None = None
    """Every port but this one."""
    refuse: bool = False
    """Answer TCP with a reset, as a firewall does that rejects; otherwise packets just vanish."""

    def __post_init__(self) -> None:
        if self.protocol is not None and self.protocol not in NUMBERS:
            raise ValueError(f"no such protocol: {self.protocol}")

    @cached_property
    def _host(self) -> bytes | None:
        return None if self.host is None else ipaddress.IPv4Address(self.host).packed

    def stops(self, protocol: int, far_host: bytes, far_port: int | None) -> bool:
        """Whether a packet to or from `far_port` of `far_host` (4 bytes), the end that is not the kiosk, is in its way.

        `far_port` is None for a protocol without ports.
        """
        if self.protocol is not None and protocol != NUMBERS[self.protocol]:
            return False
        if self._host is not None and far_host != self._host:
            return False
        if self.port is not None and far_port != self.port:
            return False
        return self.but_port is None or far_port != self.but_port


def reset_for(packet: bytes) -> bytes | None:
    """The IPv4 packet that refuses this TCP packet (RFC 9293 §3.10.7.1); None for a reset, which is not answered."""
    header = (packet[0] & 15) * 4
    source, destination = packet[12:16], packet[16:20]
    source_port, destination_port, sequence, acknowledged, offset_flags = struct.unpack_from("!HHIIH", packet, header)
    flags = offset_flags & 0x1FF
    if flags & _RST:
        return None
    if flags & _ACK:
        answer_sequence, answer_acknowledged, answer_flags = acknowledged, 0, _RST
    else:
        length = len(packet) - header - (offset_flags >> 12) * 4 + bool(flags & _SYN) + bool(flags & _FIN)
        answer_sequence, answer_acknowledged, answer_flags = 0, (sequence + length) & 0xFFFFFFFF, _RST | _ACK
    tcp = struct.pack(
        "!HHIIHHHH",
        destination_port,
        source_port,
        answer_sequence,
        answer_acknowledged,
        5 << 12 | answer_flags,
        0,
        0,
        0,
    )
    pseudo = destination + source + struct.pack("!BBH", 0, TCP, len(tcp))
    tcp = tcp[:16] + checksum(pseudo + tcp) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, TCP, 0, destination, source)
    return ip[:10] + checksum(ip) + ip[12:] + tcp


def checksum(data: bytes) -> bytes:
    """The Internet checksum (RFC 1071) of `data`, whose length is even, as two bytes."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)
