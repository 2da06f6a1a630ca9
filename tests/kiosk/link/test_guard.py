"""A dead link is noticed early in a call, a lost address at once, an idle kiosk is left alone."""

import asyncio
from collections.abc import Awaitable, Iterable

import pytest

from kiosk.link import guard
from kiosk.link.guard import Guard, until_new_address

OURS = "192.0.2.10"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_EVERY_S", "PING_EVERY_S", "SILENT_S"):
        monkeypatch.setattr(guard, name, getattr(guard, name) / 100)


class Socket:
    """Answers a number of pings, then falls silent."""

    def __init__(self, answers: int = 10**9, address: str = OURS) -> None:
        self.local_address = (address, 50_000)
        self.pings = 0
        self._answers = answers

    async def ping(self) -> Awaitable[float]:
        self.pings += 1
        pong: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        if self.pings <= self._answers:
            pong.set_result(0.01)
        return pong


class Addresses:
    """Of this machine, as asked one time after the other; the last ones stay."""

    def __init__(self, *seen: Iterable[str]) -> None:
        self._seen = [frozenset(each) for each in seen]

    def __call__(self) -> frozenset[str]:
        return self._seen.pop(0) if len(self._seen) > 1 else self._seen[0]


async def test_a_ping_without_an_answer_ends_the_watch() -> None:
    socket = Socket(answers=3)
    async with asyncio.timeout(5):
        await Guard(socket, lambda: True, Addresses([OURS])).run()
    assert socket.pings == 4


async def test_an_idle_kiosk_asks_nothing() -> None:
    socket = Socket()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await Guard(socket, lambda: False, Addresses([OURS])).run()
    assert socket.pings == 0


async def test_an_address_that_goes_ends_the_watch_even_without_a_call() -> None:
    async with asyncio.timeout(5):
        await Guard(Socket(), lambda: False, Addresses([OURS], [OURS, "192.0.2.11"], ["192.0.2.11"])).run()


async def test_an_address_that_goes_is_not_waited_for_until_the_ping_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "SILENT_S", 3600.0)
    socket = Socket(answers=0)
    async with asyncio.timeout(5):
        await Guard(socket, lambda: True, lambda: frozenset() if socket.pings else frozenset([OURS])).run()


async def test_an_address_in_nobodys_list_is_not_missed() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await Guard(Socket(address="127.0.0.1"), lambda: False, Addresses([OURS], [])).run()


async def test_a_new_address_is_seen_and_the_same_one_again_too() -> None:
    async with asyncio.timeout(5):
        await until_new_address(frozenset([OURS]), Addresses([OURS], [], [], [OURS]))
        await until_new_address(frozenset([OURS]), Addresses([OURS], [OURS, "fd00::7"]))


async def test_a_network_that_only_loses_is_not_new() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await until_new_address(frozenset([OURS, "fd00::7"]), Addresses([OURS], []))
