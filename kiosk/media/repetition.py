"""Whether each packet of the picture is sent twice, before anybody asks. Pure.

On a way that loses packets by itself and takes long to say so, every loss stops the picture for a round trip. A second copy,
a moment later so that one burst does not take both, fills the hole at once. It halves the picture's rate, so it is for ways
wide enough to bear that; narrower ones are sent again only what is asked for. Chromium protects its pictures there too, with
parity packets (RFC 5109), which a receiver must have agreed to; a copy in the retransmission stream (RFC 4588) needs no agreement.
"""

from collections.abc import Iterable

from kiosk.media.delay_detector import QUIET_QUEUE_S
from kiosk.media.sent_packets import PacketResult

SPACING_S = 0.03
"""From a packet to its copy; bursts of loss on radio links last less."""
LATE_S = 0.15
"""Copies that would wait longer are not sent: asking is quicker."""
MEMORY = 0.002
"""Weight of one packet in the loss: some five hundred count."""
LOSS_ON, LOSS_OFF = 0.004, 0.0015
ROUND_TRIP_ON_S, ROUND_TRIP_OFF_S = 0.09, 0.07
"""Below, what is asked for again comes before the picture seems to stop."""
ESTIMATE_ON_BPS, ESTIMATE_OFF_BPS = 600_000, 450_000
FEW = 100
"""Fewer packets than this do not tell how many are lost."""
EARLY, EARLY_ROUND_TRIP_S, EARLY_ESTIMATE_BPS = 400, 0.35, 200_000
"""The first packets on a way so long are repeated unasked: it may be a satellite, and the first picture must not wait."""


class Repetition:
    """Follows one connection."""

    def __init__(self) -> None:
        self.active = False
        self.loss = 0.0
        """0..1: share of packets with which the way begins to lose some by itself, smoothed: a long burst, which would take the
        copies too, counts once."""
        self._judged = 0
        self._losing = False

    def on_results(self, results: Iterable[PacketResult], queue_s: float) -> None:
        """The fate of packets; `queue_s`: the queue on the way, in seconds."""
        if queue_s > QUIET_QUEUE_S:
            return  # what a queue pushes out is our own doing
        for result in results:
            lost = result.arrived_s is None
            self._judged += 1
            self.loss += ((lost and not self._losing) - self.loss) * max(MEMORY, 1 / self._judged)
            self._losing = lost

    def update(self, estimate_bps: float, round_trip_s: float | None, *, documents: bool) -> None:
        """What the way is like now. `documents`: some wait, and need the room."""
        if round_trip_s is None or documents:
            self.active = False
        elif self._judged < EARLY and round_trip_s > EARLY_ROUND_TRIP_S:
            self.active = estimate_bps > EARLY_ESTIMATE_BPS
        elif self.active:
            self.active = self.loss > LOSS_OFF and round_trip_s > ROUND_TRIP_OFF_S and estimate_bps > ESTIMATE_OFF_BPS
        else:
            lossy = self._judged >= FEW and self.loss > LOSS_ON
            self.active = lossy and round_trip_s > ROUND_TRIP_ON_S and estimate_bps > ESTIMATE_ON_BPS
