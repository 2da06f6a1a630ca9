"""From decoded pictures to the screen."""

import asyncio
from collections.abc import AsyncIterator

import av
import numpy as np
import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.media.hardening.receiving_pictures import VideoIntake
from kiosk.media.remote_picture import RemotePicture
from tests.kiosk.media.conftest import Screen


@pytest_asyncio.fixture
async def intake() -> AsyncIterator[VideoIntake]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    yield VideoIntake(connection.addTransceiver("video").receiver, asyncio.get_running_loop().time)
    await connection.close()


def picture(width: int, height: int, pixel_format: str = "yuv420p") -> av.VideoFrame:
    grey = np.full((height, width, 3), 128, dtype=np.uint8)
    return av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format=pixel_format)


async def taken(track: RemoteStreamTrack, showing: "asyncio.Task[None]") -> None:
    while track._queue.qsize() and not showing.done():
        await asyncio.sleep(0)


async def shown(intake: VideoIntake, *frames: av.VideoFrame) -> Screen:
    """What the screen got of `frames`, which came one at a time."""
    screen, track = Screen(), RemoteStreamTrack(kind="video")
    showing = asyncio.create_task(RemotePicture(screen, intake, lambda: 7.5).drain(track))
    for frame in frames:
        track._queue.put_nowait(frame)
        await taken(track, showing)
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
    screen, track = Screen(), RemoteStreamTrack(kind="video")
    for width in (16, 32, 64):
        track._queue.put_nowait(picture(width, 48))
    showing = asyncio.create_task(RemotePicture(screen, intake, lambda: 0.0).drain(track))
    await taken(track, showing)
    track._queue.put_nowait(None)
    await showing
    assert screen.frames == [(1, 64, 48)]
