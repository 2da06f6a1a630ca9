"""What every test has: free ports, and no task, child process or thread left behind unseen; which share a worker."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

_GROUPS = {
    # Two browsers at once starve each other on two cores.
    "tests/web/": "browser",
    # Loading the screens takes longer than any of their tests.
    "tests/qml/": "screens",
    "tests/kiosk/ui/": "screens",
    "tests/chaos/test_chaos.py": "chaos",
}
"""How names of tests begin that run one after the other, whatever runs beside."""

# Speed is not asserted: an example may be slow because the machine is busy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


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


class _Distribution(LoadScopeScheduling):
    """Each test to the worker that has nothing to do, in the order of the files; those of a group to one worker.

    The groups are begun first, the largest before the others: no worker is alone with them at the end. (The groups that
    xdist itself makes of marks are lost on pytest 9, which no longer reads the name that they are written into.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((group for begins, group in _GROUPS.items() if nodeid.startswith(begins)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Distribution:
    return _Distribution(config, log)
