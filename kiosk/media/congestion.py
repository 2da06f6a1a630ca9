"""One connection's sending, put together: numbering, pacing, estimate, probes, shares. Pure.

Give it what wants to leave and what the other side reports; ask it what may leave now.
"""

from kiosk.media.delay_detector import QUIET_QUEUE_S, Usage
from kiosk.media.estimator import CERTAIN_QUEUE_S, Estimator
from kiosk.media.pacer import Departure, Kind, Pacer
from kiosk.media.probing import Prober
from kiosk.media.rate import SendRate
from kiosk.media.repetition import LATE_S, Repetition
from kiosk.media.sent_packets import SentPackets
from kiosk.media.transport_feedback import TransportFeedback

PACKET_OVERHEAD_BYTES = 44
"""SRTP's tag, UDP and IP around each packet."""
PICTURE_WAIT_S = 0.2
"""A picture that would wait longer in our own queue is not taken from the camera."""
FLIGHT_S = 0.2
"""So much more than a round trip may be under way without news; more is a cut, or a queue out of hand."""
FLIGHT_BYTES = 4_000
SILENT = 1.2
"""Without news for so many times a round trip and what may be under way, we wait for some: the way may be full."""
FIRST_FLIGHT_BYTES = 7_000
FIRST_TRICKLE_BPS, FIRST_PATIENCE_S = 40_000, 3.0
"""Before anything is known of the way, no more than this is under way, and so much more as time passes without news: the other
way may be slow to bring it, and a still picture for seconds is a bad beginning."""
UNKNOWN_ROUND_TRIP_S = 0.6
COLLAPSE_S = 3.0


