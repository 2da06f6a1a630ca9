"""PostgreSQL's LISTEN and NOTIFY: hubs wake each other, and hand each other what a party says to the other one.

Nothing decided depends on it. A ring that is lost is made up for by looking every second (`hub.server.cluster`); a
letter that is lost is a candidate or a description that is lost, and the parties ask for a new peer connection as they
do on a bad link. Letters are in no table: the server forgets them once they are delivered.
"""

import asyncio
import base64
import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

from hub.store.database import CONNECT_TIMEOUT_S, Database
from hub.store.outbox import CHANNEL

RETRY_S = 1.0
PIECE = 6000
"""Characters of one notification; PostgreSQL takes just under 8000 bytes."""
MAX_POSTED = 1000
"""Letters that wait for a slow server; then the newest are dropped."""
MAX_UNFINISHED = 100


class Bell:
    """One per hub. On SQLite it is silent: two hubs on one file follow each other by looking, and relay nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._posted: deque[tuple[str, str]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def listen(self, node_id: str, ring: Callable[[], None], deliver: Callable[[str], None]) -> None:
        """Call `ring` when another hub has decided something, `deliver` with each letter to this one; for ever.

        Returns at once on SQLite.
        """
        if not self._database.is_shared:
            return
        psycopg = _driver()
        while True:
            try:
                async with await self._link(psycopg) as link:
                    await link.execute(f"LISTEN {CHANNEL}")
                    await link.execute(f'LISTEN "{_box(node_id)}"')
                    ring()  # something may have been decided meanwhile
                    letters: dict[str, list[str]] = {}
                    async for notification in link.notifies():
                        if notification.channel == CHANNEL:
                            ring()
                        else:
                            letter = _put_together(letters, notification.payload)
                            if letter is not None:
                                deliver(letter)
            except psycopg.Error:
                await asyncio.sleep(RETRY_S)

    def post(self, node_id: str, letter: str) -> None:
        """Send a letter to another hub; returns at once, and promises nothing."""
        if not self._database.is_shared or len(self._posted) >= MAX_POSTED:
            return
        self._posted.append((node_id, letter))
        if self._work is None:
            self._work = asyncio.create_task(self._deliver_all())

    async def close(self) -> None:
        """Forget what was not sent."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _deliver_all(self) -> None:
        psycopg = _driver()
        try:
            async with await self._link(psycopg) as link:
                # Nothing is stored: there is nothing to wait for the disk for.
                await link.execute("SET synchronous_commit = off")
                while self._posted:
                    node_id, letter = self._posted.popleft()
                    for payload in _pieces(letter):
                        await link.execute("SELECT pg_notify(%s, %s)", (_box(node_id), payload))
                    if not self._posted:
                        # Candidates come one after the other: the link is kept for the next one.
                        await asyncio.sleep(RETRY_S)
        except psycopg.Error:
            self._posted.clear()
        finally:
            self._work = None

    async def _link(self, psycopg: Any) -> Any:
        _, where = self._database.engine.dialect.create_connect_args(self._database.engine.url)
        return await psycopg.AsyncConnection.connect(**where, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)


def _driver() -> Any:
    import psycopg  # an installation on SQLite needs no driver

    return psycopg


def _box(node_id: str) -> str:
    return f"{CHANNEL}_{node_id}"


def _pieces(letter: str) -> list[str]:
    text = base64.b64encode(letter.encode()).decode("ascii")
    parts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)] or [""]
    name = secrets.token_hex(6)
    return [json.dumps([name, number, len(parts), part]) for number, part in enumerate(parts)]


def _put_together(letters: dict[str, list[str]], payload: str) -> str | None:
    """The letter, once its last piece is there. Pieces of one sender come in order, or not at all."""
    name, number, total, part = json.loads(payload)
    if number == 0:
        letters[name] = []
    parts = letters.get(name)
    if parts is None or len(parts) != number:
        letters.pop(name, None)
        return None
    parts.append(part)
    if number + 1 < total:
        while len(letters) > MAX_UNFINISHED:
            letters.pop(next(iter(letters)))
        return None
    del letters[name]
    return base64.b64decode("".join(parts)).decode()
