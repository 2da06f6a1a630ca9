"""How what fits is shared out: the voice first, then documents and the picture; below a floor, no picture. Pure.

The encoder follows the target at once and without a key frame; a new picture size costs one, so sizes
hesitate. In conversation a sharp face at fifteen frames a second says more than a smooth blur; sign
language needs the frames.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.media.estimator import START_BPS

FLOOR_BPS = 30_000
"""The least an encoder is asked for."""
CEILING_BPS = 1_700_000
"""More does not make 720 lines visibly better."""
REPEATED_CEILING_BPS = 1_250_000
"""Of a picture that is sent twice."""
VOICE_STEPS: tuple[tuple[int, int], ...] = ((300_000, 32_000), (36_000, 24_000), (0, 16_000))
"""(estimate, bits per second of Opus): the sound is the last thing to suffer; less only where no more passes at all."""
VOICE_HEADERS_BITS = 580
"""Of each packet of sound: RTP with its extensions, SRTP, UDP, IP."""
VOICE_PACKETS: tuple[tuple[int, float], ...] = ((170_000, 0.02), (85_000, 0.04), (0, 0.06))
"""(estimate, seconds in a packet of sound): on a thin link headers cost more than a little delay."""
VOICE_PACKETS_MARGIN = 1.15
"""Packets become shorter again a little above the threshold."""
PICTURE_YIELD = 0.92
"""Of what the picture takes on the wire, the share that is picture and not headers."""
DOCUMENTS_SHARE = 0.5
"""Of what the voice leaves, while documents wait."""
DOCUMENTS_LEAST = 0.25
"""Of the whole, while documents wait and the voice leaves as much."""
DOCUMENTS_AT_REST_BPS = 100_000
DOCUMENTS_PAUSE_S = 1.0
"""Documents that have not waited for so long are through."""
PAUSE_BELOW_BPS, PAUSE_AFTER_S = 40_000, 1.5
RESUME_ABOVE_BPS, RESUME_AFTER_S = 50_000, 2.0
GROW_MARGIN, GROW_AFTER_S = 1.2, 2.0
SHRINK_MARGIN, SHRINK_AFTER_S = 0.8, 1.0
COLLAPSE_MARGIN = 0.4
"""Below this share of what a size needs there is no hesitation."""
EARLY_S = 4.0
"""At the beginning sizes follow at once: the first estimate is a guess."""


@dataclass(frozen=True)
class PictureShape:
    """Largest height in pixels and frames per second worth encoding."""

    height: int
    frames_per_s: int


Shapes = tuple[tuple[int, PictureShape], ...]

DETAIL: Shapes = (
    (1_000_000, PictureShape(720, 30)),
    (500_000, PictureShape(540, 30)),
    (260_000, PictureShape(360, 30)),
    (130_000, PictureShape(270, 25)),
    (75_000, PictureShape(180, 24)),
    (0, PictureShape(180, 15)),
)
"""(target from which on, shape) for a conversation."""

MOTION: Shapes = (
    (1_500_000, PictureShape(720, 30)),
    (700_000, PictureShape(540, 30)),
    (350_000, PictureShape(360, 30)),
    (200_000, PictureShape(270, 30)),
    (0, PictureShape(180, 30)),
)
"""The same for sign language: the size yields, not the frames."""


class SendRate:
    """Shares out the estimate. `began_s`: when sending began."""

    def __init__(self, began_s: float = 0.0) -> None:
        self.estimate_bps = START_BPS
        self.target_bps = 0
        """Of the video encoder."""
        self.voice_bps = 0
        """Of the sound encoder."""
        self.voice_packet_s = VOICE_PACKETS[0][1]
        """How much sound goes in a packet."""
        self.documents_bps = 0
        """Of documents, everything included."""
        self.loss = 0.0
        """Share of our packets lost, 0..1."""
        self.repeating = False
        """Packets of the picture are sent twice."""
        self.picture_paused = False
        """There is room for the voice alone: no picture is sent."""
        self.on_change: Callable[[bool], None] | None = None
        """Called with `picture_paused` when it changes."""
        self._began_s = began_s
        self._documents_s = float("-inf")
        self._shapes = DETAIL
        self._shape: PictureShape | None = None
        self._shape_since_s: float | None = None
        self._floor_since_s: float | None = None
        self._now_s = began_s
        self._settle()

    # ---- in ---------------------------------------------------------------------------------------------

    def on_estimate(self, bps: int, now_s: float) -> None:
        """What fits, for everything we send."""
        self.estimate_bps = bps
        self.at(now_s)

    def on_loss(self, fraction: float, now_s: float) -> None:
        """Share of our packets lost, 0..1, smoothed: what is sent again takes room too."""
        self.loss = min(1.0, max(0.0, fraction))
        self.at(now_s)

    def set_documents(self, waiting: bool, now_s: float) -> None:
        """Documents wait to leave; without a word for a second they are through."""
        if waiting:
            self._documents_s = now_s
        self.at(now_s)

    def set_motion(self, motion: bool) -> None:
        """Keep the frames rather than the size (sign language), or the other way round."""
        self._shapes = MOTION if motion else DETAIL

    def at(self, now_s: float) -> None:
        """Time passes; call it some times a second."""
        self._now_s = now_s
        self._settle()
        self._choose_shape()
        self._choose_picture()

    # ---- out --------------------------------------------------------------------------------------------

    @property
    def voice_cost_bps(self) -> float:
        """What the voice takes of the link, headers included."""
        return self.voice_bps + VOICE_HEADERS_BITS / self.voice_packet_s

    @property
    def documents_wait(self) -> bool:
        """Documents are on their way."""
        return self._now_s - self._documents_s <= DOCUMENTS_PAUSE_S

    @property
    def wanted_bps(self) -> float:
        """What we could use, had the link no limit."""
        most = CEILING_BPS / PICTURE_YIELD + VOICE_STEPS[0][1] + VOICE_HEADERS_BITS / VOICE_PACKETS[0][1]
        return float("inf") if self.documents_wait else most

    def shape(self) -> PictureShape:
        """The picture that suits the target now; sizes hesitate."""
        if self._shape is None:
            self._shape = self._fitting()
        return self._shape

    # ---- the sharing out --------------------------------------------------------------------------------

    def _settle(self) -> None:
        self.voice_bps = next(bps for threshold, bps in VOICE_STEPS if self.estimate_bps >= threshold)
        self._choose_voice_packets()
        rest_bps = max(0.0, self.estimate_bps - self.voice_cost_bps)
        most_bps = CEILING_BPS / PICTURE_YIELD
        if self.documents_wait:
            documents_bps = max(DOCUMENTS_SHARE * rest_bps, min(DOCUMENTS_LEAST * self.estimate_bps, rest_bps))
            documents_bps = max(documents_bps, rest_bps - most_bps)
            picture_bps = rest_bps - documents_bps
        else:
            documents_bps = max(DOCUMENTS_AT_REST_BPS, DOCUMENTS_SHARE * rest_bps)
            picture_bps = rest_bps
        self.documents_bps = int(max(FLOOR_BPS, documents_bps))
        room_bps = picture_bps * PICTURE_YIELD * (1 - min(0.5, self.loss)) / (2 if self.repeating else 1)
        ceiling_bps = REPEATED_CEILING_BPS if self.repeating else CEILING_BPS
        self.target_bps = int(min(ceiling_bps, max(FLOOR_BPS, room_bps)))
        self._room_bps = room_bps

    def _choose_voice_packets(self) -> None:
        longer_s = next(packet_s for bps, packet_s in VOICE_PACKETS if self.estimate_bps >= bps)
        shorter_s = next(packet_s for bps, packet_s in VOICE_PACKETS if self.estimate_bps >= VOICE_PACKETS_MARGIN * bps)
        self.voice_packet_s = max(longer_s, min(shorter_s, self.voice_packet_s))

    def _choose_picture(self) -> None:
        crossing = self._room_bps >= RESUME_ABOVE_BPS if self.picture_paused else self._room_bps < PAUSE_BELOW_BPS
        if not crossing:
            self._floor_since_s = None
            return
        if self._floor_since_s is None:
            self._floor_since_s = self._now_s
        if self._now_s - self._floor_since_s >= (RESUME_AFTER_S if self.picture_paused else PAUSE_AFTER_S):
            self.picture_paused = not self.picture_paused
            self._floor_since_s = None
            if self.on_change is not None:
                self.on_change(self.picture_paused)

    def _fitting(self, margin: float = 1.0) -> PictureShape:
        return next((shape for bps, shape in self._shapes if self.target_bps >= margin * bps), self._shapes[-1][1])

    def _choose_shape(self) -> None:
        shape = self.shape()
        bigger = self._fitting(GROW_MARGIN)
        smaller = self._fitting(SHRINK_MARGIN)
        if bigger.height > shape.height:
            wanted, patience_s = bigger, GROW_AFTER_S
        elif smaller.height < shape.height:
            collapsed = self._fitting(COLLAPSE_MARGIN).height < shape.height
            wanted, patience_s = self._fitting(), 0.0 if collapsed else SHRINK_AFTER_S
        else:
            self._shape_since_s = None
            same_size = [other for _, other in self._shapes if other.height == shape.height]
            fitting = self._fitting()
            # Frames cost nothing to change.
            self._shape = fitting if fitting in same_size else (shape if shape in same_size else same_size[0])
            return
        if self._shape_since_s is None:
            self._shape_since_s = self._now_s
        early = self._now_s - self._began_s < EARLY_S
        if early or self._now_s - self._shape_since_s >= patience_s:
            self._shape = wanted
            self._shape_since_s = None
