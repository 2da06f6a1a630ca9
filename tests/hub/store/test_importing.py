"""The database becomes what the file says, and keeps what calls refer to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from hub.core.network import Motif, OpeningHours, Policy
from hub.network_file import AgentRow, KioskRow, NetworkFile, PartnerRow, SiteRow, StationRow, read_network
from hub.store import tables as t
from hub.store.database import Database
from hub.store.directory import load_network
from hub.store.importing import Change, ChangeKind, apply_network
from tests.hub.access_world import EMAIL, NETWORK, open_database
from tests.hub.test_network_policy import WITH_RULES


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    yield database
    database.close()


def bring(database: Database, text: str) -> list[Change]:
    network, findings = read_network(text)
    assert network is not None, findings
    return database.write_now(lambda c: apply_network(c, network))


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    assert bring(database, NETWORK) == []


def test_changed_columns_are_named(database: Database) -> None:
    text = NETWORK.replace('name = "CAF 1"', 'name = "Accueil"').replace('"Un RIB"', '"Votre RIB"')
    text = text.replace('"00:00-24:00"', '"10:00-12:00"')
    assert bring(database, text) == [
        Change(ChangeKind.CHANGED, "motif", "caf/rsa"),
        Change(ChangeKind.CHANGED, "opening", "msa"),
        Change(ChangeKind.CHANGED, "station", "caf-1", ("name",)),
    ]
    assert database.read_now(load_network).partners["msa"].hours[-1] == OpeningHours(6, 600, 720)


def test_rules_skills_and_pools_are_stored_and_read_back(database: Database) -> None:
    bring(database, WITH_RULES)
    network, _ = read_network(WITH_RULES)
    assert network is not None
    stored = database.read_now(load_network)
    for row in network.partners:
        assert (stored.partners[row.id].policy, stored.partners[row.id].motifs) == (row.policy, row.motifs)
    for station in network.stations:
        found = stored.stations[station.id]
        assert (found.pool_id, found.skills) == (station.pool_id, frozenset(station.skills))
    assert stored.partners["caf"].policy.admissions
    assert bring(database, WITH_RULES) == []
    bring(database, NETWORK)
    assert database.read_now(load_network).partners["caf"].policy == Policy()


def test_an_import_that_changes_something_makes_hubs_read_their_rows_again(database: Database) -> None:
    def revisions() -> list[int]:
        return list(database.read_now(lambda c: c.execute(select(t.partner.c.revision)).scalars()))

    before = revisions()
    bring(database, NETWORK)
    assert revisions() == before
    bring(database, NETWORK.replace('name = "CAF 1"', 'name = "Accueil"'))
    assert revisions() == [revision + 1 for revision in before]


def test_partners_follow_the_order_of_the_file(database: Database) -> None:
    network, _ = read_network(NETWORK)
    assert network is not None
    turned = NetworkFile(network.partners[::-1], network.stations, network.agents, network.sites, network.kiosks)
    database.write_now(lambda c: apply_network(c, turned))
    assert list(database.read_now(load_network).partners) == ["msa", "caf"]


def test_what_a_call_refers_to_is_disabled_and_never_deleted(database: Database) -> None:
    call = {"id": "c", "request_id": "r", "kiosk_id": "hambye-2", "partner_id": "msa", "station_id": "msa-1"}
    database.write_now(lambda c: c.execute(insert(t.call).values(call | {"state": "closed", "queued_at": 1.0})))
    caf_only = NETWORK[: NETWORK.index('[[partner]]\nid = "msa"')]
    caf_only += (
        '[[site]]\nid = "hambye"\nname = "Mairie de Hambye"\n[[kiosk]]\nid = "hambye-1"\nsite = "hambye"\nname = "B"\n'
    )
    changes = bring(database, caf_only)
    disabled = {(change.table, change.key) for change in changes if change.kind is ChangeKind.DISABLED}
    assert {("partner", "msa"), ("station", "msa-1"), ("kiosk", "hambye-2"), ("agent", EMAIL)} <= disabled
    network = database.read_now(load_network)
    assert not network.partners["msa"].is_enabled
    assert not network.stations["msa-1"].is_enabled
    assert bring(database, caf_only) == []
    back = bring(database, NETWORK)
    assert {(change.table, change.key) for change in back if change.kind is ChangeKind.ENABLED} == disabled


def test_an_agent_keeps_identifier_and_password_and_loses_sessions_when_moved(database: Database) -> None:
    def agent() -> tuple[str, str]:
        query = select(t.agent.c.id, t.agent.c.partner_id).where(t.agent.c.email == EMAIL)
        row = database.read_now(lambda c: c.execute(query).one())
        return row.id, row.partner_id

    agent_id, _ = agent()
    session = {"token_hash": "h", "agent_id": agent_id, "csrf_token": "c"}
    session_row = session | {"created_at": 1, "last_seen_at": 1, "expires_at": 9e9}
    database.write_now(lambda c: c.execute(insert(t.agent_session).values(session_row)))
    bring(database, NETWORK.replace(f'email = "{EMAIL}"\npartner = "caf"', f'email = "{EMAIL}"\npartner = "msa"'))
    assert agent() == (agent_id, "msa")
    assert database.read_now(lambda c: c.execute(select(t.agent_session)).all()) == []


def test_an_identifier_says_nothing_of_the_agent(database: Database) -> None:
    ids = database.read_now(lambda c: c.execute(select(t.agent.c.id)).scalars().all())
    assert len(set(ids)) == 2
    assert not any("martin" in agent_id or "leroy" in agent_id for agent_id in ids)


def test_a_failure_in_the_middle_leaves_everything_as_it_was(database: Database) -> None:
    network, _ = read_network(NETWORK.replace('name = "CAF 1"', 'name = "Accueil"'))
    assert network is not None
    before = database.read_now(load_network)
    broken = NetworkFile(
        network.partners, network.stations, (), network.sites, (KioskRow("k", "no-such-site", "K", True),)
    )
    with pytest.raises(Exception, match="FOREIGN KEY"):
        database.write_now(lambda c: apply_network(c, broken))
    assert database.read_now(load_network) == before


IDS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["One", "Deux", "Trois"])


@st.composite
def networks(draw: st.DrawFn) -> NetworkFile:
    partner_ids = draw(st.lists(IDS, min_size=1, unique=True))
    site_ids = draw(st.lists(IDS, unique=True))
    hours = st.sampled_from([(), (OpeningHours(0, 540, 720),), (OpeningHours(0, 0, 1440), OpeningHours(6, 60, 61))])

    def partner(partner_id: str) -> PartnerRow:
        motifs = tuple(Motif(each, draw(NAMES), ()) for each in draw(st.lists(IDS, unique=True)))
        return PartnerRow(partner_id, draw(NAMES), "F", "", draw(st.booleans()), 25, 120, 2, motifs, draw(hours))

    def some(prefix: str) -> list[str]:
        return [f"{prefix}{each}" for each in draw(st.lists(IDS, unique=True))]

    partner_of = st.sampled_from(partner_ids)
    return NetworkFile(
        partners=tuple(partner(each) for each in partner_ids),
        stations=tuple(StationRow(each, draw(partner_of), draw(NAMES), draw(st.booleans())) for each in some("s")),
        agents=tuple(AgentRow(f"{e}@x.fr", draw(partner_of), draw(NAMES), draw(st.booleans())) for e in some("a")),
        sites=tuple(SiteRow(each, draw(NAMES)) for each in site_ids),
        kiosks=tuple(
            KioskRow(each, draw(st.sampled_from(site_ids)), draw(NAMES), draw(st.booleans()))
            for each in (some("k") if site_ids else [])
        ),
    )


@given(st.lists(networks(), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_any_imports_the_database_is_what_the_last_file_says(files: list[NetworkFile]) -> None:
    database = Database("sqlite://")
    with database.engine.connect() as connection, connection.begin():
        t.METADATA.create_all(connection)
        for file in files:
            apply_network(connection, file)
            assert apply_network(connection, file) == []
        last = files[-1]
        network = load_network(connection)
        for row in last.partners:
            stored = network.partners[row.id]
            assert (stored.name, stored.is_enabled, stored.motifs) == (row.name, row.is_enabled, row.motifs)
            assert sorted(stored.hours, key=str) == sorted(row.hours, key=str)
        enabled = {each.id for each in network.partners.values() if each.is_enabled}
        assert enabled == {row.id for row in last.partners if row.is_enabled}
        stations = {each.id for each in network.stations.values() if each.is_enabled}
        assert stations == {row.id for row in last.stations if row.is_enabled}
        kiosks = {each.kiosk_id: each.site_id for each in network.kiosks.values() if each.is_enabled}
        assert kiosks == {row.id: row.site_id for row in last.kiosks if row.is_enabled}
    database.close()
