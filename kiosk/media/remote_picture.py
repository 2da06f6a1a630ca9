"""The agent's picture: each one to the screen at its time, never an old one after a newer."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kiosk.core.ports import CameraFrame, FrameSink
from kiosk.media.hardening.receiving_pictures import VideoIntake, queued_frames
from kiosk.media.lip_sync import LipSync, SenderClock
from kiosk.media.picture_delay import PictureDelay
from kiosk.media.remote_sound import RemoteSound

PICTURE_RATE_HZ, VOICE_RATE_HZ = 90_000, 48_000
SCREEN_DELAY_S = 0.02
"""From the handing over of a picture to the light: the next refresh of the screen."""


class Lips:
    """The agent's voice and picture, compared whenever a picture is shown."""

    def __init__(self, sound: RemoteSound) -> None:
        self.voice_clock = SenderClock(VOICE_RATE_HZ)
        self.picture_clock = SenderClock(PICTURE_RATE_HZ)
        self.sync = LipSync()
        self._sound = sound
        self._last_s = 0.0

    def shown(self, rtp_timestamp: int, now_s: float) -> None:
        """The picture of `rtp_timestamp` goes to the screen at `now_s` (monotonic)."""
        playing = self._sound.playing
        picture_s = self.picture_clock.sent_s(rtp_timestamp)
        voice_s = self.voice_clock.sent_s(playing.timestamp) if playing is not None else None
        if playing is None or picture_s is None or voice_s is None:
            return
        apart_s, self._last_s = now_s - self._last_s, now_s
        self.sync.observe(voice_s + now_s + SCREEN_DELAY_S - playing.at_s - picture_s, apart_s)
        self._sound.hold(self.sync.voice_held_s)


class RemotePicture:
    """Shows what one remote video track receives. `lips`: None for a track without a voice of its own."""

    def __init__(
        self, sink: FrameSink, intake: VideoIntake, clock: Callable[[], float], lips: Lips | None = None
    ) -> None:
        self.shown = 0
        self.height: int | None = None
        """Of the last picture shown, in lines."""
        self.delay = PictureDelay()
        self._sink = sink
        self._intake = intake
        self._clock = clock
        self._lips = lips
        self._waiting: deque[tuple[float, av.VideoFrame]] = deque()
        """(when to show it, picture), in order."""

    async def drain(self, track: MediaStreamTrack) -> None:
        """Show what `track` receives; returns when the track ends."""
        coming = asyncio.ensure_future(track.recv())
        try:
            while True:
                await asyncio.wait({coming}, timeout=self._wait_s())
                if coming.done():
                    self._take(coming.result())
                    coming = asyncio.ensure_future(track.recv())
                    if queued_frames(track):
                        continue  # the newest of these may be due too
                await self._show_due()
        except MediaStreamError:
            return
        finally:
            coming.cancel()

    def _wait_s(self) -> float | None:
        return max(0.0, self._waiting[0][0] - self._clock()) if self._waiting else None

    def _take(self, frame: object) -> None:
        self._intake.shown()
        if not isinstance(frame, av.VideoFrame) or min(frame.width, frame.height) < 2:
            return  # a picture of one line cannot be held by I420
        now_s = self._clock()
        due_s = now_s
        if frame.pts is not None:
            held_s = self._lips.sync.picture_held_s if self._lips is not None else 0.0
            due_s = self.delay.due_s(frame.pts / PICTURE_RATE_HZ, now_s, held_s)
        self._waiting.append((due_s, frame))

    async def _show_due(self) -> None:
        """Show the newest picture whose time has come; older ones are dropped unseen."""
        now_s = self._clock()
        newest: av.VideoFrame | None = None
        while self._waiting and self._waiting[0][0] <= now_s:
            newest = self._waiting.popleft()[1]
        if newest is None:
            return
        pixels = await asyncio.get_running_loop().run_in_executor(None, _i420, newest)
        self.shown += 1
        self.height = newest.height
        self._sink.show(
            CameraFrame(
                i420=pixels,
                width=pixels.shape[1],
                height=pixels.shape[0] * 2 // 3,
                captured_s=self._clock(),
                number=self.shown,
            )
        )
        if self._lips is not None and newest.pts is not None:
            self._lips.shown(newest.pts, self._clock())


def _i420(frame: av.VideoFrame) -> Any:
    """The C-contiguous I420 array of a decoded frame; odd sizes lose their last line or column."""
    width, height = frame.width - frame.width % 2, frame.height - frame.height % 2
    if frame.format.name != "yuv420p" or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width=width, height=height, format="yuv420p")
    return np.ascontiguousarray(frame.to_ndarray())
