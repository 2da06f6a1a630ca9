"""What machines ask the hub."""

import asyncio
import threading

import pytest

from hub.server.api import health
from hub.store.database import READERS
from tests.hub.access_world import World


async def test_a_hub_in_order_is_alive_and_ready(world: World) -> None:
    async with world.client() as client:
        assert (await client.get("/livez")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_without_its_tables_it_is_alive_and_not_ready(world: World) -> None:
    world.database.write_now(lambda c: c.exec_driver_sql("ALTER TABLE partner RENAME TO gone"))
    async with world.client() as client:
        assert (await client.get("/livez")).status_code == 200
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")


async def test_a_database_that_does_not_answer_is_not_ready_in_bounded_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_WITHIN_S", 0.05)
    release = threading.Event()
    stuck = [asyncio.create_task(world.database.read(lambda _c: release.wait(20))) for _ in range(READERS)]
    await asyncio.sleep(0)
    try:
        async with world.client() as client:
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/livez")).status_code == 200
    finally:
        release.set()
        await asyncio.gather(*stuck)


async def test_metrics_are_in_the_format_of_prometheus(world: World) -> None:
    async with world.client() as client:
        await world.sign_in(client, password="wrong")
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")
    assert 'visio_sign_ins_total{result="refused"} 1.0' in answer.text
    assert 'visio_calls_total{outcome="completed"} 0.0' in answer.text
    assert 'visio_http_requests_total{status="4xx"} 1.0' in answer.text
