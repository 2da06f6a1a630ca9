"""The schema's history leads to the schema."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from hub.store import migrations
from hub.store.database import Database
from hub.store.tables import METADATA


def test_the_migrations_lead_to_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    assert database.read_now(differences) == []


_POSTGRESQL_OBJECTS = """
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'f')
"""


def _objects(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            rows = connection.execute(text(_POSTGRESQL_OBJECTS))
            return {name: sql for name, sql in rows if name != "alembic_version_pkc"}
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {
            name: " ".join(sorted(sql.replace(",", " ").replace('"', "").replace("(false)", "false").split()))
            for name, sql in rows
        }


def test_indexes_and_checks_are_the_same_too(database: Database, kind: str, request: pytest.FixtureRequest) -> None:
    # compare_metadata does not see the conditions of partial indexes, nor CHECK constraints on SQLite.
    direct = create_engine("sqlite://" if kind == "sqlite" else request.getfixturevalue("postgres").new_database())
    METADATA.create_all(direct)
    migrated = _objects(database.engine)
    migrated.pop("alembic_version", None)
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
