"""Hubs wake each other and hand letters over; what is lost is lost whole, and the bell comes back after a stop."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.store import bell, outbox
from hub.store.bell import Bell
from hub.store.database import Database
from tests.fakes.postgres import PostgresServer

WITHIN_S = 15.0


class Hearing:
    """What one hub heard."""

    def __init__(self) -> None:
        self.rings = 0
        self.letters: list[str] = []
        self._news = asyncio.Event()

    def ring(self) -> None:
        self.rings += 1
        self._news.set()

    def deliver(self, letter: str) -> None:
        self.letters.append(letter)
        self._news.set()

    async def until(self, *, rings: int = 0, letters: int = 0) -> None:
        async with asyncio.timeout(WITHIN_S):
            while self.rings < rings or len(self.letters) < letters:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def served(postgres: PostgresServer) -> Iterator[Database]:
    """A database of a server."""
    database = Database(postgres.new_database())
    yield database
    database.close()


@pytest.fixture
async def hearing(served: Database) -> AsyncIterator[Hearing]:
    """A hub named `there` that listens."""
    heard = Hearing()
    listening = asyncio.create_task(Bell(served).listen("there", heard.ring, heard.deliver))
    await heard.until(rings=1)
    yield heard
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_commit_rings(served: Database, hearing: Hearing) -> None:
    before = hearing.rings
    served.write_now(lambda c: outbox.ring(c, ["caf", "msa"]))
    await hearing.until(rings=before + 1)
    assert hearing.letters == []


async def test_letters_arrive_whole_and_in_order(served: Database, hearing: Hearing) -> None:
    here = Bell(served)
    sent = ["court", "é" * 30_000, "", "dernier"]
    for letter in sent:
        here.post("there", letter)
        here.post("elsewhere", "for somebody else")
    await hearing.until(letters=len(sent))
    assert hearing.letters == sent
    await here.close()


async def test_on_sqlite_it_is_silent(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'alone.db'}")
    here, heard = Bell(database), Hearing()
    await here.listen("n", heard.ring, heard.deliver)
    here.post("n", "letter")
    await here.close()
    database.close()
    assert (heard.rings, heard.letters) == (0, [])


def test_a_letter_that_lost_a_piece_is_not_delivered() -> None:
    letters: dict[str, list[str]] = {}
    first, second, third = bell._pieces("x" * (2 * bell.PIECE))
    assert bell._put_together(letters, first) is None
    assert bell._put_together(letters, third) is None
    assert bell._put_together(letters, second) is None
    assert letters == {}
    whole = [bell._put_together(letters, piece) for piece in (first, second, third)]
    assert whole == [None, None, "x" * (2 * bell.PIECE)]


async def test_it_listens_again_after_the_server_was_stopped() -> None:
    server = PostgresServer()
    try:
        await asyncio.to_thread(server.start)
        database = Database(server.new_database())
        heard = Hearing()
        listening = asyncio.create_task(Bell(database).listen("n", heard.ring, heard.deliver))
        await heard.until(rings=1)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        await heard.until(rings=2)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        database.close()
    finally:
        server.close()
