"""How much to send: the target of the video encoder and the picture that suits it. Pure; time is an argument.

The receiver's estimate (REMB) and the loss it reports bound the target. Down at once, up in few large
steps: each change makes aiortc build a new encoder and send a key frame.
"""

from dataclasses import dataclass

START_BPS = 1_200_000
"""An estimate never rises far above what is received: starting low would mean staying low."""
FLOOR_BPS = 100_000
CEILING_BPS = 2_000_000
AUDIO_RESERVE_BPS = 45_000
"""Sound with its headers comes first."""
DOWN_STEP = 0.9
UP_STEP = 1.25
UP_INTERVAL_S = 2.0
NARROW_BPS = 1_500_000
"""Below this estimate, video and documents share what there is; above, there is room for both."""
DOCUMENTS_SHARE = 0.7
"""Share of a narrow link that a document may take while it travels; video keeps the rest."""
MIN_DOCUMENTS_BPS = 100_000
HIGH_LOSS, LOW_LOSS = 0.10, 0.02
LOSS_INTERVAL_S = 1.0


@dataclass(frozen=True)
class PictureShape:
    """Largest height in pixels and frames per second worth encoding."""

    height: int
    frames_per_s: int


_SHAPES: tuple[tuple[int, PictureShape], ...] = (
    (800_000, PictureShape(720, 30)),
    (450_000, PictureShape(540, 30)),
    (250_000, PictureShape(360, 25)),
    (150_000, PictureShape(270, 15)),
    (0, PictureShape(180, 12)),
)
_SHAPE_UP = 1.2
"""A larger picture needs so much more than its threshold, or sizes would flutter."""


class SendRate:
    """Target bitrate of the video encoder, in bits per second."""

    def __init__(self) -> None:
        self.target_bps = START_BPS
        self._estimate_bps = CEILING_BPS + AUDIO_RESERVE_BPS
        self._loss_bps = float(CEILING_BPS)
        self._last_loss_s: float | None = None
        self._last_up_s: float | None = None
        self._documents = False
        self._shape = _SHAPES[0][1]

    def on_estimate(self, bps: int, now_s: float) -> None:
        """The receiver's estimate of what fits, for everything we send."""
        self._estimate_bps = bps
        self._settle(now_s)

    def on_loss(self, fraction: float, now_s: float) -> None:
        """Share of our packets lost, 0..1, since the last report."""
        if self._last_loss_s is not None and now_s - self._last_loss_s < LOSS_INTERVAL_S:
            return
        self._last_loss_s = now_s
        if fraction > HIGH_LOSS:
            self._loss_bps = max(FLOOR_BPS, min(self._loss_bps, self.target_bps) * (1 - fraction / 2))
        elif fraction < LOW_LOSS:
            self._loss_bps = min(CEILING_BPS, self._loss_bps * 1.1)
        self._settle(now_s)

    def set_documents(self, travelling: bool, now_s: float) -> None:
        """A document travels, or does not any more: on a narrow link video leaves room for it."""
        if travelling != self._documents:
            self._documents = travelling
            self._settle(now_s)

    def documents_bps(self) -> float | None:
        """What documents may send, so that the voice keeps its own; None: no limit is needed."""
        if self._estimate_bps >= NARROW_BPS:
            return None
        return max(MIN_DOCUMENTS_BPS, (self._estimate_bps - AUDIO_RESERVE_BPS) * DOCUMENTS_SHARE)

    def _settle(self, now_s: float) -> None:
        wanted = min(self._estimate_bps - AUDIO_RESERVE_BPS, self._loss_bps, CEILING_BPS)
        if self._documents and self._estimate_bps < NARROW_BPS:
            wanted *= 1 - DOCUMENTS_SHARE
        wanted = int(max(FLOOR_BPS, wanted))
        if self._last_up_s is None:
            self._last_up_s = now_s
        rested = now_s - self._last_up_s >= UP_INTERVAL_S
        if wanted <= self.target_bps * DOWN_STEP or (wanted >= self.target_bps * UP_STEP and rested):
            self.target_bps = wanted
            self._last_up_s = now_s

    def shape(self) -> PictureShape:
        """The picture that suits the target now; grows with hesitation, shrinks at once."""
        fitting = next(shape for threshold, shape in _SHAPES if self.target_bps >= threshold)
        if fitting.height > self._shape.height:
            fitting = next(
                shape
                for threshold, shape in _SHAPES
                if self.target_bps >= threshold * _SHAPE_UP or shape.height <= self._shape.height
            )
        self._shape = fitting
        return fitting
