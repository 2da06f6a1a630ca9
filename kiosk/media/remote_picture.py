"""The agent's picture: the newest one to the screen."""

import asyncio
from collections.abc import Callable
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kiosk.core.ports import CameraFrame, FrameSink
from kiosk.media.hardening.receiving_pictures import VideoIntake, queued_frames


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
