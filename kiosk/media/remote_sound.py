"""The agent's sound, from its packets to the loudspeaker."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiortc.mediastreams import MediaStreamError

from kiosk.core.ports import SAMPLE_RATE_HZ
from kiosk.media.opus import OpusDecoder
from kiosk.media.playout import Playout, Samples
from kiosk.media.rtp_time import SignedTimestampMapper

CARD_DELAY_S = 0.02
"""From the taking of a block to the loudspeaker: what the sound card holds."""


@dataclass(frozen=True)
class EncodedSound:
    """An Opus packet with its RTP timestamp (32 bits, 48 kHz)."""

    timestamp: int
    data: bytes


class SoundTrack(Protocol):
    """A received track whose packets are still encoded (`hardening.receiving_sound`)."""

    async def recv(self) -> object: ...


@dataclass(frozen=True)
class SoundInstant:
    """The sample that leaves the loudspeaker at `at_s` (monotonic) has this RTP timestamp (32 bits, 48 kHz)."""

    timestamp: int
    at_s: float


@dataclass(frozen=True)
class SoundFigures:
    """What the play-out did; seconds, since the connection began."""

    depth_s: float
    """Held before the loudspeaker, on average lately."""
    concealed_s: float
    recovered_s: float


class RemoteSound:
    """A source for the `Sound` port, fed by the media loop and read by the audio thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._playout = Playout(OpusDecoder())
        self._lock = threading.Lock()
        self._times = SignedTimestampMapper()
        self._playing: SoundInstant | None = None
        self._depth = 0.0

    def take(self) -> Samples:
        """The next 10 ms to play: int16 of shape (480,). Audio thread; decodes what is due."""
        with self._lock:
            block = self._playout.take()
            position = self._playout.playing
            self._depth += (self._playout.depth - self._depth) * 0.01
        if position is not None:
            self._playing = SoundInstant(position & 0xFFFF_FFFF, self._clock() + CARD_DELAY_S)
        return block

    def put(self, packet: EncodedSound) -> None:
        """A packet came, in whatever order."""
        with self._lock:
            self._playout.put(self._times.map(packet.timestamp), packet.data)

    @property
    def playing(self) -> SoundInstant | None:
        """What the loudspeaker plays and when, to show the picture of the same instant; None before the first."""
        return self._playing

    def hold(self, delay_s: float) -> None:
        """Play so much later than the packets ask for, for the sake of the picture; given back when it is less."""
        with self._lock:
            self._playout.held = round(delay_s * SAMPLE_RATE_HZ)

    def figures(self) -> SoundFigures:
        """Any thread."""
        playout = self._playout
        return SoundFigures(
            depth_s=self._depth / SAMPLE_RATE_HZ,
            concealed_s=playout.concealed / SAMPLE_RATE_HZ,
            recovered_s=playout.recovered / SAMPLE_RATE_HZ,
        )

    async def drain(self, track: SoundTrack) -> None:
        """Feed everything that `track` receives; returns when the track ends."""
        while True:
            try:
                packet = await track.recv()
            except MediaStreamError:
                return
            if isinstance(packet, EncodedSound):
                self.put(packet)
