"""The network as the engine and the agents read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from hub.core.network import AgentIdentity, KioskIdentity, Motif, Network, OpeningHours, Station
from hub.store import tables as t
from hub.store.database import Database
from hub.store.directory import load_network, minutes, workplace
from tests.hub.access_world import open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    yield database
    database.close()


def test_an_empty_database_is_an_empty_network(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    t.METADATA.create_all(database.engine)
    assert database.read_now(load_network) == Network()
    database.close()


def test_everything_is_read_in_display_order(database: Database) -> None:
    network = database.read_now(load_network)
    assert list(network.partners) == ["caf", "msa"]
    caf, msa = network.partners.values()
    assert (caf.name, caf.full_name, caf.tagline) == ("CAF", "Caisse d’allocations familiales", "")
    assert (caf.offer_timeout_s, caf.wrap_up_s, caf.missed_offers_limit) == (25.0, 120.0, 2)
    assert caf.motifs == (Motif("rsa", "RSA", ("Une pièce d’identité", "Un RIB")), Motif("autre", "Autre question", ()))
    assert caf.hours == ()
    assert msa.hours == (OpeningHours(0, 540, 720), OpeningHours(0, 810, 990), OpeningHours(6, 0, 1440))
    assert network.stations["caf-2"] == Station("caf-2", "caf", "CAF 2", True)
    assert network.kiosks["hambye-1"] == KioskIdentity(
        "hambye-1", "Borne de la mairie", "hambye", "Mairie de Hambye", True
    )


def test_what_is_disabled_is_there_and_says_so(database: Database) -> None:
    for table in (t.partner, t.station, t.kiosk):
        database.write_now(lambda c, table=table: c.execute(update(table).values(is_enabled=False)))
    network = database.read_now(load_network)
    everything = [*network.partners.values(), *network.stations.values(), *network.kiosks.values()]
    assert len(everything) == 7
    assert not any(each.is_enabled for each in everything)


def test_an_agent_sees_the_stations_of_the_partner_alone(database: Database) -> None:
    seen = database.read_now(lambda c: workplace(c, AgentIdentity("agent-x", "caf", "X")))
    assert (seen.partner_id, seen.partner_name) == ("caf", "CAF")
    assert [place.station_id for place in seen.places] == ["caf-1", "caf-2"]


@pytest.mark.parametrize(("clock", "expected"), [("00:00", 0), ("09:30", 570), ("24:00", 1440)])
def test_a_clock_is_minutes_after_midnight(clock: str, expected: int) -> None:
    assert minutes(clock) == expected
