"""The agent's sound, from its packets to the loudspeaker."""

import threading

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kiosk.core.ports import SAMPLE_RATE_HZ
from kiosk.media.playout import Playout, Samples


class RemoteSound:
    """A source for the `Sound` port, fed by the media loop and read by the audio thread."""

    def __init__(self) -> None:
        self._playout = Playout()
        self._lock = threading.Lock()
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)

    def take(self) -> Samples:
        """The next 10 ms to play: int16 of shape (480,). Audio thread."""
        with self._lock:
            return self._playout.take()

    def put(self, frame: av.AudioFrame) -> None:
        """A decoded packet, 16 bits mono or stereo, with its unwrapped RTP timestamp."""
        samples = self._mono(frame)
        if frame.pts is not None:
            timestamp = frame.pts * SAMPLE_RATE_HZ // frame.sample_rate
            with self._lock:
                self._playout.put(timestamp, samples)

    def _mono(self, frame: av.AudioFrame) -> Samples:
        if frame.sample_rate == SAMPLE_RATE_HZ and frame.format.name == "s16":
            channels = len(frame.layout.channels)
            interleaved = frame.to_ndarray().reshape(-1, channels)
            if channels == 1:
                return np.ascontiguousarray(interleaved[:, 0])
            mixed: Samples = (interleaved.astype(np.int32).sum(axis=1) // channels).astype(np.int16)
            return mixed
        parts = [part.to_ndarray().reshape(-1) for part in self._resampler.resample(frame)]
        return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, dtype=np.int16)

    async def drain(self, track: MediaStreamTrack) -> None:
        """Feed everything that `track` receives; returns when the track ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.AudioFrame):
                self.put(frame)
