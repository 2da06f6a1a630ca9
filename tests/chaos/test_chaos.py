"""The promise, kept under fire: fifty kills of the hub under load, and no call is lost, doubled or strange."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.__main__ import keep, summary
from tests.chaos.run import Report, run, two_hubs

# These wait more than they compute: other tests run beside them, and only add to what the hub must bear.
KILLS = 50
KILLS_OF_TWO = 10


@pytest.mark.timeout(600)
async def test_fifty_kills_lose_double_and_invent_nothing(tmp_path: Path, free_port: Callable[[], int]) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    report = await run(KILLS, seed, tmp_path, [free_port()])
    print(f"seed {seed}, {report.seconds:.0f} s\n{summary([report])}")
    _judge(report)
    # Enough happened for the verdict to mean something.
    assert report.deeds.kills >= KILLS
    assert report.verdict.counts["acknowledged"] >= KILLS
    assert report.verdict.counts["answers"] >= 10


@pytest.mark.timeout(600)
async def test_two_hubs_on_postgresql_killed_in_turn(tmp_path: Path, free_port: Callable[[], int]) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    with two_hubs() as setting:
        report = await run(KILLS_OF_TWO, seed, tmp_path, [free_port(), free_port()], setting=setting)
    print(f"seed {seed}, {report.seconds:.0f} s\n{summary([report])}")
    _judge(report)
    assert report.deeds.kills >= KILLS_OF_TWO
    assert report.verdict.counts["answers"] >= 5


def _judge(report: Report) -> None:
    if not report.verdict.is_clean or report.crashes:
        pytest.fail(f"seed {report.seed}, kept in {keep(report)}:\n" + "\n".join(report.verdict.faults()[:20]))
