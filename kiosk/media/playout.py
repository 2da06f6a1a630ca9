"""When to play what arrived: an adaptive buffer of remote sound that hides holes and gives delay back.

Pure: positions and durations are samples at 48 kHz, nothing here reads a clock. Two sides drive it:
`put` for each decoded packet with its RTP timestamp, `take` for each 10 ms block the loudspeaker wants.

How it adapts. Each packet arrives some samples ahead of the play position: its margin. The smallest usual
margin of the last seconds is delay that nobody needs, and is given back by cutting whole pitch periods.
A packet lost alone is concealed for exactly its own time, so it adds no delay. Nothing left to play is
concealed too, but the position waits: a late packet is still heard, and the delay grows by just that.
"""

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 48_000
BLOCK = 480
"""Samples of a block: 10 ms."""

CAPACITY = 2 * RATE_HZ
START_DEPTH = 60 * RATE_HZ // 1000
"""Sound held before the first block is played."""
MAX_DEPTH = 400 * RATE_HZ // 1000
"""More than this is never waited for: the position jumps ahead."""
JUMP_DEPTH = 80 * RATE_HZ // 1000
"""What is left to play after such a jump."""
SPARE = 15 * RATE_HZ // 1000
"""Margin kept under the usual smallest one."""
CONCEAL = 60 * RATE_HZ // 1000
"""A hole is filled for so long at the most, fading; a longer hole is skipped."""
CROSSFADE = 120
HISTORY = 1_920
MIN_LAG, MAX_LAG = 120, 720
"""Pitch periods searched: 2.5 to 15 ms (67 to 400 Hz)."""
MARGINS = 250
"""Packets remembered: 5 s of 20 ms packets."""
UNUSUAL = 5
"""Of these, so many latest ones are ignored: one hiccup must not cost delay for ever."""
BLOCKS_PER_CUT = 5
"""At most one cut in so many blocks: never more than a fifth faster."""
RESYNC = 5 * RATE_HZ
"""A timestamp so far from the position is a new source, not a late packet."""

_RAMP = np.linspace(0.0, 1.0, CROSSFADE, dtype=np.float32)


