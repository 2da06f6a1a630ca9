"""In which order and how fast packets leave: the voice never waits, the rest goes out evenly. Pure.

A frame sent in one burst fills the short queue of a rural router, and the voice behind it waits or is lost.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from kiosk.media.probing import Probe

T = TypeVar("T")
BURST_S = 0.005
PROBE_BURST_S = 0.03
"""What was missed by so much is caught up: timers are no finer, and a probe must keep its rate."""
PACE = 2.0
"""Frames leave faster than the mean rate, or each would wait for the next."""
CAREFUL_PACE = 1.0
LEAST_PADDING_BYTES = 200
DRAIN_S = 1.5
"""What waits leaves within this time, even if the estimate has just fallen."""


class Kind(IntEnum):
    """What a packet is, the most urgent first."""

    VOICE = 0
    RTCP = 1
    RETRANSMISSION = 2
    PICTURE = 3
    REPETITION = 4
    """A second copy that nobody asked for."""
    PADDING = 5
    DOCUMENT = 6


MEDIA = (Kind.RETRANSMISSION, Kind.PICTURE, Kind.REPETITION)
"""What the picture's pace is for, in the order in which it leaves."""


@dataclass(frozen=True, slots=True)
class Departure(Generic[T]):
    """A packet whose time has come. `item` None: padding is to be made, of about `size` bytes."""

    kind: Kind
    item: T | None
    size: int
    probe: int | None


class Pacer(Generic[T]):
    """Queues of packets. What may not wait (voice, RTCP) is only told, with `spent`."""

    def __init__(self) -> None:
        self.picture_bps = 300_000.0
        self.documents_bps = 100_000.0
        self._queues: dict[Kind, deque[tuple[T, int]]] = {kind: deque() for kind in (*MEDIA, Kind.DOCUMENT)}
        self._bytes = dict.fromkeys(self._queues, 0)
        self._media_s = float("-inf")
        self._document_s = float("-inf")
        self._probe: Probe | None = None
        self._probe_packets = self._probe_bytes = 0
        self.probe_sent: tuple[int, int, float] | None = None
        """Number of the last probe that left whole, its packets, and when the last of them left."""

    # ---- in ---------------------------------------------------------------------------------------------

    def set_rates(self, estimate_bps: float, documents_bps: float, *, careful: bool) -> None:
        """What fits in all, and what documents may take of it. `careful`: the estimate is only a guess."""
        self.picture_bps = (CAREFUL_PACE if careful else PACE) * estimate_bps
        self.documents_bps = documents_bps

    def push(self, kind: Kind, item: T, size: int) -> None:
        """A packet that may wait."""
        self._queues[kind].append((item, size))
        self._bytes[kind] += size

    def spent(self, size: int, now_s: float) -> None:
        """A packet left at once; what waits waits a little longer."""
        burst_s = BURST_S if self._probe is None else PROBE_BURST_S
        self._media_s = max(self._media_s, now_s - burst_s) + 8 * size / self._media_bps()

    def begin(self, probe: Probe, now_s: float) -> None:
        """Send at the probe's rate until it is whole, with padding if there is nothing else."""
        self._probe = probe
        self._probe_packets = self._probe_bytes = 0
        self._media_s = max(self._media_s, now_s)

    @property
    def probing(self) -> bool:
        return self._probe is not None

    def waiting_bytes(self, kind: Kind) -> int:
        """Bytes of `kind` that wait."""
        return self._bytes[kind]

    @property
    def picture_wait_s(self) -> float:
        """How long a picture handed over now would wait before its first packet leaves."""
        waiting = self._bytes[Kind.PICTURE] + self._bytes[Kind.RETRANSMISSION]
        return 8 * waiting / self._media_bps()

    def drop(self, kind: Kind) -> None:
        """Forget what waits of `kind`."""
        self._queues[kind].clear()
        self._bytes[kind] = 0

    # ---- out --------------------------------------------------------------------------------------------

    def _media_bps(self) -> float:
        if self._probe is not None:
            return max(self._probe.bps, 1.0)
        waiting = self._bytes[Kind.PICTURE] + self._bytes[Kind.RETRANSMISSION]
        return max(self.picture_bps, 8 * waiting / DRAIN_S, 1.0)

    def delay_s(self, now_s: float) -> float | None:
        """Seconds until something may leave, 0: now; None: nothing waits."""
        delays = []
        if self._probe is not None or any(self._queues[kind] for kind in MEDIA):
            delays.append(max(0.0, self._media_s - now_s))
        if self._queues[Kind.DOCUMENT]:
            delays.append(max(0.0, self._document_s - now_s))
        return min(delays, default=None)

    def take(self, now_s: float) -> Departure[T] | None:
        """The packet to send now, if any."""
        if self._media_s <= now_s:
            for kind in MEDIA:
                if self._queues[kind]:
                    return self._leave(kind, now_s)
            if self._probe is not None:
                return self._pad(self._probe, now_s)
        if self._queues[Kind.DOCUMENT] and self._document_s <= now_s:
            return self._leave(Kind.DOCUMENT, now_s)
        return None

    def _leave(self, kind: Kind, now_s: float) -> Departure[T]:
        item, size = self._queues[kind][0]
        if kind is Kind.DOCUMENT:
            self._document_s = max(self._document_s, now_s - BURST_S) + 8 * size / max(self.documents_bps, 1.0)
        else:
            self.spent(size, now_s)
        self._queues[kind].popleft()
        self._bytes[kind] -= size
        return Departure(kind, item, size, self._count(size, now_s) if kind is not Kind.DOCUMENT else None)

    def _pad(self, probe: Probe, now_s: float) -> Departure[T]:
        # As many packets as are wanted, and no larger than they need be: on a thin way a probe is itself a queue.
        packets = max(1, probe.min_packets - self._probe_packets)
        wanted = max(LEAST_PADDING_BYTES, -(-(probe.min_bytes - self._probe_bytes) // packets))
        return Departure(Kind.PADDING, None, wanted, probe.number)

    def padded(self, size: int, now_s: float) -> None:
        """Padding of `size` bytes was made and leaves; 0: none can be made, the probe ends."""
        if size:
            self.spent(size, now_s)
            self._count(size, now_s)
        elif self._probe is not None:
            self._end(self._probe, now_s)

    def _count(self, size: int, now_s: float) -> int | None:
        probe = self._probe
        if probe is None:
            return None
        self._probe_packets += 1
        self._probe_bytes += size
        if self._probe_packets >= probe.min_packets and self._probe_bytes >= probe.min_bytes:
            self._end(probe, now_s)
        return probe.number

    def _end(self, probe: Probe, now_s: float) -> None:
        self.probe_sent = (probe.number, self._probe_packets, now_s)
        self._probe = None
