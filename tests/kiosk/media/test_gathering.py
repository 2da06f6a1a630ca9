"""Relays of a real coturn, each way, found while the connection is already being made; and what remains of them."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import aioice.ice
import pytest
import pytest_asyncio

from hub.protocol import IceServer
from kiosk.local_network import usable_addresses
from kiosk.media import gathering
from tests.fakes.station_peer import StationPeer
from tests.fakes.turn_server import TurnServer
from tests.kiosk.media.conftest import Kiosk

pytestmark = pytest.mark.serial


@pytest.fixture
def turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TurnServer]:
    address = next(each for each in sorted(usable_addresses()) if ":" not in each)
    with TurnServer(tmp_path / "turn", address=address) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


@pytest.fixture
def nothing_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kiosk's own sockets are deaf and dumb, as behind a wall that lets only the relay through."""
    protocol = aioice.ice.StunProtocol
    heard, said = protocol.datagram_received, protocol.send_stun

    def hear(self: Any, data: bytes, address: Any) -> None:
        if self.local_candidate.type != "host":
            heard(self, data, address)

    def say(self: Any, message: Any, address: Any) -> None:
        if self.local_candidate.type != "host":
            said(self, message, address)

    monkeypatch.setattr(protocol, "datagram_received", hear)
    monkeypatch.setattr(protocol, "send_stun", say)


@pytest_asyncio.fixture
async def trickling(kiosk: Kiosk, station: StationPeer) -> AsyncIterator[None]:
    """What the kiosk finds is told to the station, as the hub does."""

    async def pass_on() -> None:
        for number in itertools.count(1):
            await kiosk.news.until(partial(lambda number: len(kiosk.news.candidates) >= number, number), timeout_s=600)
            await station.trickle(kiosk.news.candidates[number - 1][1])

    task = asyncio.get_running_loop().create_task(pass_on())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def path_of(kiosk: Kiosk) -> str | None:
    figures = await kiosk.engine.figures()
    assert figures is not None
    return figures.path


@pytest.mark.usefixtures("nothing_direct", "trickling")
@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_a_call_through_the_relay(kiosk: Kiosk, station: StationPeer, turn: TurnServer, way: str) -> None:
    answer = await station.call(kiosk.engine, 1, turn.servers(way))
    assert " typ relay" not in answer.sdp, "the answer waits for nobody"
    await kiosk.news.until(lambda: kiosk.news.opened == [1])
    path = await path_of(kiosk)
    assert path is not None
    assert path.startswith("relay-")
    assert path.endswith(f" {way}")
    await station.until("inbound('video').then((report) => report && report.framesDecoded > 10)")
    await kiosk.engine.close()
    # The allocation is given back at once, not when it expires.
    await asyncio.to_thread(turn.program.wait_for_log, "closed (2nd stage)", within_s=5)


@pytest.mark.usefixtures("nothing_direct", "trickling")
async def test_only_tls_answers(kiosk: Kiosk, station: StationPeer, turn: TurnServer) -> None:
    """UDP vanishes, TCP is taken and never answered: the same attempt ends on TLS."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent_udp,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as silent_tcp,
    ):
        for each in (silent_udp, silent_tcp):
            each.bind((turn.address, 0))
        silent_tcp.listen()
        username, credential = turn.credentials()
        urls = [
            f"turn:{turn.address}:{silent_udp.getsockname()[1]}",
            f"turn:{turn.address}:{silent_tcp.getsockname()[1]}?transport=tcp",
            *turn.urls("tls"),
        ]
        await station.call(kiosk.engine, 1, [IceServer(urls=urls, username=username, credential=credential)])
        await kiosk.news.until(lambda: (1, "connected") in kiosk.news.states)
        path = await path_of(kiosk)
        assert path is not None
        assert path.endswith(" tls")
        await kiosk.engine.close()


@pytest.mark.usefixtures("nothing_direct")
@pytest.mark.parametrize("fault", ["certificate", "secret"])
async def test_a_relay_that_is_not_ours_is_not_used(
    kiosk: Kiosk,
    station: StationPeer,
    turn: TurnServer,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    servers = turn.servers("tls")
    if fault == "certificate":
        monkeypatch.delenv("SSL_CERT_FILE")
    else:
        servers = [IceServer(urls=turn.urls("tls"), username=servers[0].username, credential="wrong")]
    await station.call(kiosk.engine, 1, servers)
    async with asyncio.timeout(10):
        while "RELAY_UNUSABLE" not in caplog.text:
            await asyncio.sleep(0.05)
    assert kiosk.news.candidates == []
    assert turn.address not in caplog.text


async def test_a_stun_server_that_is_silent_is_told_and_stops_nothing(
    kiosk: Kiosk, station: StationPeer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gathering, "GIVE_UP_S", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        await station.call(kiosk.engine, 1, [IceServer(urls=[f"stun:127.0.0.1:{silent.getsockname()[1]}"])])
        await kiosk.news.until(lambda: kiosk.news.opened == [1])
        async with asyncio.timeout(10):
            while "STUN_SILENT" not in caplog.text:
                await asyncio.sleep(0.05)
    assert kiosk.news.candidates == []


async def test_a_free_link_opens_no_stream_to_the_relay(kiosk: Kiosk, station: StationPeer, turn: TurnServer) -> None:
    username, credential = turn.credentials()
    servers = [
        IceServer(urls=[f"stun:{turn.address}:{turn.port}"]),
        IceServer(urls=turn.urls(), username=username, credential=credential),
    ]
    await station.call(kiosk.engine, 1, servers)
    await kiosk.news.until(lambda: kiosk.news.opened == [1])
    assert await path_of(kiosk) in ("host-host udp", "host-prflx udp")
    await kiosk.news.until(lambda: any(" typ relay" in each.candidate for _, each in kiosk.news.candidates))
    await asyncio.sleep(2)  # the head starts are over: nothing else comes
    assert len([each for _, each in kiosk.news.candidates if " typ relay" in each.candidate]) == 1
