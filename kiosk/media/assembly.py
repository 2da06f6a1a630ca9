"""Puts VP8 frames together from RTP packets (RFC 7741). Pure: the clock is an argument (monotonic seconds).

A frame is complete at its marker bit, without waiting for the next one. A hole between two frames whose picture ids
follow each other held no picture and is passed over. What is missing is asked for as `recovery` decides; as soon as
a key frame is complete everything before it is dropped.
"""

from dataclasses import dataclass

from kiosk.media.recovery import Recovery, Requests

CAPACITY = 1_024


@dataclass(frozen=True)
class VideoPacket:
    """One RTP packet after depayloading; `data` empty: padding or protection that only uses a sequence number."""

    sequence_number: int
    timestamp: int
    marker: bool
    start: bool
    """First packet of a frame."""
    data: bytes
    picture_id: int | None = None
    picture_id_bits: int = 0
    """7 or 15: where `picture_id` wraps."""

    @property
    def key(self) -> bool:
        """Starts a key frame (RFC 6386 9.1: the inverse key frame flag is bit 0)."""
        return self.start and len(self.data) > 0 and not self.data[0] & 1

    def follows(self, picture_id: int | None) -> bool:
        """Belongs to the picture right after `picture_id`."""
        if picture_id is None or self.picture_id is None:
            return False
        return self.picture_id == (picture_id + 1) % (1 << self.picture_id_bits)


@dataclass(frozen=True)
class EncodedFrame:
    timestamp: int
    data: bytes
    key: bool


@dataclass(frozen=True)
class _Found:
    frame: EncodedFrame
    after: int
    """The number after its last packet."""
    picture_id: int | None


class FrameAssembler:
    """Frames in decoding order, each at most once; never a delta frame whose predecessor was dropped."""

    def __init__(self) -> None:
        self.recovery = Recovery()
        self.highest: int | None = None
        """Unwrapped number of the newest packet."""
        self._packets: dict[int, VideoPacket] = {}
        self._keys: set[int] = set()
        self._next: int | None = None
        self._picture_id: int | None = None

    def add(self, packet: VideoPacket, now_s: float, *, rebuilt: bool = False) -> list[EncodedFrame]:
        """Take in a packet, which came or was rebuilt from others; returns the frames that became complete."""
        number = self._unwrap(packet.sequence_number)
        if self.highest is not None and abs(number - self.highest) > CAPACITY:
            self.restart()
            number = packet.sequence_number
        if (self._next is not None and number < self._next) or number in self._packets:
            return []
        if len(self._packets) >= CAPACITY:
            self.restart()
            number = packet.sequence_number
        self._packets[number] = packet
        if packet.key:
            self._keys.add(number)
        self.highest = number if self.highest is None else max(self.highest, number)
        self.recovery.arrived(number, now_s, timestamp=packet.timestamp, key_start=packet.key, rebuilt=rebuilt)
        return self._complete(now_s)

    def restart(self) -> None:
        """Drop everything and wait for a key frame."""
        self._packets.clear()
        self._keys.clear()
        self._next = None
        self._picture_id = None
        self.highest = None
        self.recovery.restart()

    def requests(self, now_s: float, round_trip_s: float | None = None) -> Requests:
        """What to ask for at `now_s`; call it often, it limits itself."""
        return self.recovery.requests(now_s, round_trip_s)

    def _unwrap(self, number: int) -> int:
        if self.highest is None:
            return number
        return self.highest + ((number - self.highest + 0x8000) & 0xFFFF) - 0x8000

    def _complete(self, now_s: float) -> list[EncodedFrame]:
        frames: list[EncodedFrame] = []
        while (found := self._next_frame()) is not None:
            self._next = found.after
            self._packets = {number: packet for number, packet in self._packets.items() if number >= found.after}
            self._keys = {number for number in self._keys if number >= found.after}
            if found.frame.data:
                self._picture_id = found.picture_id
                frames.append(found.frame)
                self.recovery.delivered(found.after, now_s, key=found.frame.key)
        return frames

    def _next_frame(self) -> _Found | None:
        found = self._frame_at(self._next) if self._next is not None else None
        if found is None:
            found = self._frame_after_padding()
        return found or self._next_key_frame()

    def _frame_after_padding(self) -> _Found | None:
        """The next picture, when all that is missing before it was no picture."""
        if self._next is None or self._picture_id is None or self._next in self._packets:
            return None
        number = min((number for number, packet in self._packets.items() if packet.data), default=None)
        if number is None:
            return None
        packet = self._packets[number]
        return self._frame_at(number) if packet.start and packet.follows(self._picture_id) else None

    def _next_key_frame(self) -> _Found | None:
        for number in sorted(self._keys):
            found = self._frame_at(number)
            if found is not None:
                return found
        return None

    def _frame_at(self, start: int) -> _Found | None:
        """The whole frame that starts at `start`."""
        first = self._packets.get(start)
        if first is None:
            return None
        if not first.data:
            return _Found(EncodedFrame(first.timestamp, b"", key=False), start + 1, None)
        if not first.start:
            return None
        parts: list[bytes] = []
        number = start
        while (packet := self._packets.get(number)) is not None:
            if packet.timestamp != first.timestamp and packet.data:
                break
            parts.append(packet.data)
            number += 1
            if packet.marker:
                break
        else:
            return None
        return _Found(EncodedFrame(first.timestamp, b"".join(parts), first.key), number, first.picture_id)
