"""What was sent and has not been heard of yet, matched with the transport feedback of the other side. Pure.

Sizes are bytes on the wire, addresses and authentication included: the link carries these too.
"""

from collections import deque
from dataclasses import dataclass

from kiosk.media.transport_feedback import CLOCK_TICKS, TICK_S, TransportFeedback

REMEMBERED_S = 15.0
"""A packet without news for so long is forgotten: a report on it would say nothing of now."""
OUTAGE_S = 0.7
"""Packets lost in a row over so long were cut off, not pushed out of a queue."""


@dataclass(frozen=True, slots=True)
class PacketResult:
    """The fate of one packet."""

    sent_s: float
    arrived_s: float | None
    """On the receiver's clock, whose origin is unknown; None: lost."""
    size: int
    beside: int
    """Bytes without a number (documents) that went out just before it."""
    probe: int | None
    """The probe it was part of."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one feedback message tells. Packets already told of are left out."""

    results: tuple[PacketResult, ...]
    round_trip_s: float | None
    outage: bool
    """The lost ones of this report were lost in one long cut: they say nothing of congestion."""


@dataclass(slots=True)
class _Sent:
    sent_s: float
    size: int
    beside: int
    probe: int | None
    told: bool = False


class SentPackets:
    """Numbers what is sent, and keeps it until it is told of."""

    def __init__(self) -> None:
        self.in_flight_bytes = 0
        """Sent, numbered, and not told of."""
        self.sent_bytes = 0
        """All that was ever sent, numbered or not."""
        self._packets: deque[_Sent] = deque()
        self._first = 0
        self._beside = 0
        self._last_ticks: int | None = None

    @property
    def oldest_sent_s(self) -> float | None:
        """When the oldest packet without news was sent."""
        return next((packet.sent_s for packet in self._packets if not packet.told), None)

    def on_sent(self, size: int, now_s: float, probe: int | None = None) -> int:
        """A packet leaves; its number, 16 bits."""
        while self._packets and (self._packets[0].told or now_s - self._packets[0].sent_s > REMEMBERED_S):
            forgotten = self._packets.popleft()
            self._first += 1
            if not forgotten.told:
                self.in_flight_bytes -= forgotten.size
        number = self._first + len(self._packets)
        self._packets.append(_Sent(now_s, size, self._beside, probe))
        self._beside = 0
        self.in_flight_bytes += size
        self.sent_bytes += size
        return number & 0xFFFF

    def on_unnumbered(self, size: int) -> None:
        """Bytes leave that no feedback will tell of."""
        self._beside += size
        self.sent_bytes += size

    def on_feedback(self, feedback: TransportFeedback, now_s: float) -> Report:
        """Match `feedback`, which came at `now_s`, with what was sent."""
        next_number = self._first + len(self._packets)
        behind = (next_number - feedback.first) & 0xFFFF
        first = next_number - behind
        self._give_up(first)
        results = []
        newest: tuple[float, float] | None = None
        lost_from: float | None = None
        outage = False
        for place, ticks in enumerate(feedback.arrivals):
            at = first + place - self._first
            arrived_s = None if ticks is None else self._unwrapped_s(ticks)
            if not 0 <= at < len(self._packets):
                continue
            packet = self._packets[at]
            if arrived_s is None:
                lost_from = packet.sent_s if lost_from is None else lost_from
                outage = outage or packet.sent_s - lost_from > OUTAGE_S
            else:
                lost_from = None
                if newest is None or arrived_s >= newest[0]:
                    newest = (arrived_s, packet.sent_s)
            if packet.told:
                continue
            packet.told = True
            self.in_flight_bytes -= packet.size
            results.append(PacketResult(packet.sent_s, arrived_s, packet.size, packet.beside, packet.probe))
        round_trip_s = None if newest is None else max(0.0, now_s - newest[1])
        return Report(tuple(results), round_trip_s, outage)

    def _give_up(self, number: int) -> None:
        """Reports follow each other: what this one does not reach back to was told in one that is lost, or never will.

        The first packets of a call, sent before the other side listened, are never told of.
        """
        while self._packets and self._first < number:
            forgotten = self._packets.popleft()
            self._first += 1
            if not forgotten.told:
                self.in_flight_bytes -= forgotten.size

    def _unwrapped_s(self, ticks: int) -> float:
        if self._last_ticks is not None:
            ticks = self._last_ticks + ((ticks - self._last_ticks + CLOCK_TICKS // 2) % CLOCK_TICKS) - CLOCK_TICKS // 2
        self._last_ticks = ticks
        return ticks * TICK_S
