"""A lane runs what it is given one after the other, whatever fails on the way."""

import asyncio
import logging

import pytest

from kiosk.lane import Lane


async def test_in_the_order_asked_for_and_one_at_a_time() -> None:
    lane, done = Lane("test"), []
    gate = asyncio.Event()

    async def first() -> None:
        await gate.wait()
        done.append(1)

    async def second() -> None:
        done.append(2)

    lane.add(first)
    lane.add(second)
    await asyncio.sleep(0)
    assert done == []
    gate.set()
    await lane.drained()
    assert done == [1, 2]
    await lane.stop()


async def test_a_failure_is_logged_by_kind_and_the_next_work_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    lane, done = Lane("test"), []

    async def fails() -> None:
        raise ValueError("Mme Martin")

    async def works() -> None:
        done.append(1)

    lane.add(fails)
    lane.add(works)
    with caplog.at_level(logging.ERROR):
        await lane.drained()
    assert done == [1]
    assert "ValueError" in caplog.text
    assert "Martin" not in caplog.text
    await lane.stop()


async def test_stopping_gives_up_what_waits() -> None:
    lane, done = Lane("test"), []
    never = asyncio.Event()

    async def hangs() -> None:
        await never.wait()

    async def later() -> None:
        done.append(1)

    lane.add(hangs)
    lane.add(later)
    await asyncio.sleep(0)
    await lane.stop()
    assert done == []
