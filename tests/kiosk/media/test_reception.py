"""From decoded packets and pictures to the loudspeaker and the screen."""

import asyncio
from collections.abc import AsyncIterator
from fractions import Fraction

import av
import numpy as np
import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ
from kiosk.media.hardening import VideoIntake
from kiosk.media.reception import RemotePicture, RemoteSound
from tests.kiosk.media.conftest import Screen

PACKET = 960
"""20 ms at 48 kHz."""


def packet(number: int, values: list[int], layout: str = "stereo", rate: int = SAMPLE_RATE_HZ) -> av.AudioFrame:
    """A decoded packet of 20 ms; `values` is the constant level of each channel."""
    size = rate // 50
    pcm = np.tile(np.array(values, dtype=np.int16), size).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, number * size, Fraction(1, rate)
    return frame


def played(sound: RemoteSound, blocks: int = 8) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    return np.concatenate([sound.take() for _ in range(blocks)])


def test_silence_until_something_came() -> None:
    block = RemoteSound().take()
    assert (block.shape, block.dtype) == ((FRAME_SAMPLES,), np.int16)
    assert not block.any()


@pytest.mark.parametrize(
    ("layout", "values", "level"),
    [
        ("mono", [1000], 1000),
        ("stereo", [1000, 3000], 2000),
        ("stereo", [30000, 32000], 31000),
        ("stereo", [-32768, -32768], -32768),
    ],
)
def test_what_came_is_played_in_mono(layout: str, values: list[int], level: int) -> None:
    sound = RemoteSound()
    for number in range(6):
        sound.put(packet(number, values, layout))
    heard = played(sound)
    assert np.abs(heard[FRAME_SAMPLES:].astype(np.int32) - level).max() <= 1


def test_packets_out_of_order_are_put_in_order() -> None:
    sound = RemoteSound()
    for number in (0, 2, 1, 3, 5, 4):
        sound.put(packet(number, [(number + 1) * 1000], "mono"))
    heard = played(sound, 12)
    middles = heard[PACKET // 2 :: PACKET]
    assert [int(value) for value in middles] == [1000, 2000, 3000, 4000, 5000, 6000]


def test_another_rate_is_brought_to_ours() -> None:
    sound = RemoteSound()
    for number in range(10):
        sound.put(packet(number, [1000], "mono", rate=16_000))
    heard = played(sound, 12)
    assert abs(int(heard[5 * FRAME_SAMPLES]) - 1000) < 50


def test_a_packet_without_a_time_is_not_played() -> None:
    sound = RemoteSound()
    for number in range(6):
        frame = packet(number, [1000], "mono")
        frame.pts = None
        sound.put(frame)
    assert not played(sound).any()


async def test_sound_is_fed_until_its_track_ends() -> None:
    sound, track = RemoteSound(), RemoteStreamTrack(kind="audio")
    for number in range(6):
        track._queue.put_nowait(packet(number, [1000]))
    track._queue.put_nowait(None)
    await sound.drain(track)
    assert played(sound).any()


# ---- pictures ---------------------------------------------------------------------------------------------


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