class Congestion:
    """Items are of any type: nothing is known of them but their size.

    `numbered`: the other side sends transport-wide feedback.
    """

    def __init__(self, rate: SendRate, now_s: float, *, numbered: bool = True) -> None:
        self.rate = rate
        self.estimator = Estimator()
        self.sent = SentPackets()
        self.pacer: Pacer[object] = Pacer()
        self._prober = Prober()
        self.repetition = Repetition()
        self._numbered = numbered
        self._media_started = False
        self.first_round_trip_s: float | None = None
        """What the handshake told, until reports do better."""
        self._share(now_s)

    # ---- sending ----------------------------------------------------------------------------------------

    def push(self, kind: Kind, item: object, size: int) -> None:
        """Something that may wait; `size` in bytes before SRTP, UDP and IP."""
        self.pacer.push(kind, item, size + PACKET_OVERHEAD_BYTES)
        self._media_started = self._media_started or kind is Kind.PICTURE

    def take(self, now_s: float) -> Departure[object] | None:
        """What may leave now."""
        return self.pacer.take(now_s)

    def delay_s(self, now_s: float) -> float | None:
        """Seconds until something may leave; None: nothing waits."""
        return self.pacer.delay_s(now_s)

    def leaving(self, kind: Kind, size: int, now_s: float, probe: int | None = None) -> int | None:
        """A packet of `size` bytes leaves now; its transport number (None: it has none).

        Call it for everything, also for what never waited.
        """
        size += PACKET_OVERHEAD_BYTES
        if kind in (Kind.VOICE, Kind.RTCP):
            self.pacer.spent(size, now_s)
        elif kind is Kind.PADDING:
            self.pacer.padded(size, now_s)
        if kind in (Kind.RTCP, Kind.DOCUMENT) or not self._numbered:
            self.sent.on_unnumbered(size)
            return None
        return self.sent.on_sent(size, now_s, probe)

    def no_padding(self, now_s: float) -> None:
        """Padding was asked for and none can be made: the probe ends as it is."""
        self.pacer.padded(0, now_s)

    @property
    def picture_wait_s(self) -> float:
        """How long what waits of the picture would take at the rate that the way carries."""
        waiting = self.pacer.waiting_bytes(Kind.PICTURE) + self.pacer.waiting_bytes(Kind.RETRANSMISSION)
        return 8 * waiting / max(self.estimator.bps, 1.0)

    def collapsed(self, now_s: float) -> bool:
        """The way carries much less than some seconds ago."""
        fell_s = self.estimator.fell_s
        return fell_s is not None and now_s - fell_s < COLLAPSE_S

    def drop_pictures(self) -> None:
        """Forget what waits of the picture."""
        self.pacer.drop(Kind.PICTURE)
        self.pacer.drop(Kind.RETRANSMISSION)
        self.pacer.drop(Kind.REPETITION)

    def behind(self, now_s: float) -> bool:
        """No picture should be taken now: those before it have not left, or nothing comes back any more."""
        if self.pacer.picture_wait_s > PICTURE_WAIT_S:
            return True
        if not self._numbered:
            return False
        oldest_s = self.sent.oldest_sent_s
        waited_s = 0.0 if oldest_s is None else now_s - oldest_s
        round_trip_s = self.estimator.usual_round_trip_s
        patience_s = (UNKNOWN_ROUND_TRIP_S if round_trip_s is None else round_trip_s) + FLIGHT_S
        if self.estimator.settled:
            window = self.estimator.bps / 8 * patience_s + FLIGHT_BYTES
        else:
            trickle_bps = FIRST_TRICKLE_BPS + self.rate.voice_cost_bps
            window = FIRST_FLIGHT_BYTES + trickle_bps / 8 * waited_s
        silence_s = FIRST_PATIENCE_S if round_trip_s is None else SILENT * patience_s
        return waited_s > silence_s or self.sent.in_flight_bytes > window

    @property
    def repeats(self) -> bool:
        """A second copy of the picture's packets is worth sending now."""
        waiting = self.pacer.waiting_bytes(Kind.PICTURE) + self.pacer.waiting_bytes(Kind.REPETITION)
        return self.repetition.active and 8 * waiting / max(self.estimator.bps, 1.0) < LATE_S

    # ---- news -------------------------------------------------------------------------------------------

    def on_handshake(self, seconds: float, now_s: float) -> None:
        """How long agreeing on keys took, as a client of DTLS 1.2 (RFC 6347 section 4.2.4): two round trips."""
        self.first_round_trip_s = seconds / 2
        self._share(now_s)

    def on_feedback(self, feedback: TransportFeedback, now_s: float) -> None:
        """The other side tells what came."""
        report = self.sent.on_feedback(feedback, now_s)
        self.estimator.on_report(report, now_s)
        if not report.outage:
            self.repetition.on_results(report.results, self.estimator.queue_s)
        sent = self.pacer.probe_sent
        of_this_one = sent is not None and sent[0] == self._prober.number
        found_bps = self._prober.on_results(report.results, sent[1:] if sent is not None and of_this_one else None)
        if found_bps is not None:
            self.estimator.on_probe(found_bps, now_s, early=self._prober.early(now_s))
        self._share(now_s)

    def on_receiver_estimate(self, bps: float, now_s: float) -> None:
        """REMB: the only word of a browser without transport-wide feedback."""
        if not self._numbered:
            self.estimator.on_ceiling(bps, now_s)
            self._share(now_s)

    def on_receiver_loss(self, fraction: float, now_s: float) -> None:
        """A receiver report: what it says is only used where nothing better is known."""
        if not self._numbered:
            self.estimator.on_receiver_loss(fraction, now_s)
            self._share(now_s)

    def tick(self, now_s: float) -> None:
        """Call it some twenty times a second."""
        waiting = self.pacer.waiting_bytes(Kind.DOCUMENT) > 3_000
        self.rate.set_documents(waiting, now_s)
        if self._numbered and self._media_started:
            probe = self._prober.next(
                now_s,
                self.estimator.bps,
                self.rate.wanted_bps,
                settled=self.estimator.settled,
                quiet=self.estimator.queue_s < QUIET_QUEUE_S and self.estimator.usage is not Usage.OVER,
                limited=self.estimator.limited,
                fell_s=self.estimator.fell_s,
            )
            if probe is not None:
                self.pacer.begin(probe, now_s)
        self._share(now_s)

    def _share(self, now_s: float) -> None:
        round_trip_s = self.estimator.usual_round_trip_s
        round_trip_s = self.first_round_trip_s if round_trip_s is None else round_trip_s
        self.repetition.update(self.estimator.bps, round_trip_s, documents=self.rate.documents_wait)
        self.rate.repeating = self.repetition.active
        self.rate.on_loss(self.estimator.loss, now_s)
        self.rate.on_estimate(int(self.estimator.bps), now_s)
        # Bursts are for a way that is free: into a queue they only push out the voice.
        careful = not self.estimator.settled or self.estimator.queue_s > CERTAIN_QUEUE_S
        self.pacer.set_rates(self.estimator.bps, self.rate.documents_bps, careful=self._numbered and careful)
