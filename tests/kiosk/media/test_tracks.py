"""What is sent goes on whatever happens to the devices, with timestamps that only go forward."""

import asyncio

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from kiosk.core.ports import FRAME_SAMPLES, CameraFrame, DeviceStatus
from kiosk.media.rate import SendRate
from kiosk.media.tracks import FRAME_LOST_S, MAX_BACKLOG_BLOCKS, CameraTrack, MicrophoneTrack


class Lens:
    """A camera whose newest picture the test decides."""

    status = DeviceStatus.READY

    def __init__(self) -> None:
        self.frame: CameraFrame | None = None
        self.count = 0

    def open(self) -> None: ...

    def close(self) -> None: ...

    def latest(self) -> CameraFrame | None:
        return self.frame

    def take(self, now_s: float, luma: int = 200) -> None:
        self.count += 1
        pixels = np.full((720 * 3 // 2, 1280), 128, dtype=np.uint8)
        pixels[:720] = luma
        self.frame = CameraFrame(pixels, 1280, 720, now_s, self.count)


def now() -> float:
    return asyncio.get_running_loop().time()


def luma(frame: av.VideoFrame) -> float:
    return float(frame.to_ndarray()[: frame.height].mean())


def wide() -> SendRate:
    rate = SendRate()
    rate.on_estimate(3_000_000, 0.0)
    return rate


async def test_each_new_picture_is_sent_once_in_forward_time() -> None:
    lens = Lens()
    track = CameraTrack(lens, wide(), now)
    stamps = []
    for _ in range(4):
        lens.take(now())
        frame = await track.recv()
        assert (frame.width, frame.height, frame.format.name) == (1280, 720, "yuv420p")
        assert round(luma(frame)) == 200
        stamps.append(frame.pts)
    assert stamps == sorted(set(stamps))


async def test_a_lost_or_muted_camera_is_black_and_comes_back() -> None:
    lens = Lens()
    track = CameraTrack(lens, wide(), now)
    lens.take(now())
    first = await track.recv()
    lens.frame = None
    lost = await track.recv()
    assert round(luma(lost)) == 16
    assert (lost.width, lost.height) == (1280, 720)
    lens.take(now() - FRAME_LOST_S - 1)
    assert round(luma(await track.recv())) == 16, "an old picture is not shown for ever"
    track.muted = True
    lens.take(now())
    assert round(luma(await track.recv())) == 16
    track.muted = False
    lens.take(now())
    back = await track.recv()
    assert round(luma(back)) == 200
    assert back.pts > lost.pts > first.pts


async def test_no_picture_is_taken_while_those_before_have_not_left() -> None:
    lens = Lens()
    behind = True
    track = CameraTrack(lens, wide(), now, lambda: behind)
    lens.take(now())
    waiting = asyncio.create_task(track.recv())
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    behind = False
    lens.take(now())
    frame = await waiting
    assert frame.height == 720


async def test_the_picture_shrinks_with_the_rate() -> None:
    lens, rate = Lens(), SendRate()
    track = CameraTrack(lens, rate, now)
    rate.on_estimate(420_000, 0.0)
    lens.take(now())
    frame = await track.recv()
    assert (frame.width, frame.height) == (640, 360)
    rate.on_estimate(50_000, 1.0)
    lens.take(now())
    frame = await track.recv()
    assert (frame.width, frame.height) == (320, 180)


async def test_sound_is_cut_into_20_ms_without_a_gap() -> None:
    track = MicrophoneTrack(asyncio.get_running_loop(), now)
    blocks = [np.full(FRAME_SAMPLES, value, dtype=np.int16) for value in range(1, 9)]
    for block in blocks:
        track.hear(block)
    frames = [await track.recv() for _ in range(4)]
    assert [frame.pts for frame in frames] == [0, 960, 1_920, 2_880]
    assert {frame.samples for frame in frames} == {960}
    assert [frame.layout.name for frame in frames] == ["mono"] * 4
    joined = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert (joined == np.concatenate(blocks)).all()


async def test_a_silent_microphone_is_replaced_by_silence_at_the_pace_of_time() -> None:
    track = MicrophoneTrack(asyncio.get_running_loop(), now)
    started_s = now()
    frames = [await track.recv() for _ in range(10)]
    assert now() - started_s >= 0.19
    assert [frame.pts for frame in frames] == [960 * at for at in range(10)]
    assert not any(frame.to_ndarray().any() for frame in frames)
    for _ in range(2):
        track.hear(np.full(FRAME_SAMPLES, 7, dtype=np.int16))
    frame = await track.recv()
    assert frame.pts == 9_600
    assert (frame.to_ndarray() == 7).all()


async def test_a_muted_microphone_keeps_its_pace() -> None:
    track = MicrophoneTrack(asyncio.get_running_loop(), now)
    track.muted = True
    for _ in range(2):
        track.hear(np.full(FRAME_SAMPLES, 7, dtype=np.int16))
    frame = await track.recv()
    assert not frame.to_ndarray().any()


async def test_a_stall_of_the_loop_leaves_no_backlog_and_a_hole_of_its_length() -> None:
    track = MicrophoneTrack(asyncio.get_running_loop(), now)
    for value in range(202):
        if value == 2:
            first = await track.recv()
        track.hear(np.full(FRAME_SAMPLES, value, dtype=np.int16))
    assert first.pts == 0
    frame = await track.recv()
    oldest = 202 - MAX_BACKLOG_BLOCKS
    assert frame.to_ndarray()[0][0] == oldest
    assert frame.pts == oldest * FRAME_SAMPLES, "what was dropped took its time"
    assert (await track.recv()).pts == frame.pts + 960


async def test_sound_that_comes_after_silence_was_sent_for_it_is_not_sent() -> None:
    track = MicrophoneTrack(asyncio.get_running_loop(), now)
    for value in (1, 2):
        track.hear(np.full(FRAME_SAMPLES, value, dtype=np.int16))
    frames = [await track.recv() for _ in range(5)]
    for value in range(3, 3 + MAX_BACKLOG_BLOCKS):
        track.hear(np.full(FRAME_SAMPLES, value, dtype=np.int16))
    frame = await track.recv()
    assert frame.to_ndarray()[0][0] == 1 + MAX_BACKLOG_BLOCKS, "the newest two blocks"
    assert frame.pts == frames[-1].pts + 960
    assert not track._blocks


async def test_a_stopped_track_gives_nothing() -> None:
    for track in (CameraTrack(Lens(), SendRate(), now), MicrophoneTrack(asyncio.get_running_loop(), now)):
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()


async def test_packets_of_sound_may_be_longer_and_follow_each_other_without_a_hole() -> None:
    lengths = iter([0.02, 0.06, 0.04])
    track = MicrophoneTrack(asyncio.get_running_loop(), now, lambda: next(lengths))
    for block in range(12):
        track.hear(np.full(480, block, dtype=np.int16))
    frames = [await track.recv() for _ in range(3)]
    assert [frame.samples for frame in frames] == [960, 2_880, 1_920]
    assert [frame.pts for frame in frames] == [0, 960, 3_840]
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert heard[::480].tolist() == list(range(12))
