"""From decoded pictures to the screen."""

import asyncio
from collections.abc import AsyncIterator

import av
import numpy as np
import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.core.ports import CameraFrame
from kiosk.media.hardening.receiving_pictures import VideoIntake
from kiosk.media.remote_picture import SCREEN_DELAY_S, Lips, RemotePicture
from kiosk.media.remote_sound import EncodedSound, RemoteSound
from tests.kiosk.media.conftest import Screen

SILENCE = b"\xf8\xff\xfe"
"""20 ms of nothing in Opus (RFC 6716)."""


@pytest_asyncio.fixture
async def intake() -> AsyncIterator[VideoIntake]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    yield VideoIntake(connection.addTransceiver("video").receiver, asyncio.get_running_loop().time)
    await connection.close()


def picture(width: int, height: int, pixel_format: str = "yuv420p") -> av.VideoFrame:
    grey = np.full((height, width, 3), 128, dtype=np.uint8)
    return av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format=pixel_format)


class WatchedScreen(Screen):
    """Lets a test wait for a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    def show(self, frame: CameraFrame) -> None:
        super().show(frame)
        self.changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.frames) < count:
                self.changed.clear()
                await self.changed.wait()


async def shown(intake: VideoIntake, *frames: av.VideoFrame) -> Screen:
    """What the screen got when `frames` came at once, after its first picture."""
    screen, track = WatchedScreen(), RemoteStreamTrack(kind="video")
    showing = asyncio.create_task(RemotePicture(screen, intake, lambda: 7.5).drain(track))
    for frame in frames:
        track._queue.put_nowait(frame)
    await screen.until(1)
    track._queue.put_nowait(None)
    await showing
    return screen


async def test_a_picture_reaches_the_screen_as_it_is(intake: VideoIntake) -> None:
    screen = await shown(intake, picture(64, 48))
    assert screen.frames == [(1, 64, 48)]
    assert screen.last is not None
    assert screen.last.i420.shape == (72, 64)
    assert screen.last.i420.flags.c_contiguous
    assert screen.last.captured_s == 7.5
    assert abs(int(screen.last.i420[0, 0]) - 126) < 4


@pytest.mark.parametrize(
    ("frame", "size"),
    [
        (picture(65, 49), (64, 48)),
        (picture(64, 49), (64, 48)),
        (picture(64, 48, "yuv422p"), (64, 48)),
        (picture(2, 2), (2, 2)),
    ],
)
async def test_odd_pictures_are_made_even(intake: VideoIntake, frame: av.VideoFrame, size: tuple[int, int]) -> None:
    screen = await shown(intake, frame)
    assert screen.frames == [(1, *size)]
    assert screen.last is not None
    assert screen.last.i420.shape == (size[1] * 3 // 2, size[0])


@pytest.mark.parametrize("size", [(1, 1), (64, 1), (1, 48)])
async def test_a_picture_too_small_to_show_does_not_end_the_picture(intake: VideoIntake, size: tuple[int, int]) -> None:
    screen = await shown(intake, picture(*size), picture(64, 48))
    assert [frame[1:] for frame in screen.frames] == [(64, 48)]


async def test_only_the_newest_of_a_backlog_is_shown(intake: VideoIntake) -> None:
    screen = await shown(intake, *[picture(width, 48) for width in (16, 32, 64)])
    assert screen.frames == [(1, 64, 48)]


async def test_a_picture_waits_for_its_time(intake: VideoIntake) -> None:
    screen, track = WatchedScreen(), RemoteStreamTrack(kind="video")
    loop = asyncio.get_running_loop()
    remote = RemotePicture(screen, intake, loop.time)
    remote.delay.held_s = 0.08
    showing = asyncio.create_task(remote.drain(track))
    frame = picture(64, 48)
    frame.pts = 90_000
    track._queue.put_nowait(frame)
    began_s = loop.time()
    await screen.until(1)
    assert loop.time() - began_s >= 0.08
    assert remote.height == 48
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)


async def test_a_voice_that_is_late_makes_the_picture_wait(intake: VideoIntake) -> None:
    sound = RemoteSound()
    lips = Lips(sound)
    lips.shown(0, 10.0)
    assert lips.sync.sound_ahead_s is None, "nothing is known before the reports"
    lips.voice_clock.report(1_000 << 32, 0)
    lips.picture_clock.report(1_000 << 32, 0)
    lips.shown(0, 10.0)
    assert lips.sync.sound_ahead_s is None, "nothing is heard yet"
    for at in range(20):
        sound.put(EncodedSound(timestamp=960 * at, data=SILENCE))
    sound.take()
    playing = sound.playing
    assert playing is not None
    for at in range(100):
        lips.shown(int(90_000 * (at / 30 + 0.3)), playing.at_s + at / 30)
    assert lips.sync.sound_ahead_s == pytest.approx(-0.3 + SCREEN_DELAY_S, abs=0.001)
    assert lips.sync.picture_held_s > 0.1
