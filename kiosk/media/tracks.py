"""What the kiosk sends: the newest picture of the camera, the cleaned sound of the microphone.

Both give timestamps that never restart nor jump back, go on when their device dies (black, silence), and
keep no backlog. They live on the media loop; only `MicrophoneTrack.hear` is called from the audio thread.
"""

import asyncio
import fractions
from collections import deque
from collections.abc import Callable
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import VIDEO_CLOCK_RATE, VIDEO_TIME_BASE, MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray

from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ, Camera, CameraFrame
from kiosk.media.picture_pace import PicturePace
from kiosk.media.rate import PictureShape, SendRate

FRAME_LOST_S = 2.0
"""A picture older than this is not shown any more: the camera is lost."""
REPEAT_S = 1.0
"""A picture that does not change is sent again after this time."""
POLL_S = 0.005
BLOCK_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
USUAL_PACKET_S = 0.02
MICROPHONE_LATE_S = 0.06
"""Without sound for so long beyond its time, silence is sent."""
MAX_BACKLOG_BLOCKS = 12
AUDIO_TIME_BASE = fractions.Fraction(1, SAMPLE_RATE_HZ)


class CameraTrack(MediaStreamTrack):
    """Video track over a `Camera` port; picture size and rate follow `rate`.

    `behind` says that what was taken before has not left yet, or that nothing may leave: no picture is taken then.
    """

    kind = "video"

    def __init__(
        self,
        camera: Camera,
        rate: SendRate,
        clock: Callable[[], float],
        behind: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self.muted = False
        self._behind = behind
        self._camera = camera
        self._rate = rate
        self._clock = clock
        self._origin_s = clock()
        self._last_pts = -1
        self._pace = PicturePace()
        self._sent_number: int | None = None
        self._sent_s = 0.0
        self._size = (640, 360)

    async def recv(self) -> av.VideoFrame:
        """The next frame to encode: yuv420p, at most the height and rate that `rate` allows."""
        if self.readyState != "live":
            raise MediaStreamError
        while True:
            now_s = self._clock()
            if now_s < self._pace.from_s:
                await asyncio.sleep(self._pace.from_s - now_s)
                continue
            if self._behind():
                await asyncio.sleep(POLL_S)
                continue
            frame = self._usable(now_s)
            if frame is None and now_s - self._sent_s < 0.2:
                await asyncio.sleep(POLL_S * 4)  # black need not be smooth
                continue
            if frame is not None and frame.number == self._sent_number and now_s - self._sent_s < REPEAT_S:
                await asyncio.sleep(POLL_S)
                continue
            break
        shape = self._rate.shape()
        self._pace.taken(now_s, shape.frames_per_s)
        self._sent_s = now_s
        self._sent_number = None if frame is None else frame.number
        if frame is not None:
            self._size = (frame.width, frame.height)
        picture = await asyncio.get_running_loop().run_in_executor(None, _picture, frame, self._size, shape)
        self._last_pts = max(self._last_pts + 1, int((now_s - self._origin_s) * VIDEO_CLOCK_RATE))
        picture.pts = self._last_pts
        picture.time_base = VIDEO_TIME_BASE
        return picture

    def _usable(self, now_s: float) -> CameraFrame | None:
        if self.muted:
            return None
        frame = self._camera.latest()
        return frame if frame is not None and now_s - frame.captured_s < FRAME_LOST_S else None


def _picture(frame: CameraFrame | None, size: tuple[int, int], shape: PictureShape) -> av.VideoFrame:
    """An encoder's frame of `frame` (None: black), scaled down to `shape`. Runs in the media executor."""
    width, height = size
    if frame is None:
        pixels: NDArray[np.uint8] = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
        pixels[:height] = 16
    else:
        pixels = frame.i420
    picture = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    if height > shape.height:
        scaled_width = width * shape.height // height
        picture = picture.reformat(
            width=scaled_width - scaled_width % 2, height=shape.height - shape.height % 2, interpolation="AREA"
        )
    return picture


class MicrophoneTrack(MediaStreamTrack):
    """Audio track fed by `hear`, 10 ms at a time; gives frames of `packet_s()` (whole blocks), 48 kHz mono."""

    kind = "audio"

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        clock: Callable[[], float],
        packet_s: Callable[[], float] = lambda: USUAL_PACKET_S,
    ) -> None:
        super().__init__()
        self._packet_s = packet_s
        self.muted = False
        self._media_loop = loop
        self._clock = clock
        self._blocks: deque[tuple[int, NDArray[np.int16]]] = deque(maxlen=MAX_BACKLOG_BLOCKS)
        """(number of the block since the first one, block)."""
        self._heard_blocks = 0
        self._first_pts: int | None = None
        """Time of block 0; None: to be found with the next block, as silence was sent for a while."""
        self._heard = asyncio.Event()
        self._pts = 0
        self._due_s = clock()

    def hear(self, block: Any) -> None:
        """A block of the microphone, int16 of shape (480,). Audio thread; never blocks."""
        self._blocks.append((self._heard_blocks, np.array(block, dtype=np.int16)))
        self._heard_blocks += 1
        try:
            self._media_loop.call_soon_threadsafe(self._heard.set)
        except RuntimeError:
            self._blocks.clear()  # the media loop has just stopped

    async def recv(self) -> av.AudioFrame:
        """The next packet of sound. A silent microphone is replaced by silence at the pace of the clock.

        Timestamps are those of the microphone's own time: sound that was dropped because nobody took it leaves a hole,
        and sound that comes after silence was sent in its place is not sent. Otherwise the other side would take the
        voice for later and later, and hold it or the picture for the other.
        """
        if self.readyState != "live":
            raise MediaStreamError
        blocks = max(1, round(self._packet_s() / BLOCK_S))
        self._due_s += blocks * BLOCK_S
        while len(self._blocks) < blocks:
            patience_s = self._due_s + MICROPHONE_LATE_S - self._clock()
            if patience_s <= 0:
                break
            self._heard.clear()
            try:
                await asyncio.wait_for(self._heard.wait(), patience_s)
            except TimeoutError:
                break
        if len(self._blocks) >= blocks:
            sound = self._next_sound(blocks)
            # The microphone is the clock as long as it speaks.
            self._due_s = self._clock()
        else:
            sound = np.zeros(blocks * FRAME_SAMPLES, dtype=np.int16)
            self._first_pts = None
        if self.muted:
            sound = np.zeros_like(sound)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = self._pts
        frame.time_base = AUDIO_TIME_BASE
        self._pts += len(sound)
        return frame

    def _next_sound(self, blocks: int) -> NDArray[np.int16]:
        """The oldest `blocks` kept; brings `_pts` to their time."""
        if self._first_pts is None:
            while self._pts and len(self._blocks) > blocks:
                self._blocks.popleft()
            self._first_pts = self._pts - self._blocks[0][0] * FRAME_SAMPLES
        number, first = self._blocks.popleft()
        self._pts = max(self._pts, self._first_pts + number * FRAME_SAMPLES)
        rest = [self._blocks.popleft()[1] for _ in range(blocks - 1)]
        return np.concatenate([first, *rest])
