"""The store's tests run on both databases: the same code, the same answers."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.store.database import Database
from hub.store.migrations import upgrade
from tests.fakes.hub_network import SmallNetwork

BOTH = ("sqlite", "postgresql")


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    found: str = request.param
    return found


@pytest.fixture
def empty_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database with nothing in it."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres").new_database()
    return url


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    """A database with the newest schema and nothing in it."""
    database = Database(empty_url)
    database.write_now(upgrade)
    yield database
    database.close()


@pytest.fixture
def small_network(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> SmallNetwork:
    """A small network in a database of the test's own."""
    if kind == "postgresql":
        found: SmallNetwork = request.getfixturevalue("network_on_postgres")
        return found
    file, network = request.getfixturevalue("_template")
    shutil.copy(file, tmp_path / "hub.db")
    return replace(network, url=f"sqlite:///{tmp_path / 'hub.db'}")


@pytest.fixture
def store(small_network: SmallNetwork) -> Iterator[Database]:
    """The database of a small network."""
    database = Database(small_network.url)
    yield database
    database.close()
