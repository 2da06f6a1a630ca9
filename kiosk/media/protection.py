"""Which packets of pictures were lost and are rebuilt, from the packets as they come on the wire. Pure.

The sender wraps pictures and what protects them (`kiosk.media.ulpfec`) alike (`kiosk.media.red`), in one row of
numbers. Retransmissions are left out: their header is not the one that was protected.
"""

from dataclasses import dataclass

from kiosk.media import red, rtp_header
from kiosk.media.ulpfec import Rebuilder

MAX_STREAMS = 4
"""A face and a screen, and those that they replace."""
PADDED = 0x20


@dataclass(frozen=True)
class Formats:
    """Negotiated payload types."""

    red: int
    ulpfec: int


class ProtectedPackets:
    """Of one connection. `written_late`: ids of the header extensions that get their value after the protection."""

    def __init__(self, formats: Formats, written_late: tuple[int, ...]) -> None:
        self._formats = formats
        self._written_late = written_late
        self._streams: dict[int, Rebuilder] = {}

    def take(self, packet: bytes) -> list[bytes]:
        """An RTP packet came. Returns those that are rebuilt with it, out of their wrapping."""
        if len(packet) < rtp_header.FIXED_BYTES or packet[1] & 0x7F != self._formats.red or packet[0] & PADDED:
            return []
        at = rtp_header.payload_at(packet)
        block = red.unwrap(packet[at:])
        if block is None:
            return []
        number, stream = rtp_header.sequence_number(packet), self._stream(rtp_header.ssrc(packet))
        if block.payload_type == self._formats.ulpfec:
            return stream.protect(number, block.data)
        picture = bytearray(packet[:at] + block.data)
        picture[1] = packet[1] & 0x80 | block.payload_type
        for identity in self._written_late:
            rtp_header.write(picture, identity, 0)
        return stream.add(number, bytes(picture))

    def _stream(self, ssrc: int) -> Rebuilder:
        stream = self._streams.get(ssrc)
        if stream is None:
            if len(self._streams) >= MAX_STREAMS:
                del self._streams[next(iter(self._streams))]
            stream = self._streams[ssrc] = Rebuilder(ssrc)
        return stream
