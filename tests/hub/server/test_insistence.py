"""Facts that have to be written: each once, in order, with one task, however long the database is away."""

import asyncio

import pytest

from hub.core.board import Rejected
from hub.core.requests import Look, Request
from hub.errors import UnavailableError
from hub.protocol import ErrorCode
from hub.server import insistence
from hub.server.insistence import AT_ONCE, Insistence


class Desk:
    """Takes what is submitted, or fails as told."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.tries = 0
        self.failure: Exception | None = None
        self.turned = asyncio.Event()

    async def submit(self, request: Request) -> object:
        assert isinstance(request, Look)
        self.tries += 1
        failure = self.failure
        self.turned.set()
        await asyncio.sleep(0)
        if failure is not None:
            raise failure
        self.written.append(request.partner_id)
        return None


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insistence, "RETRY_S", 0.01)


async def done(facts: Insistence) -> None:
    async with asyncio.timeout(5):
        while facts._task is not None:
            await asyncio.sleep(0.001)


async def test_facts_are_written_in_order_and_leave_no_task() -> None:
    desk = Desk()
    facts = Insistence(desk.submit)
    for number in range(AT_ONCE * 2 + 3):
        facts.add(Look(str(number)))
    await done(facts)
    assert desk.written == [str(number) for number in range(AT_ONCE * 2 + 3)]


async def test_a_database_that_is_away_finds_one_task_and_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insistence, "RETRY_S", 0.5)
    desk = Desk()
    desk.failure = UnavailableError()
    facts = Insistence(desk.submit)
    before = len(asyncio.all_tasks())
    for number in range(1000):
        facts.add(Look(str(number)))
        facts.add(Look(str(number)))
    assert len(asyncio.all_tasks()) == before + 1
    async with asyncio.timeout(5):
        while desk.tries < AT_ONCE or len(facts) < 1000:
            await asyncio.sleep(0)
    assert desk.tries == AT_ONCE
    assert len(facts) == 1000, "each once, none lost"
    desk.failure = None
    await done(facts)
    assert desk.written == [str(number) for number in range(1000)]


async def test_what_is_no_fact_any_more_is_dropped() -> None:
    desk = Desk()
    desk.failure = UnavailableError()
    is_lost = True
    facts = Insistence(desk.submit)
    facts.add(Look("kiosk"), lambda: is_lost)
    await desk.turned.wait()
    is_lost, desk.failure = False, None
    await done(facts)
    assert desk.written == []


@pytest.mark.parametrize("failure", [Rejected(ErrorCode.NOT_FOUND, "gone"), RuntimeError("a defect")])
async def test_what_cannot_be_done_does_not_stop_the_rest(failure: Exception) -> None:
    desk = Desk()
    desk.failure = failure
    facts = Insistence(desk.submit)
    facts.add(Look("first"))
    await desk.turned.wait()
    desk.failure = None
    facts.add(Look("second"))
    await done(facts)
    assert desk.written == ["second"]


async def test_a_stop_ends_it() -> None:
    desk = Desk()
    desk.failure = UnavailableError()
    facts = Insistence(desk.submit)
    facts.add(Look("kiosk"))
    await desk.turned.wait()
    await facts.stop()
    assert facts._task is None
