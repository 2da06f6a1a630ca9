"""What the hub's tests share: a database with the schema, a small network, and a real hub on it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.store.database import Database
from hub.store.migrations import upgrade
from tests.fakes.hub_network import SmallNetwork, write_small_network
from tests.fakes.postgres import PostgresServer
from tests.fakes.running_hub import RunningHub, running_hub


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite file with the newest schema and nothing in it."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    database.write_now(upgrade)
    yield database
    database.close()


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmallNetwork]:
    """Written once: the migrations and the keys take longer than most tests."""
    file = tmp_path_factory.mktemp("template") / "hub.db"
    return file, write_small_network(file)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def _template_on_postgres(postgres: PostgresServer) -> SmallNetwork:
    return write_small_network(postgres.new_database())


@pytest.fixture
def network_on_postgres(postgres: PostgresServer, _template_on_postgres: SmallNetwork) -> SmallNetwork:
    """A small network in a PostgreSQL database of the test's own."""
    return replace(_template_on_postgres, url=postgres.new_database(_template_on_postgres.url))


@pytest.fixture
def small_network(tmp_path: Path, _template: tuple[Path, SmallNetwork]) -> SmallNetwork:
    """A small network in a database of the test's own."""
    file, network = _template
    shutil.copy(file, tmp_path / "hub.db")
    return replace(network, url=f"sqlite:///{tmp_path / 'hub.db'}")


@pytest.fixture
async def hub(small_network: SmallNetwork) -> AsyncIterator[RunningHub]:
    """A real hub with the small network."""
    async with running_hub(small_network) as running:
        yield running
