from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.access_world import World, close_world, open_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = open_world(tmp_path)
    yield world
    close_world(world)
