"""What the hub does beside the calls: erase what is past its time, and not start when it cannot."""

import asyncio

import pytest
from sqlalchemy import insert, select, text, update

from hub import app
from hub.errors import UnavailableError
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import RunningHub, config_for, running_hub


async def test_what_is_past_its_time_is_erased_while_nobody_signs_in(hub: RunningHub) -> None:
    database: Database = hub.hub.database
    sign_in = {"agent_id": "a-caf-1", "csrf_token": "c", "created_at": 1.0, "last_seen_at": 1.0, "expires_at": 2.0}
    old_event = {"at": 1.0, "name": "call_placed", "partner_id": "caf"}
    await database.write(lambda c: c.execute(insert(t.agent_session).values(token_hash="old", **sign_in)))
    await database.write(lambda c: c.execute(insert(t.event).values(old_event)))
    await app._purge(hub.hub)
    tokens = await database.read(lambda c: set(c.execute(select(t.agent_session.c.token_hash)).scalars()))
    assert len(tokens) == len(hub.network.cookies), "sign-ins that live are kept"
    assert "old" not in tokens
    assert await database.read(lambda c: c.execute(select(t.event.c.id).where(t.event.c.at == 1.0)).all()) == []


async def test_the_hub_purges_as_soon_as_it_starts(
    small_network: SmallNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(small_network.url)
    database.write_now(lambda c: c.execute(update(t.agent_session).values(expires_at=1.0)))
    database.close()
    caplog.set_level("INFO", "hub")
    async with running_hub(small_network) as hub, asyncio.timeout(8):
        while "PURGED" not in caplog.text:
            await asyncio.sleep(0.01)
        query = select(t.agent_session.c.token_hash)
        assert await hub.hub.database.read(lambda c: c.execute(query).all()) == []


async def test_a_hub_that_cannot_start_lets_go_of_everything(small_network: SmallNetwork) -> None:
    database = Database(small_network.url)
    database.write_now(lambda c: c.execute(text("DROP TABLE declined_offer")))
    database.close()
    built = app.build_app(config_for(small_network))
    with pytest.raises(UnavailableError):
        async with built.router.lifespan_context(built):
            raise AssertionError("it serves")
    with pytest.raises(RuntimeError, match="shutdown"):
        await built.state.hub.database.read(lambda c: c.execute(select(t.partner.c.id)).all())
