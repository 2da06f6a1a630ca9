"""The proof is not vacuous: a hub without its checks is stopped by the index, and without the index the checker sees it."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.core import calls, presence, routing
from hub.core.board import Board
from hub.core.rows import CallState, LiveStation
from hub.protocol import CallEnded, Offer, StationState
from hub.store.database import Database
from tests.chaos.checker import check
from tests.chaos.history import History
from tests.chaos.kiosk import ChaosKiosk
from tests.chaos.party import Party
from tests.chaos.run import rows_of
from tests.chaos.station import ChaosStation
from tests.chaos.verdict import Verdict
from tests.fakes.running_hub import config_for, running_hub
from tests.fakes.wide_network import ORIGIN, WideNetwork, write_wide_network

SECONDS = 4.0
KIOSKS = 6


@pytest.fixture
def network(tmp_path: Path) -> WideNetwork:
    return write_wide_network(f"sqlite:///{tmp_path / 'hub.db'}", {"caf": 2}, KIOSKS, wrap_up_s=1)


async def played(network: WideNetwork) -> Verdict:
    """Some seconds of calls at a hub in this process, drained as far as it goes, and judged."""
    history = History()
    async with running_hub(network, config_for(network)) as hub:  # type: ignore[arg-type]
        parties: list[Party] = [
            *(
                ChaosKiosk(name, [hub.url], history, random.Random(f"1 {name}"), key, ["caf"])
                for name, key in network.keys.items()
            ),
            *(
                ChaosStation(name, [hub.url], history, random.Random(f"1 {name}"), cookie, ORIGIN, [])
                for name, cookie in network.cookies.items()
            ),
        ]
        async with _playing(parties):
            await asyncio.sleep(SECONDS)
            for party in parties:
                party.is_leaving = True
            await asyncio.sleep(SECONDS)
    database = Database(network.url)
    rows, events = database.read_now(rows_of)
    database.close()
    return check(history.entries, rows, events, network.partner_of)


@asynccontextmanager
async def _playing(parties: list[Party]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(party.run()) for party in parties]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def any_linked_station(board: Board) -> list[LiveStation]:
    """`routing.available` without its check: whoever is linked may ring, in a call or not."""
    return [station for station in board.stations.values() if station.is_linked]


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No check in code keeps a second call from a station any more: neither routing, nor the tables of moves."""
    monkeypatch.setattr(routing, "available", any_linked_station)
    monkeypatch.setattr(presence, "MOVES", {state: frozenset(StationState) for state in StationState})
    monkeypatch.setattr(calls, "MOVES", {state: frozenset(CallState) for state in CallState})


async def test_the_hub_as_it_is_passes(network: WideNetwork) -> None:
    verdict = await played(network)
    assert verdict.faults() == []
    assert verdict.counts["answers"] > 0


async def test_without_the_checks_the_index_alone_prevents_a_double(network: WideNetwork, unchecked: None) -> None:
    verdict = await played(network)
    assert verdict.doubled == []


async def test_without_the_checks_and_the_index_the_checker_sees_it(network: WideNetwork, unchecked: None) -> None:
    database = Database(network.url)
    database.write_now(lambda connection: connection.execute(text("DROP INDEX one_live_call_per_station")))
    database.close()
    assert (await played(network)).doubled


def test_what_is_heard_is_a_message_of_the_wire() -> None:
    """The checker reads message types by name: they must exist."""
    assert {Offer.model_fields["type"].default, CallEnded.model_fields["type"].default} == {"offer", "call_ended"}
