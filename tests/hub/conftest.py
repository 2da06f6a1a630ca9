"""What the hub's tests share: a database with the schema, a small network, and a real hub on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.store.database import Database
from hub.store.migrations import upgrade
from tests.fakes.hub_network import SmallNetwork, write_small_network
from tests.fakes.running_hub import RunningHub, running_hub


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite file with the newest schema and nothing in it."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    database.write_now(upgrade)
    yield database
    database.close()


@pytest.fixture
def small_network(tmp_path: Path) -> SmallNetwork:
    return write_small_network(tmp_path / "hub.db")


@pytest.fixture
async def hub(small_network: SmallNetwork) -> AsyncIterator[RunningHub]:
    """A real hub with the small network."""
    async with running_hub(small_network) as running:
        yield running
