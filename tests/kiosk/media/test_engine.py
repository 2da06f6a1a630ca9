"""The engine against a real Chromium: picture and sound both ways, control, documents, renewal."""

import asyncio
import base64
import wave

import numpy as np

from kiosk.devices import frame_number
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, share_heard
from tests.fakes.station_peer import StationPeer
from tests.kiosk.media.conftest import Kiosk


async def seen_number(station: StationPeer) -> int | None:
    """The frame number that the browser shows now."""
    picture = await station.evaluate("picture()")
    if picture is None:
        return None
    luma = np.frombuffer(base64.b64decode(picture["luma"]), dtype=np.uint8)
    return frame_number.read(luma.reshape(picture["height"], picture["width"]))


async def test_picture_and_sound_both_ways_and_control(kiosk: Kiosk, station: StationPeer) -> None:
    answer = await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: (1, "connected") in kiosk.news.states)
    await kiosk.news.until(lambda: kiosk.news.opened == [1])

    # Nothing was asked of any server, and only our own addresses were given.
    candidates = [line for line in answer.sdp.splitlines() if line.startswith("a=candidate")]
    assert candidates
    assert all(" typ host" in line for line in candidates)

    await station.until("document.getElementById('camera').videoWidth >= 320")
    numbers = []
    for _ in range(40):
        number = await seen_number(station)
        if number is not None:
            numbers.append(number)
        if len(set(numbers)) >= 5:
            break
        await station.until("new Promise((done) => document.getElementById('camera').requestVideoFrameCallback(done))")
    assert numbers == sorted(numbers)
    assert len(set(numbers)) >= 5, "frames advance"

    for hz in (KIOSK_MELODY.low_hz, KIOSK_MELODY.high_hz):
        await station.until(f"heard({hz}) > 120 && heard({hz}) > heard(2000) + 40")

    await kiosk.news.until(lambda: True)
    async with asyncio.timeout(10):
        while len(kiosk.screen.frames) < 30:
            await asyncio.sleep(0.05)
    shown = [number for number, _, _ in kiosk.screen.frames]
    assert shown == sorted(set(shown))
    last = kiosk.screen.last
    assert last is not None
    assert last.i420.shape == (last.height * 3 // 2, last.width)
    assert last.i420.flags["C_CONTIGUOUS"]

    await station.evaluate("control.send('bonjour')")
    await kiosk.news.until(lambda: (1, "bonjour") in kiosk.news.control)
    assert await kiosk.engine.send_control("bonjour aussi")
    assert await station.until("received.control.includes('bonjour aussi')")

    await asyncio.sleep(1.5)
    await kiosk.engine.close()
    assert kiosk.screen.cleared >= 1
    kiosk.sound.close()
    with wave.open(str(kiosk.heard)) as recording:
        sound = np.frombuffer(recording.readframes(recording.getnframes()), dtype=np.int16)
    assert share_heard(sound[-48_000 * 2 :], AGENT_MELODY) > 0.5
