"""A call that lasts: clocks that are set right meanwhile, twenty connections one after the other, another network."""

import asyncio
import threading
import time
from pathlib import Path

import pytest

from kiosk.media import peer as peer_module
from kiosk.media.engine import MediaEngine
from tests.fakes.station_peer import StationPeer
from tests.kiosk.media.conftest import Kiosk

pytestmark = pytest.mark.serial


async def goes_on(kiosk: Kiosk, station: StationPeer) -> None:
    """Pictures both ways and a word both ways, from now on."""
    shown, said = len(kiosk.screen.frames), len(kiosk.news.control)
    decoded = await station.evaluate("inbound('video').then((report) => report?.framesDecoded ?? 0)")
    await station.until(f"inbound('video').then((report) => report?.framesDecoded > {decoded + 20})")
    await station.evaluate("control.send('still here')")
    await kiosk.news.until(lambda: len(kiosk.news.control) > said)
    assert await kiosk.engine.send_control("here too")
    async with asyncio.timeout(10):
        while len(kiosk.screen.frames) < shown + 20:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
async def test_the_wall_clock_may_jump(
    kiosk: Kiosk, station: StationPeer, jump_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: kiosk.news.opened == [1])
    await goes_on(kiosk, station)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)
    for _ in range(3):
        await goes_on(kiosk, station)
    assert kiosk.news.states == [(1, "connected")]
    figures = await kiosk.engine.figures()
    assert figures is not None
    assert figures.path in ("host-host udp", "host-prflx udp")


async def held(engine: MediaEngine) -> tuple[int, int, int]:
    """Tasks of the media loop, threads and open files of this process."""

    async def tasks() -> int:
        return len(asyncio.all_tasks())

    return await engine._on_media(tasks()), threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


async def test_twenty_connections_leave_nothing_behind(kiosk: Kiosk, station: StationPeer) -> None:
    counts = []
    for number in range(1, 21):
        await station.call(kiosk.engine, number)
        await kiosk.news.until(lambda number=number: number in kiosk.news.opened)
        counts.append(await held(kiosk.engine))
    tasks, threads, files = zip(*counts[2:], strict=True)
    assert max(tasks) <= tasks[0] + 3, tasks
    assert max(threads) <= threads[0] + 1, threads
    assert max(files) <= files[0] + 3, files
    await kiosk.engine.close()
    assert (await held(kiosk.engine))[0] <= 2


async def test_an_address_that_is_gone_is_lost_at_once(
    kiosk: Kiosk, station: StationPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await station.call(kiosk.engine, 1)
    await kiosk.news.until(lambda: (1, "connected") in kiosk.news.states)
    monkeypatch.setattr(peer_module, "usable_addresses", lambda: frozenset({"192.0.2.200"}))
    await kiosk.news.until(lambda: (1, "lost") in kiosk.news.states)
    assert kiosk.news.states == [(1, "connected"), (1, "lost")], "not after seconds of silence"
    monkeypatch.undo()
    await station.call(kiosk.engine, 2)
    await kiosk.news.until(lambda: (2, "connected") in kiosk.news.states)
