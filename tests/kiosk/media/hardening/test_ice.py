"""Consent asked for more than once; relays of a real coturn that outlive their credential, channels and answers."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aioice
import aioice.ice
import pytest

from kiosk.local_network import usable_addresses
from kiosk.media.hardening import ice
from tests.fakes.turn_server import TurnServer


async def test_consent_is_asked_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Protocol:
        async def request(self, message: Any, addr: Any, **options: Any) -> str:
            asked.append(options)
            return "answer"

    monkeypatch.setattr(aioice.ice, "StunProtocol", Protocol)
    ice.patient_consent()
    ice.patient_consent()
    assert await Protocol().request(None, None, integrity_key=b"k", retransmissions=0) == "answer"
    await Protocol().request(None, None, integrity_key=b"k")
    assert asked == [{"integrity_key": b"k", "retransmissions": 2}, {"integrity_key": b"k"}]


def test_upstream_still_asks_for_consent_without_retransmission() -> None:
    """If this fails, aioice retransmits by itself: `patient_consent` may go."""
    import inspect

    assert "retransmissions=0" in inspect.getsource(aioice.ice.Connection.query_consent)


def test_the_names_are_there() -> None:
    ice.check_names()


# ---- relays --------------------------------------------------------------------------------------------------


@pytest.fixture
def turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TurnServer]:
    address = next(each for each in sorted(usable_addresses()) if ":" not in each)
    short = ["max-allocate-lifetime=4", "channel-lifetime=4", "permission-lifetime=4", "stale-nonce=3"]
    with TurnServer(tmp_path, address=address, options=short) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


class Pair:
    """Two ICE connections, the first through a relay only."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.relayed, self.other = (aioice.Connection(ice_controlling=each) for each in (False, True))
        self._hosts = aioice.ice.get_host_addresses
        self._patch = monkeypatch
        self.relay: ice.Relay | None = None

    async def connect(self, turn: TurnServer, way: str, ttl_s: float) -> None:
        await self.other.gather_candidates()
        self._patch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: [])
        await self.relayed.gather_candidates()
        for one, two in ((self.relayed, self.other), (self.other, self.relayed)):
            one.remote_username, one.remote_password = two.local_username, two.local_password
        connecting = [asyncio.create_task(each.connect()) for each in (self.relayed, self.other)]
        for candidate in self.other.local_candidates:
            await self.relayed.add_remote_candidate(candidate)
        # The relay comes while the connection is being made.
        port = turn.tls_port if way == "tls" else turn.port
        credentials = turn.credentials(ttl_s=ttl_s)
        self.relay = await ice.open_relay(self.relayed, (turn.address, port), way, credentials)
        await self.other.add_remote_candidate(self.relay.candidate)
        async with asyncio.timeout(10):
            await asyncio.gather(*connecting)

    async def passes(self, text: bytes) -> None:
        """Both ways, within a moment."""
        async with asyncio.timeout(2):
            await self.relayed.send(b"to " + text)
            assert await self.other.recv() == b"to " + text
            await self.other.send(b"from " + text)
            assert await self.relayed.recv() == b"from " + text

    async def close(self) -> None:
        await asyncio.gather(self.relayed.close(), self.other.close())


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_a_relay_outlives_its_credential_its_nonce_and_its_channels(
    turn: TurnServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Allocation, permission and channel of 4 s, a nonce of 3 s, a credential of 2 s: after 10 s all were renewed."""
    monkeypatch.setattr(ice, "CHANNEL_REFRESH_S", 2.0)
    pair = Pair(monkeypatch)
    await pair.connect(turn, way, ttl_s=2.0)
    assert pair.relay is not None
    keeping = asyncio.create_task(pair.relay.keep_bound())
    assert str(ice.path(pair.relayed)) == f"relay-{ice.path(pair.relayed).remote_kind} {way}"  # type: ignore[union-attr]
    try:
        until_s = time.monotonic() + 10
        while time.monotonic() < until_s:
            await pair.passes(b"%d" % time.monotonic_ns())
            await asyncio.sleep(0.2)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await pair.close()


async def test_closing_does_not_wait_for_a_relay_that_died(turn: TurnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(monkeypatch)
    await pair.connect(turn, "udp", ttl_s=60.0)
    turn.close()
    async with asyncio.timeout(3):
        await pair.close()


async def test_a_stream_that_is_full_drops_media_and_keeps_its_place(
    turn: TurnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Megabytes at once: some are dropped, what follows is not late, and nothing piles up."""
    pair = Pair(monkeypatch)
    await pair.connect(turn, "tcp", ttl_s=60.0)
    sent = 4000
    for number in range(sent):
        await pair.relayed.send(number.to_bytes(4, "big") + bytes(1100))
    waiting = pair.relayed._nominated[1].protocol.relay_inner.transport.get_write_buffer_size()
    assert waiting <= 2 * ice.STREAM_BACKLOG_BYTES
    await pair.relayed.send(b"last")
    got = 0
    async with asyncio.timeout(5):
        while (data := await pair.other.recv()) != b"last":
            got += len(data) == 1104
            if got and not got % 50:
                await pair.relayed.send(b"last")
    assert 0 < got < sent
    await pair.close()


async def test_a_connection_closed_meanwhile_takes_no_relay(turn: TurnServer) -> None:
    connection = aioice.Connection(ice_controlling=False)
    await connection.gather_candidates()
    await connection.close()
    with pytest.raises(ConnectionError):
        await ice.open_relay(connection, (turn.address, turn.port), "udp", turn.credentials())


async def test_an_address_as_the_server_sees_it_is_told_once(turn: TurnServer) -> None:
    connection = aioice.Connection(ice_controlling=False)
    await connection.gather_candidates()
    assert await ice.reflexive_candidates(connection, (turn.address, turn.port)) == [], "nothing is translated here"
    connection._local_candidates.clear()
    found = await ice.reflexive_candidates(connection, (turn.address, turn.port))
    assert {each.type for each in found} == {"srflx"}
    assert {each.host for each in found} <= usable_addresses()
    assert await ice.reflexive_candidates(connection, (turn.address, turn.port)) == []
    await connection.close()
