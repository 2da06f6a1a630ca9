"""The database is away: calls in progress go on, new ones get an honest answer, and all is well again by itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import OperationalError

from hub.protocol import CallEnded, CallQueued, CallRefused, MediaState, Offer, PlaceCall, RefusalReason
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_clients import FakeKiosk, connect_media
from tests.fakes.hub_network import SmallNetwork, write_small_network
from tests.fakes.postgres import PostgresServer
from tests.fakes.running_hub import RunningHub, running_hub

BACK_WITHIN_S = 10.0
Away = Callable[[SmallNetwork, RunningHub], Awaitable[Callable[[], Awaitable[None]]]]


async def _locked(network: SmallNetwork, _hub: RunningHub) -> Callable[[], Awaitable[None]]:
    """Another program holds the file's write lock, longer than anybody waits for it."""
    other = Database(network.url)
    holding = other.engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE")
    transaction = holding.begin()

    async def back() -> None:
        transaction.rollback()
        holding.close()
        other.close()

    return back


async def _read_only(_network: SmallNetwork, hub: RunningHub) -> Callable[[], Awaitable[None]]:
    """Every write is refused, as on a file system that went read-only.

    The hub's own links refuse (`query_only`): tests may run as root, whom no permission stops.
    """
    engine = hub.hub.database.engine

    def refuse(connection: object, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]

    def allow(connection: object, *_: object) -> None:
        connection.execute("PRAGMA query_only = OFF")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", refuse)
    await hub.hub.database.read(lambda _c: None)
    hub.hub.database._writer.submit(hub.hub.database._let_go).result()

    async def back() -> None:
        event.remove(engine, "checkout", refuse)
        event.listen(engine, "checkout", allow)

    return back


async def _full(_network: SmallNetwork, hub: RunningHub) -> Callable[[], Awaitable[None]]:
    """No page can be added to the file: SQLite's own « database or disk is full »."""
    engine = hub.hub.database.engine

    def fill(connection: object, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    def free(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", fill)
    hub.hub.database._writer.submit(hub.hub.database._let_go).result()
    # What is free inside the pages of the log is used up too.
    row = {"at": 1.0, "name": "call_placed", "call_id": "x"}
    is_full = False
    while not is_full:
        try:
            await hub.hub.database.write(lambda c: c.execute(insert(t.event).values(row)))
        except OperationalError as error:
            assert "full" in str(error.orig)
            is_full = True

    async def back() -> None:
        event.remove(engine, "checkout", fill)
        event.listen(engine, "checkout", free)
        hub.hub.database._writer.submit(hub.hub.database._let_go).result()

    return back


@asynccontextmanager
async def _call_in_progress(network: SmallNetwork) -> AsyncIterator[tuple[RunningHub, FakeKiosk, str]]:
    async with running_hub(network) as hub:
        station, kiosk = await hub.available("caf-1"), await hub.joined(1)
        call_id = (await kiosk.place_call("caf")).call_id
        await station.accept()
        await connect_media(kiosk, station, call_id)
        yield hub, kiosk, call_id


async def _live_through(network: SmallNetwork, away: Away) -> None:
    async with _call_in_progress(network) as (hub, talking, call_id):
        waiting = await hub.joined(2)
        other = await hub.available("msa-1")
        back = await away(network, hub)
        try:
            # Honest: neither silence nor a promise.
            await waiting.send(PlaceCall(request_id="away", partner_id="msa"))
            async with asyncio.timeout(20):
                while not waiting.seen(CallRefused):
                    await asyncio.sleep(0.05)
            assert waiting.seen(CallRefused)[0].reason is RefusalReason.HUB_DEGRADED
            # Who talks is not disturbed.
            assert talking.seen(CallEnded) == []
            assert talking.close_code is None
        finally:
            await back()
        since = time.monotonic()
        async with asyncio.timeout(BACK_WITHIN_S):
            number = 0
            while not waiting.seen(CallQueued):
                number += 1
                refused = len(waiting.seen(CallRefused))
                await waiting.send(PlaceCall(request_id=f"back-{number}", partner_id="msa"))
                while not waiting.seen(CallQueued) and len(waiting.seen(CallRefused)) == refused:
                    await asyncio.sleep(0.02)
        assert time.monotonic() - since < BACK_WITHIN_S
        await other.expect(Offer)
        assert talking.seen(CallEnded) == []
        await talking.report(call_id, MediaState.CONNECTED)
        await talking.hang_up(call_id)
        await talking.expect(CallEnded)


@pytest.mark.parametrize("away", [_locked, _read_only, _full], ids=["locked", "read-only", "full"])
async def test_sqlite_is_away_for_a_while(small_network: SmallNetwork, away: Away) -> None:
    await _live_through(small_network, away)


async def test_postgresql_is_stopped_for_a_while() -> None:
    """A server of the test's own, stopped and started again."""
    server = PostgresServer()
    try:
        await asyncio.to_thread(server.start)
        network = await asyncio.to_thread(write_small_network, server.new_database())

        async def stopped(_network: SmallNetwork, _hub: RunningHub) -> Callable[[], Awaitable[None]]:
            await asyncio.to_thread(server.stop)

            async def back() -> None:
                await asyncio.to_thread(server.start)

            return back

        await _live_through(network, stopped)
    finally:
        server.close()
