"""PostgreSQL's wake-up call: hubs that wait for news of others hear at once that there is some.

Nothing depends on it: a ring that is lost is made up for by looking every second (`hub.server.cluster`).
"""

import asyncio
from collections.abc import Callable

from hub.store.database import CONNECT_TIMEOUT_S, Database
from hub.store.outbox import CHANNEL

RETRY_S = 1.0


async def listen(database: Database, ring: Callable[[], None]) -> None:
    """Call `ring` when another hub has decided something, until cancelled. Returns at once on SQLite."""
    if not database.is_shared:
        return
    import psycopg  # an installation on SQLite needs no driver

    _, where = database.engine.dialect.create_connect_args(database.engine.url)
    while True:
        try:
            link = await psycopg.AsyncConnection.connect(**where, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
            async with link:
                await link.execute(f"LISTEN {CHANNEL}")
                ring()  # something may have been decided meanwhile
                async for _ in link.notifies():
                    ring()
        except psycopg.Error:
            await asyncio.sleep(RETRY_S)
