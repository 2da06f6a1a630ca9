"""The engine against a real Chromium: picture and sound both ways, control, documents, renewal."""

import asyncio
import base64
import dataclasses
import hashlib
import random
import wave

import numpy as np
import pytest

from kiosk.config import CameraOptions
from kiosk.core.conversation import (
    CHUNK_BYTES,
    ChunksReceived,
    HelloPeer,
    OfferPrint,
    pack_chunk,
    unpack_chunk,
)
from kiosk.core.ports import CameraFrame
from kiosk.core.transfer import OutgoingTransfer
from kiosk.devices import frame_number
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulation import SimulatedFaults
from kiosk.media.inbox import Inbox
from kiosk.media.outbox import Outbox
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, share_heard
from tests.fakes.station_peer import StationPeer
from tests.kiosk.media.conftest import Kiosk

pytestmark = pytest.mark.serial

PAGE_ID, FILE_ID = "aa" * 16, "bb" * 16


def split(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


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

    async with asyncio.timeout(10):
        while len(kiosk.screen.frames) < 30:
            await asyncio.sleep(0.05)
    shown = [number for number, _, _ in kiosk.screen.frames]
    assert shown == sorted(set(shown))
    last = kiosk.screen.last
    assert last is not None
    assert last.i420.shape == (last.height * 3 // 2, last.width)
    assert last.i420.flags["C_CONTIGUOUS"]
    # The browser puts its pictures in envelopes, ready to protect them; ours come as they always did.
    assert kiosk.engine._peer is not None
    protected = kiosk.engine._peer._incoming._protected
    assert protected is not None
    assert len(protected._streams) == 1
    assert kiosk.engine._peer._outgoing is not None
    first_round_trip_s = kiosk.engine._peer._outgoing.congestion.first_round_trip_s
    assert first_round_trip_s is not None, "told by the handshake"
    assert 0 < first_round_trip_s < 5
    codecs = "pc.getStats().then((all) => [...all.values()].filter((one) => one.type === 'inbound-rtp')"
    assert await station.evaluate(f"{codecs}.map((one) => all.get(one.codecId).mimeType).includes('video/VP8'))")

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


async def test_two_megabytes_each_way_across_a_new_connection(kiosk: Kiosk, station: StationPeer) -> None:
    page = random.Random(1).randbytes(2_000_000)
    transfer = OutgoingTransfer(PAGE_ID, split(page))
    progress: list[float] = []
    outbox = Outbox(kiosk.engine, lambda _name, share: progress.append(share))

    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: kiosk.news.opened == [1])
    outbox.resume(HelloPeer())
    outbox.add(transfer)
    await station.until("received.chunks >= 20")
    outbox.acknowledge(ChunksReceived(transfer_id=PAGE_ID, next_chunk=16))

    # The station builds a new connection in the middle; it says what it holds.
    outbox.peer_gone()
    await station.call(kiosk.engine, 2)
    await kiosk.news.until(lambda: kiosk.news.opened == [1, 2])
    held = await station.evaluate("received.chunks")
    await station.evaluate("received.resumedAt = received.chunks")
    outbox.resume(HelloPeer(received={PAGE_ID: held}))
    while outbox.waiting:
        seen = await station.until(f"received.chunks > {transfer.acknowledged} && received.chunks")
        outbox.acknowledge(ChunksReceived(transfer_id=PAGE_ID, next_chunk=seen))
    assert progress[-1] == 1.0
    got = base64.b64decode(
        await station.evaluate(
            """new Promise((done) => {
              const reader = new FileReader();
              reader.onload = () => done(reader.result.split(',')[1]);
              reader.readAsDataURL(new Blob(received.messages));
            })"""
        )
    )
    messages = [got[at : at + 20 + CHUNK_BYTES] for at in range(0, len(got), 20 + CHUNK_BYTES)]
    chunks = [unpack_chunk(message) for message in messages]
    assert [number for _, number, _ in chunks] == list(range(len(split(page)))), "no chunk twice, none missing"
    assert b"".join(payload for _, _, payload in chunks) == page

    # And the other way, on the same connection.
    inbox = Inbox()
    inbox.expect(
        OfferPrint(
            print_id="p1",
            transfer_id=FILE_ID,
            title="Formulaire",
            mime="application/pdf",
            size=len(page),
            chunks=len(split(page)),
            sha256=hashlib.sha256(page).hexdigest(),
        )
    )
    for number, part in enumerate(split(page)):
        await station.send_document(pack_chunk(FILE_ID, number, part))
    await kiosk.news.until(lambda: len(kiosk.news.chunks) == len(split(page)))
    last = [inbox.take(message) for message in kiosk.news.chunks][-1]
    assert last is not None
    assert last.data == page


async def test_on_a_free_link_the_picture_gets_the_bits_it_needs(kiosk: Kiosk, station: StationPeer) -> None:
    chance = np.random.default_rng(1)
    noise = [chance.integers(0, 255, (720 * 3 // 2, 1280), dtype=np.uint8) for _ in range(8)]

    class NoisyCamera(SimulatedCamera):
        """A scene that never costs little."""

        def latest(self) -> CameraFrame | None:
            frame = super().latest()
            if frame is None:
                return None
            return dataclasses.replace(frame, i420=noise[frame.number % len(noise)], width=1280, height=720)

    kiosk.engine._camera = NoisyCamera(CameraOptions(), SimulatedFaults(""))
    kiosk.engine._camera.open()
    try:
        await station.call(kiosk.engine, 1)
        await station.until("inbound('video').then((report) => report && report.framesDecoded > 10)", 40)
        before = await station.evaluate("inbound('video')")
        await station.until(
            f"""inbound('video').then((now) => now.timestamp - {before["timestamp"]} > 4000
                && (now.bytesReceived - {before["bytesReceived"]}) * 8000
                   / (now.timestamp - {before["timestamp"]}) >= 1000000)""",
            timeout_s=30,
        )
    finally:
        kiosk.engine._camera.close()


async def test_sign_language_is_kept_for_the_next_connections_of_the_call(kiosk: Kiosk, station: StationPeer) -> None:
    kiosk.engine.set_motion(True)
    for peer_no in (1, 2):
        await station.call(kiosk.engine, peer_no)
        assert kiosk.engine._peer is not None
        rate = kiosk.engine._peer.rate
        rate.on_estimate(110_000, 0.0)
        assert rate.shape().frames_per_s == 30
    await kiosk.engine.close()
    await station.call(kiosk.engine, 3)
    assert kiosk.engine._peer is not None
    kiosk.engine._peer.rate.on_estimate(110_000, 0.0)
    assert kiosk.engine._peer.rate.shape().frames_per_s < 30


async def test_a_station_that_leaves_is_noticed_at_once(kiosk: Kiosk, station: StationPeer) -> None:
    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: kiosk.news.opened == [1])
    await station.evaluate("pc.close()")
    await kiosk.news.until(lambda: (1, "lost") in kiosk.news.states, timeout_s=3)
    assert not await kiosk.engine.send_control("anybody?")
    assert not await kiosk.engine.send_chunk(bytes(100))


async def test_a_station_that_falls_silent_is_weak_then_lost(kiosk: Kiosk, station: StationPeer) -> None:
    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: (1, "connected") in kiosk.news.states)
    peer = kiosk.engine._peer
    assert peer is not None
    # Cut at our own door: nothing of the network reaches us any more.
    transport = peer._connection.getReceivers()[0].transport  # type: ignore[union-attr]

    async def nothing() -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    kiosk.engine._media_loop.call_soon_threadsafe(setattr, transport.transport, "_recv", nothing)  # type: ignore[union-attr]
    await kiosk.news.until(lambda: (1, "lost") in kiosk.news.states, timeout_s=12)
    assert [state for _, state in kiosk.news.states] == ["connected", "weak", "lost"]
    await station.call(kiosk.engine, 2)
    await kiosk.news.until(lambda: (2, "connected") in kiosk.news.states)


async def test_muted_is_black_and_silent(kiosk: Kiosk, station: StationPeer) -> None:
    kiosk.engine.set_muted(camera=True, microphone=True)
    await station.call(kiosk.engine, 1)
    await station.until("document.getElementById('camera').videoWidth > 0")
    low, high = KIOSK_MELODY.low_hz, KIOSK_MELODY.high_hz
    await station.until("inbound('audio').then((report) => report && report.packetsReceived > 20)")
    picture = await station.evaluate("picture()")
    assert max(base64.b64decode(picture["luma"])) < 30
    assert await station.evaluate(f"Math.max(heard({low}), heard({high}))") < 60
    kiosk.engine.set_muted(camera=False, microphone=False)
    await station.until(f"heard({low}) > 120")
    await station.until("Math.max(...atob(picture().luma.slice(0, 40000)).split('').map((c) => c.charCodeAt(0))) > 60")


async def test_a_closed_engine_sends_nothing_more(kiosk: Kiosk, station: StationPeer) -> None:
    await station.call(kiosk.engine, 1)
    await station.until("inbound('video').then((report) => report && report.framesDecoded > 3)")
    await kiosk.engine.close()
    received, before = "inbound('video').then((report) => report.packetsReceived)", -1
    # A busy browser counts what came before the end a little later; what is still sent would never stop coming.
    async with asyncio.timeout(10):
        while (now_received := await station.evaluate(received)) != before:
            before = now_received
            await asyncio.sleep(0.5)


async def test_lost_packets_are_asked_for_again_and_the_picture_goes_on(kiosk: Kiosk, station: StationPeer) -> None:
    """One packet in ten from the station never comes, half of the second tries neither."""
    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: (1, "connected") in kiosk.news.states)
    ice = kiosk.engine._peer._connection.getReceivers()[0].transport.transport  # type: ignore[union-attr]
    receive, chance, dropped = ice._recv, random.Random(1), 0

    async def lossy() -> bytes:
        nonlocal dropped
        while True:
            packet: bytes = await receive()
            if packet[0] < 128 or chance.random() >= 0.1:
                return packet
            dropped += 1

    kiosk.engine._media_loop.call_soon_threadsafe(setattr, ice, "_recv", lossy)  # type: ignore[union-attr]
    first = len(kiosk.screen.frames)
    longest_s, last_s, count = 0.0, asyncio.get_running_loop().time(), first
    async with asyncio.timeout(30):
        while len(kiosk.screen.frames) < first + 120:
            await asyncio.sleep(0.02)
            now_s = asyncio.get_running_loop().time()
            if len(kiosk.screen.frames) != count:
                count, last_s = len(kiosk.screen.frames), now_s
            longest_s = max(longest_s, now_s - last_s)
    assert dropped > 20
    assert longest_s < 3.0
    assert kiosk.news.states == [(1, "connected")]
    assert await station.evaluate(
        """pc.getStats().then((all) => [...all.values()].some(
             (report) => report.type === 'outbound-rtp' && report.kind === 'video' && report.nackCount > 0))"""
    )
