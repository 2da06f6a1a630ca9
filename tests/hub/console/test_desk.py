"""What every command shares: settings, database, and how a failure is said to a technician."""

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hub.config import DatabaseOptions, HubConfig
from hub.console.desk import CommandFailed, database_of, explain, read_config, reason, sqlite_file
from hub.options import OptionsError
from hub.store import database as database_module
from hub.store.database import Database
from tests.hub.access_world import open_database


def config(url: str) -> HubConfig:
    return HubConfig(database=DatabaseOptions(url=url))


def failure(database: Database, statement: str) -> str:
    """What a technician reads when this statement fails for real."""
    try:
        database.write_now(lambda c: c.execute(text(statement)))
    except SQLAlchemyError as error:
        return explain(error)
    finally:
        database.close()
    raise AssertionError("it did not fail")


def test_what_the_system_said_is_french_when_it_is_usual() -> None:
    assert reason(OSError(errno.ENOENT, "No such file")) == "il n’existe pas"
    assert reason(OSError(errno.EACCES, "Permission denied")) == "ce compte n’en a pas le droit"
    assert reason(OSError(errno.ELOOP, "Too many levels")) == "Too many levels"
    assert reason(TimeoutError()) == "TimeoutError"


def test_settings_that_are_absent_say_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"visio-hub init --config .*hub\.toml"):
        read_config(tmp_path / "hub.toml")
    with pytest.raises(OptionsError):
        read_config(tmp_path)
    (tmp_path / "hub.toml").write_text('log_level = "debug"\n[database]\nurl = "sqlite:///x.db"\n')
    assert read_config(tmp_path / "hub.toml").log_level == "debug"


def test_only_a_database_in_a_file_has_a_file() -> None:
    assert sqlite_file(config("sqlite:////var/lib/hub.db")) == Path("/var/lib/hub.db")
    assert sqlite_file(config("sqlite:///hub.db")) == Path("hub.db")
    assert sqlite_file(config("sqlite://")) is None
    assert sqlite_file(config("sqlite:///:memory:")) is None
    assert sqlite_file(config("postgresql://hub@db.test/hub")) is None
    with pytest.raises(CommandFailed, match="sqlite:////var/lib"):
        sqlite_file(config("/var/lib/hub.db"))


def test_a_database_that_was_set_up_is_lent_and_closed(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    with database_of(config(url), tmp_path / "hub.toml") as database:
        assert database.read_now(lambda c: c.execute(text("SELECT count(*) FROM kiosk")).scalar()) == 2


@pytest.mark.parametrize("state", ["n’existe pas", "est vide"])
def test_an_absent_or_empty_database_says_what_to_type_and_is_not_made(tmp_path: Path, state: str) -> None:
    file = tmp_path / "hub.db"
    if state == "est vide":
        file.touch()
    with (
        pytest.raises(CommandFailed, match=f"{state}.*visio-hub init --config hub.toml"),
        database_of(config(f"sqlite:///{file}"), Path("hub.toml")),
    ):
        raise AssertionError("nothing is lent")
    assert file.exists() == (state == "est vide")


def test_a_failure_within_a_command_is_said_without_its_values(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    insert = text("INSERT INTO kiosk (id, site_id, name) VALUES (:id, 'none', 'canary')")
    with (
        pytest.raises(CommandFailed, match="a refusé") as failed,
        database_of(config(f"sqlite:///{tmp_path / 'hub.db'}"), Path("hub.toml")) as database,
    ):
        database.write_now(lambda c: c.execute(insert, {"id": "canary"}))
    assert "canary" not in str(failed.value)
    assert failed.value.__suppress_context__


def test_a_refusal_of_our_own_passes_as_it_is(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with (
        pytest.raises(CommandFailed, match="our own"),
        database_of(config(f"sqlite:///{tmp_path / 'hub.db'}"), Path("hub.toml")),
    ):
        raise CommandFailed("our own")


def test_every_usual_failure_of_a_database_has_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path).close()
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(tmp_path / "hub.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = failure(Database(f"sqlite:///{tmp_path / 'hub.db'}"), "DELETE FROM kiosk")
    other.close()
    assert "occupée par un autre programme" in locked
    closed = Database(f"sqlite:///{tmp_path / 'nowhere' / 'hub.db'}")
    assert "ne peut pas être écrite" in failure(closed, "DELETE FROM kiosk")
    (tmp_path / "text.db").write_bytes(b"this is not a database" * 100)
    assert "pas une base de données lisible" in failure(
        Database(f"sqlite:///{tmp_path / 'text.db'}"), "SELECT 1 FROM x"
    )
    full = Database(f"sqlite:///{tmp_path / 'full.db'}")
    full.write_now(lambda c: c.execute(text("CREATE TABLE x (y)")))
    grow = "INSERT INTO x SELECT zeroblob(1000000)"
    full.write_now(lambda c: c.execute(text("PRAGMA max_page_count = 10")))
    assert "disque est plein" in failure(full, grow)
