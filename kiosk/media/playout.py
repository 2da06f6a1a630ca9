"""When to play what arrived: an adaptive buffer of remote sound that hides holes and gives delay back.

Pure: positions and durations are samples at 48 kHz, nothing here reads a clock. Two sides drive it: `put` for
each packet, still encoded, with its RTP timestamp, and `take` for each 10 ms block the loudspeaker wants. Packets
are decoded when they are about to be played, in order, so that a hole can be filled with what is known by then:
the copy of the lost packet that the next one carries, else what the decoder invents.

A hole with later sound behind it is filled for exactly its own time: it adds no delay. When nothing is left to
play, the position waits: a late packet is still heard, and the delay grows by just that. Delay that the packets of
the last seconds did not need (`play_delay`) is given back, and delay that they lack is made, by whole
pitch periods (`stretching`).
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.media.play_delay import PlayDelay
from kiosk.media.stretching import NEEDED, lengthened, period_of, shortened

Samples = NDArray[np.int16]

RATE_HZ = 48_000
BLOCK = 480
"""Samples of a block: 10 ms."""

START_DEPTH = 40 * RATE_HZ // 1000
"""Sound held before the first block is played."""
MAX_DEPTH = 600 * RATE_HZ // 1000
"""More than this is never waited for: the position jumps ahead."""
JUMP_DEPTH = 80 * RATE_HZ // 1000
"""What is left to play after such a jump."""
MAX_PACKETS = 400
CONCEAL_STEP = 480
"""A long hole is filled by steps of so much."""
SILENT_AFTER = RATE_HZ
"""With nothing to play for so long, even the decoder's noise stops."""
CUT_ABOVE = 10 * RATE_HZ // 1000
"""Spare delay that is worth a cut."""
GROW_BELOW = -5 * RATE_HZ // 1000
HURRY_ABOVE = 60 * RATE_HZ // 1000
"""More spare delay than this is given back at once, even where the sound is not periodic."""
BLOCKS_PER_STRETCH = 5
"""At most one change in so many blocks: never more than a fifth faster or slower..."""
BLOCKS_PER_STRETCH_IN_A_HURRY = 2
"""...or than a half, when much delay is to be given back."""
LIKE_ENOUGH = 0.8
"""Likeness of two periods from which one of them is not missed."""
RESYNC = 5 * RATE_HZ
"""A timestamp so far from the position is a new source, not a late packet."""
DECLICK = 120


class SoundDecoder(Protocol):
    """Decodes the packets of one stream in the order of their playing. Never raises."""

    def samples_of(self, packet: bytes) -> int:
        """Samples in `packet`; 0 when it is not one."""

    def has_copy(self, packet: bytes) -> bool:
        """`packet` carries a copy of the packet before it."""

    def decode(self, packet: bytes) -> Samples: ...

    def decode_copy(self, packet: bytes, size: int) -> Samples:
        """The `size` samples before `packet`."""

    def conceal(self, size: int) -> Samples:
        """`size` samples, or a little more, that go on from the last ones and fade."""


