"""The schema's history leads to the schema."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, text

from hub.store import migrations
from hub.store.database import Database
from hub.store.tables import METADATA


def test_the_migrations_lead_to_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    assert database.read_now(differences) == []


def _objects(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {name: " ".join(sorted(sql.replace(",", " ").split())) for name, sql in rows}


def test_indexes_and_checks_are_the_same_too(database: Database) -> None:
    # compare_metadata does not see the conditions of partial indexes, nor CHECK constraints on SQLite.
    direct = create_engine("sqlite://")
    METADATA.create_all(direct)
    migrated = _objects(database.engine)
    migrated.pop("alembic_version")
    assert migrated == _objects(direct)
    direct.dispose()


def test_a_second_upgrade_does_nothing(database: Database) -> None:
    before = _objects(database.engine)
    database.write_now(migrations.upgrade)
    assert _objects(database.engine) == before
    assert database.read_now(migrations.version) == migrations.newest()


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    database.write_now(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(CommandError):
        database.write_now(migrations.upgrade)


def test_an_upgrade_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'half.db'}")
    # A table of ours that is already there, in a wrong shape, makes the upgrade fail half-way.
    database.write_now(lambda c: c.execute(text("CREATE TABLE motif (id INTEGER)")))
    with pytest.raises(Exception, match="motif"):
        database.write_now(migrations.upgrade)
    assert inspect(database.engine).get_table_names() == ["motif"]
    database.close()


REVIEWED = {
    "agent": "id partner_id email display_name password_hash is_enabled",
    "agent_session": "token_hash agent_id csrf_token created_at last_seen_at expires_at",
    "audit": "id at actor action object result",
    "call": "id request_id kiosk_id partner_id motif_id accompanied language priority state station_id agent_id offer_no"
    " offer_expires_at peer_no kiosk_lost_at kiosk_media station_media media_at queued_at accepted_at connected_at"
    " ended_at wrap_up_expires_at closed_at outcome cause resolution",
    "declined_offer": "call_id station_id at how",
    "enrolment_code": "code_hash kiosk_id created_at expires_at used_at",
    "event": "id at call_id station_id kiosk_id partner_id name detail",
    "kiosk": "id site_id name is_enabled public_key enrolled_at",
    "motif": "partner_id id label papers position",
    "opening": "id partner_id weekday opens closes",
    "partner": "id name full_name tagline position is_enabled offer_timeout_s wrap_up_s missed_offers_limit",
    "site": "id name",
    "station": "id partner_id name is_enabled state away_reason next_state next_away_reason agent_id since idle_since"
    " missed_offers epoch lost_at",
}
"""Every column, after asking of each: can it hold who an usager is, or what was said? Add one only with the answer."""


def test_no_column_can_hold_who_an_usager_is() -> None:
    def columns(metadata: MetaData) -> dict[str, set[str]]:
        return {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}

    assert columns(METADATA) == {name: set(words.split()) for name, words in REVIEWED.items()}
