"""What to ask the sender of pictures for: packets again (NACK, RFC 4585 6.2.1), or a key frame (PLI, 6.3.1). Pure.

A hole is asked for at once (or after the time by which packets were seen to overtake each other), then again each
round trip: a retransmission can be lost too. A hole that outlives its use, or too many holes, end in a key frame,
asked for again until one comes, less and less often, and not while one is coming in. Numbers are
unwrapped sequence numbers, instants monotonic seconds.
"""

from collections import deque
from dataclasses import dataclass

ROUND_TRIP_S = 0.1
"""Until one is known."""
MIN_INTERVAL_S = 0.04
"""Between two requests for the same packet, on the shortest links."""
INTERVAL_MARGIN = 1.1
"""A round trip varies: asking exactly then would ask twice for what is nearly here."""
MAX_TRIES = 10
MAX_ASKED = 64
"""Packets in one request."""
MAX_HOLES = 100
"""More is not a hole but an outage: one key frame is smaller than all that."""
REPAIR_S, REPAIR_LEAST = 0.6, 20
"""So are holes that have been asked for in vain for `RATE_WINDOW_S`, and that would take so long to fill at the rate of what still
comes: a link that has collapsed would bring old pictures for seconds. So many are asked for on any link."""
RATE_WINDOW_S = 0.3
PATIENCE_S = 0.5
PATIENCE_ROUND_TRIPS = 3
"""A hole is given up after `PATIENCE_S` and so many round trips."""
MAX_REORDER_S = 0.03
KEY_INTERVAL_S, KEY_LONGEST_S = 0.3, 1.2
"""Between two requests; twice as long each time in vain, up to the second: on a full link each key frame makes the next one later."""
KEY_WAIT_S = 0.2
"""Packets that come for so long without a first key frame: its beginning was lost (libwebrtc waits as long)."""
SILENT_S = 1.0
"""Of a sender that sends no picture for so long nothing is asked: it may hold its picture back on purpose."""
UNSHOWN_S = 1.0
"""Frames given to the decoder, none decoded for so long: it needs a key frame, whatever it says."""


@dataclass(frozen=True)
class Requests:
    """What to ask the sender for, now."""

    nack: list[int]
    """Sequence numbers, 16 bits."""
    key_frame: bool
    again_s: float | None = None
    """When to look again if no packet comes before; None: no need to."""


@dataclass
class _Hole:
    since_s: float
    tries: int = 0
    asked_s: float = 0.0
    asked_before_s: float = 0.0


