"""What every test has: free ports, and no task, child process or thread left behind unseen."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that gives a TCP port of the loopback that nobody listens on, another one at each call."""
    given: set[int] = set()

    def choose() -> int:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            if port not in given:
                given.add(port)
                return port

    return choose


@pytest_asyncio.fixture(autouse=True)
async def no_task_is_left(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail an asynchronous test that ends with tasks still running: they would die unseen with the loop."""
    before = asyncio.all_tasks()
    yield
    # What was cancelled or closed by the test's own fixtures may need a few turns of the loop to be gone.
    for _ in range(10):
        left = {task for task in asyncio.all_tasks() - before if not task.done()} - {asyncio.current_task()}
        if not left:
            return
        await asyncio.sleep(0)
    names = sorted(getattr(task.get_coro(), "__qualname__", repr(task)) for task in left)
    pytest.fail(f"{request.node.name} left tasks running: {', '.join(names)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that start a browser on one worker: two browsers at once starve each other on two cores."""
    for item in items:
        if "tests/web/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("browser"))
