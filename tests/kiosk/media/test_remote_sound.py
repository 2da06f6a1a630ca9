"""From packets to the loudspeaker."""

import numpy as np
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.core.ports import FRAME_SAMPLES
from kiosk.media.remote_sound import CARD_DELAY_S, EncodedSound, RemoteSound
from tests.fakes.sound_line import PACKET, packets, vowels

MADE = packets(vowels(2.0))


def played(sound: RemoteSound, blocks: int = 8) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    return np.concatenate([sound.take() for _ in range(blocks)])


def test_silence_until_something_came() -> None:
    sound = RemoteSound()
    block = sound.take()
    assert (block.shape, block.dtype) == ((FRAME_SAMPLES,), np.int16)
    assert not block.any()
    assert sound.playing is None


def test_packets_are_played_in_their_order_whatever_the_order_of_their_coming() -> None:
    tidy, mixed = RemoteSound(), RemoteSound()
    for number in range(6):
        tidy.put(EncodedSound(number * PACKET, MADE[number]))
    for number in (0, 2, 1, 3, 5, 4):
        mixed.put(EncodedSound(number * PACKET, MADE[number]))
    assert (played(tidy, 12) == played(mixed, 12)).all()


def test_the_end_of_the_32_bits_is_not_an_end() -> None:
    plain, wrapping = RemoteSound(), RemoteSound()
    start = 2**32 - 3 * PACKET
    for number in range(8):
        plain.put(EncodedSound(number * PACKET, MADE[number]))
    for number in (0, 1, 2, 4, 3, 5, 6, 7):
        wrapping.put(EncodedSound((start + number * PACKET) % 2**32, MADE[number]))
    assert (played(plain, 14) == played(wrapping, 14)).all()
    assert wrapping.figures().concealed_s == 0


def test_it_says_what_is_heard_and_when() -> None:
    now = [100.0]
    sound = RemoteSound(lambda: now[0])
    for number in range(6):
        sound.put(EncodedSound(2**32 - 960 + number * PACKET & 0xFFFF_FFFF, MADE[number]))
    sound.take()
    first = sound.playing
    assert first is not None
    assert (first.timestamp, first.at_s) == (2**32 - 960, 100.0 + CARD_DELAY_S)
    now[0] += 0.02
    sound.take()
    sound.take()
    third = sound.playing
    assert third is not None
    assert (third.timestamp, third.at_s) == (0, 100.02 + CARD_DELAY_S)


def test_figures_tell_what_was_invented_and_what_was_rebuilt() -> None:
    sound = RemoteSound()
    for number in range(40):
        if number not in (20, 30, 31):
            sound.put(EncodedSound(number * PACKET, MADE[number]))
        if number > 2:
            played(sound, 2)
    figures = sound.figures()
    assert figures.recovered_s + figures.concealed_s >= 0.05
    assert figures.recovered_s >= 0.02
    assert figures.depth_s > 0


def test_it_is_held_for_the_picture() -> None:
    held, free = RemoteSound(), RemoteSound()
    held.hold(0.1)
    for number in range(95):
        for sound in (held, free):
            sound.put(EncodedSound(number * PACKET, MADE[number]))
            played(sound, 2)
    first, second = held.playing, free.playing
    assert first is not None
    assert second is not None
    assert 0.05 * 48_000 < second.timestamp - first.timestamp <= 0.1 * 48_000


async def test_sound_is_fed_until_its_track_ends() -> None:
    sound, track = RemoteSound(), RemoteStreamTrack(kind="audio")
    for number in range(6):
        track._queue.put_nowait(EncodedSound(number * PACKET, MADE[number]))
    track._queue.put_nowait(None)
    await sound.drain(track)
    assert played(sound).any()
