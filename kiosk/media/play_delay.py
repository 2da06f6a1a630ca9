"""How far ahead of the loudspeaker sound must be kept: what the lateness of recent packets asks for. Pure.

Everything is in samples at 48 kHz. The lead of a packet is its RTP timestamp less the time at which it came, told
by the loudspeaker itself (samples it has taken): packets that come later have a smaller lead. The play position
less that same time is the offset. A packet whose lead is not below the offset is there in time, so the
smallest usual lead is where the offset may go.

As libwebrtc's NetEq, what is usual is a quantile of a past that is forgotten exponentially.
"""

from collections import deque

import numpy as np

REMEMBERED = 400
"""Packets: 8 s of 20 ms packets."""
FORGET = 0.985
"""Weight of a packet against the next one: what all packets of a second did is forgotten after four."""
LATE_SHARE = 0.04
"""Share of packets that may come late and be concealed, rather than have everything wait for them."""
SPARE = 48 * 10
"""Kept below the smallest usual lead: clocks and thread schedules are not exact."""
NOT_WAITED_FOR = 48 * 500
"""A packet so much later than the earliest ones comes out of an outage: nothing is kept waiting for the next one."""
FEW = 10
"""Fewer packets than this say nothing yet."""
COPIES_USUAL = 0.2
"""Share of packets with copies from which they can be counted on."""
LOSS_ON, LOSS_OFF = 0.01, 0.004
LOSS_STEP = 0.004
"""Weight of one packet in the loss: about 250 packets, five seconds, count."""

_WEIGHTS = FORGET ** np.arange(REMEMBERED, dtype=np.float64)[::-1]


class PlayDelay:
    """What the packets of the last seconds say. One per stream."""

    def __init__(self) -> None:
        self.loss = 0.0
        """0..1: share of packets that were not there when they were needed."""
        self._leads: deque[int] = deque(maxlen=REMEMBERED)
        self._usual: int | None = None
        """Smallest usual lead; None: to be found again."""
        self._copies = 0.0
        self._losing = False

    def on_packet(self, lead: int, *, copy: bool) -> None:
        """A packet came. `copy`: it carries a copy of the one before."""
        if not self._leads or lead > max(self._leads) - NOT_WAITED_FOR:
            self._leads.append(lead)
            self._usual = None
        self._copies += (float(copy) - self._copies) * 0.05

    def on_played(self, missing: float) -> None:
        """A packet was played (0.0), or so many packets were missing at their time."""
        self.loss += (min(missing, 3.0) - self.loss) * LOSS_STEP if missing else -self.loss * LOSS_STEP
        self.loss = min(1.0, self.loss)
        self._losing = self.loss > (LOSS_OFF if self._losing else LOSS_ON)

    @property
    def waits_for_copies(self) -> bool:
        """Packets are lost and the next ones carry their copies: worth holding one packet more."""
        return self._losing and self._copies > COPIES_USUAL

    def spare(self, offset: int, packet: int) -> int:
        """Samples by which the delay is larger than needed; negative: smaller. 0 while nothing is known.

        `packet`: samples of a packet.
        """
        if len(self._leads) < FEW:
            return 0
        if self._usual is None:
            self._usual = self._find_usual()
        return self._usual - offset - SPARE - (packet if self.waits_for_copies else 0)

    def _find_usual(self) -> int:
        leads = np.array(self._leads)
        order = np.argsort(leads)
        weights = np.cumsum(_WEIGHTS[-len(leads) :][order])
        return int(leads[order[np.searchsorted(weights, LATE_SHARE * weights[-1])]])
