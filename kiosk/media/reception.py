"""What the kiosk receives: the agent's sound to the loudspeaker, the newest picture to the screen."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kiosk.core.ports import SAMPLE_RATE_HZ, CameraFrame, FrameSink
from kiosk.media.hardening import VideoIntake, queued_frames
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


class RemotePicture:
    """Shows the newest decoded picture of one remote video track; the others are dropped unseen."""

    def __init__(self, sink: FrameSink, intake: VideoIntake, clock: Callable[[], float]) -> None:
        self.shown = 0
        self._sink = sink
        self._intake = intake
        self._clock = clock

    async def drain(self, track: MediaStreamTrack) -> None:
        """Show what `track` receives; returns when the track ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self._intake.shown()
            if queued_frames(track) or not isinstance(frame, av.VideoFrame) or min(frame.width, frame.height) < 2:
                continue  # overtaken, or a picture of one line, which I420 cannot hold
            self.shown += 1
            pixels = await asyncio.get_running_loop().run_in_executor(None, _i420, frame)
            self._sink.show(
                CameraFrame(
                    i420=pixels,
                    width=pixels.shape[1],
                    height=pixels.shape[0] * 2 // 3,
                    captured_s=self._clock(),
                    number=self.shown,
                )
            )


def _i420(frame: av.VideoFrame) -> Any:
    """The C-contiguous I420 array of a decoded frame; odd sizes lose their last line or column."""
    width, height = frame.width - frame.width % 2, frame.height - frame.height % 2
    if frame.format.name != "yuv420p" or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width=width, height=height, format="yuv420p")
    return np.ascontiguousarray(frame.to_ndarray())
