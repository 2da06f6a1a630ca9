"""The hub of these tests, one per worker; a browser and a kiosk per test."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage, chromium, seat
from tests.web.world import Place, World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = World(tmp_path_factory.mktemp("station-page"), port)
    world.hub.start()
    yield world
    world.hub.end()


@pytest.fixture
def place(world: World) -> Place:
    return world.place()


@pytest_asyncio.fixture
async def agent(world: World) -> AsyncIterator[AgentPage]:
    """A signed-out page; at the end of the test its console must be clean."""
    async with chromium() as browser:
        agent = await seat(browser, world.url)
        yield agent
        agent.check()


@pytest_asyncio.fixture
async def kiosk(world: World, place: Place) -> AsyncIterator[AiortcKiosk]:
    """A kiosk of the test's own, already welcomed by the hub."""
    kiosk = AiortcKiosk(world.websocket_url, place.kiosk_id, place.kiosk_key)
    await kiosk.join()
    yield kiosk
    await kiosk.leave()