class Playout:
    """Reorders, repairs, stretches and shrinks remote sound. Not thread-safe."""

    def __init__(self, decoder: SoundDecoder) -> None:
        self.concealed = 0
        """Samples invented so far."""
        self.recovered = 0
        """Samples rebuilt so far from copies."""
        self.skipped = 0
        """Samples of delay given back so far."""
        self.added = 0
        """Samples of delay made so far by playing slower."""
        self.late = 0
        """Packets that came after their time."""
        self.playing: int | None = None
        """Timestamp of the sample that the last block began with; None before the first sound."""
        self.held = 0
        """Samples of delay wanted beyond what the packets ask for: the picture comes later than the sound."""
        self._decoder = decoder
        self._taken = 0
        self._restart()

    def _restart(self) -> None:
        self._packets: dict[int, bytes] = {}
        self._next: int | None = None
        self._end = 0
        self._packet_size = 2 * BLOCK
        self._ready: Samples = np.zeros(0, dtype=np.int16)
        self._delay = PlayDelay()
        self._waited = 0
        self._seam = False
        self._last = 0
        self._blocks_since_stretch = 0

    @property
    def position(self) -> int | None:
        """Timestamp of the next sample to play; None before the first one."""
        return None if self._next is None else self._next - len(self._ready)

    @property
    def depth(self) -> int:
        """Samples between the play position and the newest sound: the delay added here."""
        position = self.position
        if position is None:
            position = min(self._packets, default=self._end)
        return max(0, self._end - position)

    @property
    def loss(self) -> float:
        """0..1: share of recent packets that were not there when they were needed."""
        return self._delay.loss

    # ---- arriving ---------------------------------------------------------------------------------------

    def put(self, timestamp: int, packet: bytes) -> None:
        """Take in a packet; `timestamp` is unwrapped, in samples."""
        size = self._decoder.samples_of(packet)
        if size == 0:
            return
        near = self._next if self._next is not None else min(self._packets, default=timestamp)
        if abs(timestamp - near) > RESYNC + self._waited:
            self._restart()
        if not self._packets and self._next is None:
            self._end = timestamp
        self._packet_size = size
        self._delay.on_packet(timestamp - self._taken, copy=self._decoder.has_copy(packet))
        if self._next is not None:
            if timestamp + size <= self._next:
                self.late += 1
                return
            if self._waited and timestamp > self._next:
                # Nothing came for a while, and this is later sound: what is missing was lost, not late.
                covered = min(self._waited, timestamp - self._next)
                self._next += covered
                self._seam = True
                self._delay.on_played(covered / size)
            self._waited = 0
        self._packets[timestamp] = packet
        self._end = max(self._end, timestamp + size)
        if len(self._packets) > MAX_PACKETS:
            del self._packets[min(self._packets)]

    # ---- playing ----------------------------------------------------------------------------------------

    def take(self) -> Samples:
        """The next 10 ms: int16 of shape (480,)."""
        self._taken += BLOCK
        if self._next is None:
            if self.depth < START_DEPTH:
                return np.zeros(BLOCK, dtype=np.int16)
            self._next = min(self._packets)
        if self.depth > MAX_DEPTH + self.held:
            self._jump()
        spare = self._delay.spare(self._offset(), self._packet_size) - self.held
        while len(self._ready) < BLOCK:
            if not self._decode(max(0, spare)):
                self._wait()
        if spare > CUT_ABOVE or spare < GROW_BELOW:
            self._stretch(spare)
        self.playing = self.position
        block, self._ready = self._ready[:BLOCK], self._ready[BLOCK:]
        self._last = int(block[-1])
        return block

    def _offset(self) -> int:
        # This block was counted as taken, but the position is still at its beginning.
        position = self.position
        assert position is not None
        return position - (self._taken - BLOCK)

    def _append(self, sound: Samples) -> None:
        if self._seam and len(sound):
            # What was played last does not lead here: let the step die away over 2.5 ms.
            before = int(self._ready[-1]) if len(self._ready) else self._last
            size = min(DECLICK, len(sound))
            step = (before - int(sound[0])) * np.linspace(1.0, 0.0, size)
            sound = sound.copy()
            sound[:size] = np.clip(sound[:size] + step, -32_768, 32_767).astype(np.int16)
            self._seam = False
        self._ready = np.concatenate([self._ready, sound]) if len(self._ready) else sound

    def _decode(self, spare: int) -> bool:
        """Make the next samples ready; False when nothing is left. A hole may be shortened by `spare`."""
        assert self._next is not None
        if not self._packets:
            return False
        timestamp = min(self._packets)
        packet = self._packets[timestamp]
        hole = timestamp - self._next
        if hole <= 0:
            del self._packets[timestamp]
            sound = self._decoder.decode(packet)
            self._next = max(self._next, timestamp + len(sound))
            self._append(sound[-hole:])
            self._delay.on_played(0.0)
            return True
        size = self._decoder.samples_of(packet)
        if hole <= size and self._decoder.has_copy(packet):
            self._append(self._decoder.decode_copy(packet, size)[size - hole :])
            self.recovered += hole
            self._next = timestamp
        elif hole > size and spare:
            skipped = min(spare, hole - size)
            self.skipped += skipped
            self._next += skipped
            self._seam = True
            return self._decode(0)
        else:
            reach = size if self._decoder.has_copy(packet) else 0
            step = min(hole - reach, CONCEAL_STEP) if hole > reach else hole
            self._append(self._decoder.conceal(step)[:step])
            self.concealed += step
            self._next += step
            hole = step
        self._delay.on_played(hole / size)
        return True

    def _wait(self) -> None:
        """Nothing is left to play: go on somehow, but stay here, so that a late packet is still heard."""
        missing = BLOCK - len(self._ready)
        if self._waited > SILENT_AFTER:
            sound: Samples = np.zeros(missing, dtype=np.int16)
        else:
            sound = self._decoder.conceal(missing)
        self._append(sound)
        self.concealed += len(sound)
        self._waited += len(sound)

    def _stretch(self, spare: int) -> None:
        """Cut a pitch period out of what is ready, or repeat one, if it will not be heard."""
        hurry = spare > HURRY_ABOVE
        self._blocks_since_stretch += 1
        if self._blocks_since_stretch < (BLOCKS_PER_STRETCH_IN_A_HURRY if hurry else BLOCKS_PER_STRETCH):
            return
        while len(self._ready) < NEEDED:
            assert self._next is not None
            if self._next not in self._packets:
                return
            self._decode(0)
        sound = self._ready[:NEEDED].astype(np.float32)
        period = period_of(sound, spare if spare > 0 else -spare)
        if period.likeness < LIKE_ENOUGH and not hurry:
            return
        self._blocks_since_stretch = 0
        if spare > 0:
            changed = shortened(sound, period.lag)
            self.skipped += period.lag
        else:
            changed = lengthened(sound, period.lag)
            self.added += period.lag
        rounded: Samples = np.clip(np.rint(changed), -32_768, 32_767).astype(np.int16)
        self._ready = np.concatenate([rounded, self._ready[NEEDED:]])

    def _jump(self) -> None:
        """Far too much is waiting: go on near the newest sound."""
        assert self._next is not None
        position = self.position
        assert position is not None
        target = self._end - JUMP_DEPTH - self.held
        self.skipped += target - position
        self._ready = self._ready[:0]
        self._next = max(self._next, target)
        for timestamp in [one for one in self._packets if one + self._packet_size <= self._next]:
            del self._packets[timestamp]
        self._seam = True
