"""How much to send: the video encoder's target, the picture that suits it, the documents' share. Pure.

The receiver's estimate (REMB) and the loss it reports bound the target. Down at once, up in few large
steps: each change makes aiortc build a new encoder and send a key frame.
"""

from collections import deque
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
DOCUMENTS_SHARE = 0.7
"""What a document may take from video on a link that it fills."""
MIN_DOCUMENTS_BPS = 100_000
MAX_DOCUMENTS_BPS = 10_000_000
"""Above this, no limit is worth keeping."""
QUEUE_S = 0.15
"""A round trip longer than the shortest one by this: our data waits in a queue, and so does the voice."""
DOCUMENTS_STEP_S = 1.0
DOCUMENTS_PAUSE_S = 1.0
"""Without a chunk for so long, no document travels any more."""
SENT_WINDOW_S = 1.5
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
    """Target bitrate of the video encoder, in bits per second.

    `began_s`: when sending began, with nothing sent.
    """

    def __init__(self, began_s: float = 0.0) -> None:
        self.target_bps = START_BPS
        self._estimate_bps = CEILING_BPS + AUDIO_RESERVE_BPS
        self._loss_bps = float(CEILING_BPS)
        self._last_loss_s: float | None = None
        self._last_up_s: float | None = None
        self._last_estimate_bps = 0
        self._sent: deque[tuple[float, int]] = deque([(began_s, 0)])
        self._documents = False
        self._shape = _SHAPES[0][1]

    def on_estimate(self, bps: int, now_s: float, sent_bytes: int | None = None) -> None:
        """The receiver's estimate of what fits, for everything we send.

        A receiver cannot see more room than we use: an estimate that does not fall, and is not below what
        we send, says nothing against the target. `sent_bytes` is the count since the start; None: not known.
        """
        sent_bps = self._sent_bps(now_s, sent_bytes)
        falling = bps < 0.98 * self._last_estimate_bps
        self._last_estimate_bps = bps
        if not falling and sent_bps is not None and bps >= 0.95 * sent_bps:
            bps = max(bps, self.target_bps + AUDIO_RESERVE_BPS)
        self._estimate_bps = bps
        self._settle(now_s)

    def _sent_bps(self, now_s: float, sent_bytes: int | None) -> float | None:
        if sent_bytes is None:
            return None
        self._sent.append((now_s, sent_bytes))
        while len(self._sent) > 2 and now_s - self._sent[0][0] > SENT_WINDOW_S:
            self._sent.popleft()
        first_s, first_bytes = self._sent[0]
        return 8 * (sent_bytes - first_bytes) / (now_s - first_s) if now_s > first_s else None

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

    def set_documents(self, filling: bool, now_s: float) -> None:
        """A document fills the link, or does not any more: video leaves it its share."""
        if filling != self._documents:
            self._documents = filling
            self._settle(now_s)

    def _settle(self, now_s: float) -> None:
        wanted = min(self._estimate_bps - AUDIO_RESERVE_BPS, self._loss_bps, CEILING_BPS)
        if self._documents:
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


class DocumentRate:
    """What documents may send: everything, until their data starts to wait in a queue with the voice behind it."""

    def __init__(self) -> None:
        self.allowed_bps: float | None = None
        """None: no limit."""
        self._shortest_s: float | None = None
        self._last_step_s = float("-inf")
        self._sent: deque[tuple[float, int]] = deque()

    def on_sent(self, size: int, now_s: float) -> None:
        """`size` bytes were handed to the channel."""
        self._sent.append((now_s, size))

    def travelling(self, now_s: float) -> bool:
        """Documents are on their way now."""
        return bool(self._sent) and now_s - self._sent[-1][0] <= DOCUMENTS_PAUSE_S

    def observe(self, round_trip_s: float | None, now_s: float) -> None:
        """The channel's smoothed round trip, or None before the first; call it often."""
        while len(self._sent) > 1 and now_s - self._sent[0][0] > 2 * DOCUMENTS_STEP_S:
            self._sent.popleft()
        if round_trip_s is None:
            return
        self._shortest_s = round_trip_s if self._shortest_s is None else min(self._shortest_s, round_trip_s)
        if now_s - self._last_step_s < DOCUMENTS_STEP_S:
            return
        if round_trip_s > self._shortest_s + QUEUE_S and self.travelling(now_s):
            measured_bps = 8 * sum(size for _, size in self._sent) / (2 * DOCUMENTS_STEP_S)
            limit_bps = measured_bps if self.allowed_bps is None else min(measured_bps, self.allowed_bps)
            self.allowed_bps = max(MIN_DOCUMENTS_BPS, DOCUMENTS_SHARE * limit_bps)
            self._last_step_s = now_s
        elif self.allowed_bps is not None:
            grown_bps = 1.2 * self.allowed_bps
            self.allowed_bps = grown_bps if grown_bps < MAX_DOCUMENTS_BPS else None
            self._last_step_s = now_s
