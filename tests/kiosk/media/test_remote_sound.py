"""From decoded packets to the loudspeaker."""

from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ
from kiosk.media.remote_sound import RemoteSound

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
