"""Rows of stations: the engine writes their state and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.core.rows import LiveStation
from hub.protocol import AwayReason, StationState
from hub.store import stations
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_network import SmallNetwork


@pytest.fixture
def store(small_network: SmallNetwork) -> Iterator[Database]:
    database = Database(small_network.url)
    yield database
    database.close()


def stations_of(store: Database, partner_id: str = "caf") -> dict[str, LiveStation]:
    return store.read_now(lambda c: stations.stations_of(c, partner_id))


def test_a_new_station_is_offline_and_empty(store: Database) -> None:
    assert stations_of(store) == {name: LiveStation(name, "caf") for name in ("caf-1", "caf-2")}
    assert stations_of(store, "nobody") == {}


@pytest.mark.parametrize("reason", [*AwayReason, None])
def test_words_come_back_as_the_words_they_were(store: Database, reason: AwayReason | None) -> None:
    away = replace(
        stations_of(store)["caf-1"], state=StationState.AWAY, agent_id="a-caf-1", away_reason=reason,
        next_state="away", next_away_reason=reason,
    )  # fmt: skip
    store.write_now(lambda c: stations.update_stations(c, [away]))
    found = stations_of(store)["caf-1"]
    assert found == away
    assert type(found.state) is StationState
    assert {type(found.away_reason), type(found.next_away_reason)} == {type(reason)}


def test_one_station_is_written_and_no_other(store: Database) -> None:
    before = stations_of(store)
    changed = replace(before["caf-1"], state=StationState.AVAILABLE, agent_id="a-caf-1", epoch=3, idle_since=5.0)
    store.write_now(lambda c: stations.update_stations(c, [changed]))
    assert stations_of(store) == before | {"caf-1": changed}


def test_the_name_and_whether_it_is_enabled_are_the_directorys(store: Database) -> None:
    """What an import changed meanwhile is not written over with what the engine had read before."""
    stale = stations_of(store)["caf-1"]
    store.write_now(lambda c: c.execute(t.station.update().where(t.station.c.id == "caf-1").values(is_enabled=False)))
    store.write_now(lambda c: stations.update_stations(c, [replace(stale, state=StationState.AWAY)]))
    query = select(t.station.c.name, t.station.c.is_enabled, t.station.c.state).where(t.station.c.id == "caf-1")
    assert tuple(store.read_now(lambda c: c.execute(query).one())) == ("caf-1", False, "away")


def test_an_agent_who_does_not_exist_cannot_sit_down(store: Database) -> None:
    ghost = replace(stations_of(store)["caf-1"], agent_id="ghost")
    with pytest.raises(IntegrityError):
        store.write_now(lambda c: stations.update_stations(c, [ghost]))
