"""VP8: the rate is followed without a key frame, and any decoder understands what is made."""

import av
import numpy as np
import pytest

from kiosk.media.vp8 import CLOCK_HZ, EncodedPicture, Vp8Encoder, Vp8Failed, speed_for, threads_for

STEP = CLOCK_HZ // 30


def picture(number: int, width: int = 640, height: int = 360) -> av.VideoFrame:
    """A textured scene that glides, the same for the same number."""
    chance = np.random.default_rng(5)
    coarse = chance.integers(0, 255, (60, 100)).astype(np.float32)
    rows, columns = np.arange(height)[:, None] + number, np.arange(width)[None, :] + 2 * number
    scene = coarse[(rows // 12) % 60, (columns // 12) % 100] + 20 * np.sin(columns / 3) + 20 * np.sin(rows / 5)
    scene += np.random.default_rng(number).normal(0, 6, scene.shape)
    pixels = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
    pixels[:height] = np.clip(scene, 0, 255)
    return av.VideoFrame.from_ndarray(pixels, format="yuv420p")


class Line:
    """An encoder and PyAV's decoder behind it."""

    def __init__(self, target_bps: int, width: int = 640, height: int = 360) -> None:
        self.encoder = Vp8Encoder(width, height, target_bps, cores=2)
        self.decoder = av.CodecContext.create("libvpx", "r")
        self.size = (width, height)
        self.number = 0
        self.made: list[EncodedPicture | None] = []

    def run(self, frames: int, *, key: bool = False) -> list[EncodedPicture | None]:
        made: list[EncodedPicture | None] = []
        for _ in range(frames):
            shown = picture(self.number, *self.size)
            encoded = self.encoder.encode(
                (shown.planes[0], shown.planes[1], shown.planes[2]), self.number * STEP, STEP, key=key
            )
            self.number += 1
            made.append(encoded)
            if encoded is not None:
                (seen,) = self.decoder.decode(av.Packet(encoded.data))
                assert (seen.width, seen.height) == self.size
                error = seen.to_ndarray()[: self.size[1]].astype(float) - shown.to_ndarray()[: self.size[1]]
                assert np.mean(error**2) < 2_000, "the picture is recognised"
        self.made += made
        return made


def bps(made: list[EncodedPicture | None]) -> float:
    return 8 * sum(len(one.data) for one in made if one) / (len(made) / 30)


def keys(made: list[EncodedPicture | None]) -> int:
    return sum(one.key for one in made if one)


def test_the_rate_is_kept_and_followed_without_a_key_frame() -> None:
    line = Line(600_000)
    assert keys(line.run(30)) == 1, "the first frame only"
    assert 450_000 < bps(line.run(60)) < 720_000
    line.encoder.set_target(250_000)
    line.run(30)
    assert bps(line.run(60)) < 320_000, "a second after the change"
    line.encoder.set_target(900_000)
    line.run(30)
    assert 650_000 < bps(line.run(60)) < 1_100_000
    assert keys(line.made) == 1


def test_frames_are_dropped_rather_than_queued_when_the_rate_collapses() -> None:
    line = Line(1_500_000)
    line.run(30)
    line.encoder.set_target(40_000)
    assert None in line.run(60)
    assert keys(line.made) == 1


def test_a_key_frame_comes_when_it_is_asked_for() -> None:
    line = Line(500_000)
    line.run(30)
    asked = line.run(1, key=True) + line.run(5)
    assert keys(asked) == 1
    first = next(one for one in asked if one)
    assert first.key
    alone = av.CodecContext.create("libvpx", "r")
    assert len(alone.decode(av.Packet(first.data))) == 1, "it needs nothing that was before"
    assert len(first.data) * 8 < 500_000 * 0.5, "it keeps to its share of the link"


@pytest.mark.parametrize("size", [(1280, 720), (960, 540), (480, 270), (320, 180), (322, 182), (18, 18)])
def test_each_size_is_encoded(size: tuple[int, int]) -> None:
    line = Line(400_000, *size)
    line.run(3)
    assert keys(line.made) == 1


def test_a_rate_that_hardly_differs_is_the_same() -> None:
    encoder = Vp8Encoder(320, 180, 200_000)
    encoder.set_target(201_000)
    assert encoder.target_bps == 200_000
    encoder.set_target(210_000, frames_per_s=12.0)
    assert encoder.target_bps == 210_000


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(Vp8Failed):
        Vp8Encoder(0, 0, 200_000)


def test_closing_twice_changes_nothing() -> None:
    encoder = Vp8Encoder(320, 180, 200_000)
    encoder.close()
    encoder.close()


def test_the_work_suits_the_picture_and_the_machine() -> None:
    assert speed_for(1280 * 720) < speed_for(320 * 180)
    assert (threads_for(1280 * 720, 2), threads_for(1280 * 720, 4), threads_for(320 * 180, 8)) == (1, 2, 1)