class Playout:
    """Reorders, conceals, stretches and shrinks remote sound. Not thread-safe."""

    def __init__(self) -> None:
        self.concealed = 0
        """Samples invented so far."""
        self.skipped = 0
        """Samples of delay given back so far."""
        self.late = 0
        """Packets that came after their time."""
        self._restart()

    def _restart(self) -> None:
        self._pcm = np.zeros(CAPACITY, dtype=np.int16)
        self._valid = np.zeros(CAPACITY, dtype=np.bool_)
        self._play: int | None = None
        self._first: int | None = None
        self._end = 0
        self._margins: deque[int] = deque(maxlen=MARGINS)
        self._shift = 0
        self._waited = 0
        self._filled = 0
        self._history = np.zeros(HISTORY, dtype=np.float32)
        self._tail: NDArray[np.float32] | None = None
        self._blocks_played = 0

    @property
    def depth(self) -> int:
        """Samples between the play position and the newest sound: the delay added here."""
        if self._play is not None:
            return max(0, self._end - self._play)
        return 0 if self._first is None else self._end - self._first

    # ---- arriving ---------------------------------------------------------------------------------------

    def put(self, timestamp: int, samples: Samples) -> None:
        """Take in a decoded packet: `samples` int16 of shape (n,), `timestamp` unwrapped, in samples."""
        size = len(samples)
        if size == 0 or size > CAPACITY // 4:
            return
        position = self._play if self._play is not None else self._first
        if position is None:
            self._first, self._end = timestamp, timestamp
        elif abs(timestamp - position) > RESYNC + self._waited:
            self._restart()
            self._first, self._end = timestamp, timestamp
        elif self._play is None and timestamp < position:
            if self._end - timestamp > CAPACITY // 2:
                return
            self._first = timestamp

        if self._play is not None:
            self._margins.append(timestamp - self._play - self._shift)
            if self._waited and timestamp > self._play:
                # Nothing came for a while, and this is later sound: what is missing was lost, not late.
                self._advance(min(self._waited, timestamp - self._play))
            self._waited = 0
            if timestamp + size <= self._play:
                self.late += 1
                return
            if timestamp < self._play:
                samples = samples[self._play - timestamp :]
                timestamp, size = self._play, len(samples)
            if timestamp + size - self._play > CAPACITY:
                self._advance(timestamp + size - JUMP_DEPTH - self._play)
        elif self._first is not None and timestamp + size - self._first > CAPACITY:
            self._restart()
            self._first, self._end = timestamp, timestamp

        self._write(timestamp, samples)
        self._end = max(self._end, timestamp + size)

    def _write(self, position: int, samples: Samples) -> None:
        start = position % CAPACITY
        head = min(len(samples), CAPACITY - start)
        self._pcm[start : start + head] = samples[:head]
        self._valid[start : start + head] = True
        if head < len(samples):
            self._pcm[: len(samples) - head] = samples[head:]
            self._valid[: len(samples) - head] = True

    def _read(self, position: int, size: int) -> tuple[Samples, NDArray[np.bool_]]:
        indexes = np.arange(position, position + size) % CAPACITY
        return self._pcm[indexes], self._valid[indexes]

    def _advance(self, count: int) -> None:
        """Move the play position ahead, forgetting what is passed."""
        assert self._play is not None
        gone = np.arange(self._play, self._play + min(count, CAPACITY)) % CAPACITY
        self._valid[gone] = False
        self._play += count
        self._end = max(self._end, self._play)
        # Margins are kept relative to a position that time alone moves.
        self._shift -= count

    # ---- playing ----------------------------------------------------------------------------------------

    def take(self) -> Samples:
        """The next 10 ms: int16 of shape (480,)."""
        if self._play is None:
            if self._first is None or self._end - self._first < START_DEPTH:
                return np.zeros(BLOCK, dtype=np.int16)
            self._play = self._first
        if self._end - self._play > MAX_DEPTH:
            self._cut_to(self._end - JUMP_DEPTH)
        if self._end <= self._play:
            # Nothing left: wait here, so that a late packet is still heard.
            self._waited += BLOCK
            self._shift += BLOCK
            return self._render(np.zeros(BLOCK, dtype=np.float32), np.zeros(BLOCK, dtype=np.bool_))

        self._skip_long_hole()
        lag = self._spare_lag()
        block, valid = self._read(self._play, BLOCK + lag)
        sound = block.astype(np.float32)
        self._advance(BLOCK + lag)
        # Time passes by one block for everybody: only the cut changes the margins.
        self._shift += BLOCK
        self._blocks_played += 1
        if lag:
            self.skipped += lag
            sound, valid = _cut(sound, lag), valid[:BLOCK]
        return self._render(sound, valid)

    def _skip_long_hole(self) -> None:
        """Jump over what is left of a hole that was filled for long enough."""
        assert self._play is not None
        if self._filled < CONCEAL:
            return
        ahead = np.arange(self._play, self._end) % CAPACITY
        known = np.flatnonzero(self._valid[ahead])
        if len(known) and known[0] >= BLOCK:
            self._cut_to(self._play + int(known[0]))

    def _cut_to(self, position: int) -> None:
        assert self._play is not None
        if self._tail is None:
            self._tail = self._extend(CROSSFADE)
        self.skipped += position - self._play
        self._advance(position - self._play)

    def _spare_lag(self) -> int:
        """Samples to cut from the next block: a pitch period, when there is delay that nobody needs."""
        assert self._play is not None
        if len(self._margins) < MARGINS // 5 or self._blocks_played % BLOCKS_PER_CUT:
            return 0
        usual = sorted(self._margins)[min(UNUSUAL, len(self._margins) // 10)] + self._shift
        spare = usual - SPARE
        if spare < MIN_LAG or self._end - self._play < 2 * BLOCK:
            return 0
        longest = min(spare, BLOCK)
        block, valid = self._read(self._play, 2 * BLOCK)
        if not valid.all():
            return 0
        sound = block.astype(np.float32)
        if float(np.abs(sound).max()) < 200.0:
            return int(longest)
        return _best_lag(sound[: BLOCK // 2], sound, MIN_LAG, longest)

    def _render(self, sound: NDArray[np.float32], valid: NDArray[np.bool_]) -> Samples:
        """Fill what is not `valid`, smooth the seams, remember, and round."""
        edges = [] if valid.all() else [int(edge) + 1 for edge in np.flatnonzero(np.diff(valid))]
        for start, stop in pairwise([0, *edges, len(sound)]):
            if valid[start]:
                self._smooth(sound[start:stop])
                self._filled = 0
            else:
                sound[start:stop] = self._concealment(stop - start)
            self._history = np.concatenate([self._history[stop - start :], sound[start:stop]])
            if not valid[start]:
                self._tail = self._extend(CROSSFADE) * max(0.0, 1.0 - self._filled / CONCEAL)
        rounded: Samples = np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
        return rounded

    def _smooth(self, sound: NDArray[np.float32]) -> None:
        """Fade from what would have been played next, when there was a seam, into `sound`, in place."""
        if self._tail is not None:
            size = min(CROSSFADE, len(sound))
            sound[:size] = self._tail[:size] * (1.0 - _RAMP[:size]) + sound[:size] * _RAMP[:size]
            self._tail = None

    def _concealment(self, size: int) -> NDArray[np.float32]:
        """Go on with the last pitch period, fading to silence over `CONCEAL` samples in a row."""
        extension = self._extend(size) if self._filled < CONCEAL else np.zeros(size, dtype=np.float32)
        gain = 1.0 - (self._filled + np.arange(size, dtype=np.float32)) / CONCEAL
        extension *= np.clip(gain, 0.0, 1.0)
        self._filled += size
        self.concealed += size
        return extension

    def _extend(self, size: int) -> NDArray[np.float32]:
        recent = self._history[-BLOCK:]
        if float(np.abs(recent).max()) < 1.0:
            return np.zeros(size, dtype=np.float32)
        backwards = self._history[::-1]
        lag = _best_lag(backwards[:BLOCK], backwards, MIN_LAG, MAX_LAG)
        period = self._history[-lag:]
        return np.resize(period, size).astype(np.float32)


def _best_lag(pattern: NDArray[np.float32], sound: NDArray[np.float32], low: int, high: int) -> int:
    """The lag in [low, high] at which `sound` looks most like `pattern` (normalised correlation)."""
    high = min(high, len(sound) - len(pattern))
    if high <= low:
        return low
    window = sound[low : high + len(pattern)]
    scores = np.correlate(window, pattern, mode="valid")
    energy = np.convolve(window * window, np.ones(len(pattern), dtype=np.float32), mode="valid")
    return low + int(np.argmax(scores / np.sqrt(energy + 1.0)))


def _cut(sound: NDArray[np.float32], lag: int) -> NDArray[np.float32]:
    """Shorten by `lag` samples: fade from the start into the same sound one period later."""
    size = len(sound) - lag
    ramp = np.linspace(0.0, 1.0, size, dtype=np.float32)
    shortened: NDArray[np.float32] = sound[:size] * (1.0 - ramp) + sound[lag:] * ramp
    return shortened
