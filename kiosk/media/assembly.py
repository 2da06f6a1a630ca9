"""Puts VP8 frames together from RTP packets (RFC 7741), asks again for what is missing, gives up in time.

Pure: sequence numbers in, frames and requests out, the clock is an argument (monotonic seconds).
A frame is complete at its marker bit, without waiting for the next one. A hole is asked for again every
`NACK_INTERVAL_S`; when nothing was shown for `STALL_S` although packets come, a key frame is asked for,
and as soon as one is complete everything before it is dropped.
"""

from dataclasses import dataclass

CAPACITY = 1_024
NACK_INTERVAL_S = 0.1
MAX_NACK = 64
STALL_S = 0.5


@dataclass(frozen=True)
class VideoPacket:
    """One RTP packet after depayloading; `data` empty: padding that only uses a sequence number."""

    sequence_number: int
    timestamp: int
    marker: bool
    start: bool
    """First packet of a frame."""
    data: bytes

    @property
    def key(self) -> bool:
        """Starts a key frame (RFC 6386 9.1: the inverse key frame flag is bit 0)."""
        return self.start and len(self.data) > 0 and not self.data[0] & 1


@dataclass(frozen=True)
class EncodedFrame:
    timestamp: int
    data: bytes


@dataclass(frozen=True)
class Requests:
    """What to ask the sender for, now."""

    nack: list[int]
    """Sequence numbers, 16 bits."""
    key_frame: bool


NOTHING = Requests(nack=[], key_frame=False)


class FrameAssembler:
    """Frames in decoding order, each at most once; never a delta frame whose predecessor was dropped."""

    def __init__(self) -> None:
        self._packets: dict[int, VideoPacket] = {}
        self._next: int | None = None
        self._highest: int | None = None
        self._last_nack_s = 0.0
        self._last_key_request_s: float | None = None
        self._last_packet_s: float | None = None
        self._last_shown_s: float | None = None
        self._first_packet_s: float | None = None

    def add(self, packet: VideoPacket, now_s: float) -> list[EncodedFrame]:
        """Take in a packet; returns the frames that became complete."""
        self._last_packet_s = now_s
        if self._first_packet_s is None:
            self._first_packet_s = now_s
        number = self._unwrap(packet.sequence_number)
        if (self._next is not None and number < self._next) or number in self._packets:
            return []
        if len(self._packets) >= CAPACITY or abs(number - (self._highest or number)) > CAPACITY:
            self.restart()
            number = packet.sequence_number
        self._packets[number] = packet
        self._highest = number if self._highest is None else max(self._highest, number)
        return self._complete()

    def restart(self) -> None:
        """Drop everything and wait for a key frame."""
        self._packets.clear()
        self._next = None
        self._highest = None

    def shown(self, now_s: float) -> None:
        """A frame was decoded and shown."""
        self._last_shown_s = now_s

    def requests(self, now_s: float) -> Requests:
        """What to ask for at `now_s`; call it often, it limits itself."""
        if self._last_packet_s is None or self._first_packet_s is None:
            return NOTHING
        nack: list[int] = []
        if now_s - self._last_nack_s >= NACK_INTERVAL_S:
            nack = self.missing()[:MAX_NACK]
            if nack:
                self._last_nack_s = now_s
        seen_s = self._last_shown_s if self._last_shown_s is not None else self._first_packet_s
        stalled = now_s - seen_s >= STALL_S and (self._last_packet_s - seen_s >= STALL_S or bool(self.missing()))
        asked_s = self._last_key_request_s
        key_frame = stalled and (asked_s is None or now_s - asked_s >= STALL_S)
        if key_frame:
            self._last_key_request_s = now_s
        return Requests(nack=[number & 0xFFFF for number in nack], key_frame=key_frame)

    def missing(self) -> list[int]:
        """Numbers (unwrapped) of packets before the newest one that have not come."""
        if self._highest is None or not self._packets:
            return []
        start = self._next if self._next is not None else min(self._packets)
        return [number for number in range(start, self._highest) if number not in self._packets]

    def _unwrap(self, number: int) -> int:
        if self._highest is None:
            return number
        return self._highest + ((number - self._highest + 0x8000) & 0xFFFF) - 0x8000

    def _complete(self) -> list[EncodedFrame]:
        frames: list[EncodedFrame] = []
        while True:
            found = self._frame_at(self._next) if self._next is not None else None
            if found is None:
                found = self._next_key_frame()
            if found is None:
                return frames
            frame, self._next = found
            self._packets = {number: packet for number, packet in self._packets.items() if number >= self._next}
            if frame.data:
                frames.append(frame)

    def _next_key_frame(self) -> tuple[EncodedFrame, int] | None:
        for number in sorted(number for number, packet in self._packets.items() if packet.key):
            found = self._frame_at(number)
            if found is not None:
                return found
        return None

    def _frame_at(self, start: int) -> tuple[EncodedFrame, int] | None:
        """The whole frame that starts at `start`, and the number after it."""
        first = self._packets.get(start)
        if first is None:
            return None
        if not first.data:
            return EncodedFrame(first.timestamp, b""), start + 1
        if not first.start:
            return None
        parts: list[bytes] = []
        number = start
        while (packet := self._packets.get(number)) is not None:
            if packet.timestamp != first.timestamp and packet.data:
                return EncodedFrame(first.timestamp, b"".join(parts)), number
            parts.append(packet.data)
            number += 1
            if packet.marker:
                return EncodedFrame(first.timestamp, b"".join(parts)), number
        return None