class Recovery:
    """Remembers holes and whether only a key frame helps. Fed by `FrameAssembler`."""

    def __init__(self) -> None:
        self.lost = 0
        """Packets that were missing, for a while or for ever; those that were only overtaken are not counted."""
        self.asked = 0
        """Requests for a packet, repeated ones included."""
        self.recovered = 0
        """Packets that came because they were asked for."""
        self.key_frames_asked = 0
        self._holes: dict[int, _Hole] = {}
        self._arrivals: deque[float] = deque()
        self._highest: int | None = None
        self._round_trip_s: float | None = None
        self._reorder_s = 0.0
        self._key_wanted = False
        self._blind = False
        """The decoder cannot go on: not even a hole that is filled after all would help."""
        self._key_asked_s: float | None = None
        self._key_tries = 0
        self._key_start: int | None = None
        self._key_timestamp = 0
        self._key_packet_s = 0.0
        self._first_packet_s: float | None = None
        self._last_packet_s = 0.0
        self._undecoded_s: float | None = None
        self._playing = False

    @property
    def holes(self) -> list[int]:
        """Numbers that have not come."""
        return sorted(self._holes)

    def restart(self) -> None:
        """Numbers begin anew, and nothing can be decoded before a key frame."""
        self._holes.clear()
        self._highest = None
        self._first_packet_s = None
        self._playing = False
        self.need_key_frame()

    def need_key_frame(self) -> None:
        """What comes cannot be decoded: only a key frame helps, and one that began before does not count."""
        self._key_wanted = self._blind = True
        self._key_start = None

    def arrived(self, number: int, now_s: float, *, timestamp: int, key_start: bool, rebuilt: bool = False) -> None:
        """A packet that was not here yet, of the frame of `timestamp`; `key_start`: a key frame begins with it.

        One that was `rebuilt` from others was lost all the same, and tells nothing of how long packets take.
        """
        if self._first_packet_s is None:
            self._first_packet_s = now_s
        self._last_packet_s = now_s
        self._arrivals.append(now_s)
        while now_s - self._arrivals[0] > RATE_WINDOW_S:
            self._arrivals.popleft()
        if key_start and (self._key_start is None or number > self._key_start):
            self._key_start, self._key_timestamp, self._key_packet_s = number, timestamp, now_s
        elif self._key_start is not None and timestamp == self._key_timestamp:
            self._key_packet_s = now_s
        if self._highest is None or number > self._highest:
            first = number if self._highest is None else self._highest + 1
            self._holes.update((missing, _Hole(now_s)) for missing in range(first, number))
            self.lost += number - first
            self._highest = number
            return
        hole = self._holes.pop(number, None)
        if hole is not None and not rebuilt:
            self._filled(hole, now_s)

    def _filled(self, hole: _Hole, now_s: float) -> None:
        if hole.tries == 0:
            self.lost -= 1
            self._reorder_s = min(MAX_REORDER_S, max(self._reorder_s, now_s - hole.since_s))
            return
        self.recovered += 1
        took_s = now_s - hole.asked_s
        if hole.tries > 1 and took_s < 0.5 * (self._round_trip_s or ROUND_TRIP_S):
            took_s = now_s - hole.asked_before_s  # the answer to the request before
        known_s = self._round_trip_s
        self._round_trip_s = took_s if known_s is None else known_s + 0.2 * (took_s - known_s)

    def delivered(self, next_number: int, now_s: float, *, key: bool) -> None:
        """A frame went to the decoder; nothing before `next_number` is of use any more."""
        self._playing = True
        self._undecoded_s = now_s if self._undecoded_s is None else self._undecoded_s
        if key:
            self._blind, self._key_start = False, None
            self._key_tries = 0
        self._key_wanted = self._blind
        if self._holes:
            self._holes = {number: hole for number, hole in self._holes.items() if number >= next_number}

    def shown(self) -> None:
        """A frame was decoded."""
        self._undecoded_s = None

    def requests(self, now_s: float, round_trip_s: float | None = None) -> Requests:
        """What to ask for at `now_s`; `round_trip_s` as measured elsewhere, if it is."""
        if now_s - self._last_packet_s > SILENT_S:
            return Requests([], key_frame=False)
        trip_s = self._round_trip_s or round_trip_s or ROUND_TRIP_S
        self._judge(now_s, trip_s)
        key_frame, key_at_s = self._key_request(now_s, trip_s)
        nack, nack_at_s = self._nack(now_s, trip_s)
        due = [at_s for at_s in (key_at_s, nack_at_s) if at_s is not None]
        return Requests([number & 0xFFFF for number in nack], key_frame, min(due) if due else None)

    def _judge(self, now_s: float, trip_s: float) -> None:
        patience_s = PATIENCE_S + PATIENCE_ROUND_TRIPS * trip_s
        given_up = [number for number, hole in self._holes.items() if now_s - hole.since_s > patience_s]
        if given_up or len(self._holes) > MAX_HOLES or self._beyond_repair(now_s):
            # What is younger cannot be decoded either, unless it belongs to a key frame that has begun.
            last = max(given_up) if given_up else max(self._holes)
            keep = self._key_start if self._key_start is not None and self._key_start > last else None
            self._holes = {n: hole for n, hole in self._holes.items() if keep is not None and n > keep}
            self._key_wanted = True
            self._key_start = keep
        first_s = self._first_packet_s
        waited = not self._playing and first_s is not None and now_s - first_s >= KEY_WAIT_S
        if self._undecoded_s is not None and now_s - self._undecoded_s >= UNSHOWN_S:
            self._undecoded_s = now_s
            self.need_key_frame()
        self._key_wanted = self._key_wanted or waited

    def _beyond_repair(self, now_s: float) -> bool:
        old = sum(now_s - hole.since_s > RATE_WINDOW_S for hole in self._holes.values())
        coming = sum(now_s - at_s <= RATE_WINDOW_S for at_s in self._arrivals)
        return old > max(REPAIR_LEAST, REPAIR_S / RATE_WINDOW_S * coming)

    def _key_request(self, now_s: float, trip_s: float) -> tuple[bool, float | None]:
        """(ask now, when to look again)."""
        if not self._key_wanted:
            if self._playing or self._first_packet_s is None:
                return False, None
            return False, self._first_packet_s + KEY_WAIT_S
        least_s = max(KEY_INTERVAL_S, INTERVAL_MARGIN * trip_s)
        pause_s = min(least_s * 2 ** max(0, self._key_tries - 1), max(least_s, KEY_LONGEST_S))
        ready_s = self._key_asked_s + pause_s if self._key_asked_s is not None else now_s
        if self._key_start is not None:
            ready_s = max(ready_s, self._key_packet_s + pause_s)
        if now_s < ready_s:
            return False, ready_s
        self._key_asked_s = now_s
        self._key_tries += 1
        self.key_frames_asked += 1
        return True, now_s + pause_s

    def _nack(self, now_s: float, trip_s: float) -> tuple[list[int], float | None]:
        """(numbers to ask for now, when to look again)."""
        if not self._holes:
            return [], None
        interval_s = max(MIN_INTERVAL_S, INTERVAL_MARGIN * trip_s)
        useful_s = 0.0
        if self._key_wanted and self._key_start is None and self._key_asked_s is not None:
            useful_s = self._key_asked_s + trip_s / 2  # what went missing before is of no use to the key frame to come
        nack: list[int] = []
        oldest_s = min(hole.since_s for hole in self._holes.values())
        again_s = oldest_s + PATIENCE_S + PATIENCE_ROUND_TRIPS * trip_s
        for number in sorted(self._holes):
            hole = self._holes[number]
            if hole.tries >= MAX_TRIES or hole.since_s < useful_s:
                continue
            due_s = hole.asked_s + interval_s if hole.tries else hole.since_s + self._reorder_s
            if now_s >= due_s:
                if len(nack) == MAX_ASKED:
                    again_s = now_s + MIN_INTERVAL_S / 4
                    break
                nack.append(number)
                hole.tries += 1
                hole.asked_before_s, hole.asked_s = hole.asked_s, now_s
                due_s = now_s + interval_s
            again_s = min(again_s, due_s)
        self.asked += len(nack)
        return nack, again_s
