"""`visio-hub db`, as typed: check, back up, restore, move; what is refused, and what it says."""

import asyncio
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from hub.store import nodes
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.postgres import PostgresServer
from tests.fakes.running_hub import Clients, HubProcess
from tests.hub.console.conftest import Console


def _use(console: Console, url: str) -> None:
    """Write the address into the settings."""
    console.config.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")


def _database(console: Console) -> Database:
    return Database(f"sqlite:///{console.folder / 'visio-hub.db'}")


def _mark(database: Database, name: str) -> None:
    """A row that is recognised later."""
    database.write_now(lambda c: c.execute(insert(t.event).values(at=1.0, name=name)))


def _marks(url: str) -> list[str]:
    database = Database(url)
    try:
        return list(database.read_now(lambda c: c.execute(select(t.event.c.name).order_by(t.event.c.id)).scalars()))
    finally:
        database.close()


def test_check_counts_and_says_that_all_is_well(console: Console) -> None:
    said = console.do("db", "check")
    assert "partenaires" in said
    assert "La base de données est saine." in said


def test_check_says_what_is_wrong(console: Console) -> None:
    database = _database(console)
    database.write_now(lambda c: c.execute(text("DROP INDEX one_live_call_per_station")))
    database.close()
    code, out, err = console.type("db", "check")
    assert code == 1
    assert "index one_live_call_per_station absent" in out
    assert "pas saine" in err


def test_what_was_backed_up_comes_back(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "sauvegarde.db"
    database = _database(console)
    _mark(database, "before")
    said = console.do("db", "backup", file)
    assert "vérifiée" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "existe déjà" in console.refuse("db", "backup", file)
    _mark(database, "after")
    database.close()
    assert "--replace" in console.refuse("db", "restore", file)
    assert _marks(f"sqlite:///{console.folder / 'visio-hub.db'}") == ["before", "after"]
    console.do("db", "restore", file, "--replace")
    assert _marks(f"sqlite:///{console.folder / 'visio-hub.db'}") == ["before"]
    assert console.rows(select(t.audit.c.action).where(t.audit.c.action == "restore")) == [("restore",)]
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".visio")) == []


def test_a_backup_is_restored_where_nothing_is_yet(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "sauvegarde.db"
    console.do("db", "backup", file)
    _use(console, f"sqlite:///{tmp_path / 'new.db'}")
    console.do("db", "restore", file)
    console.do("db", "check")


def test_a_backup_of_postgresql_is_restored_on_sqlite_and_back(
    console: Console, postgres: PostgresServer, tmp_path: Path
) -> None:
    first, file, again = postgres.new_database(), tmp_path / "b.db", tmp_path / "again.db"
    console.do("db", "migrate", "--to", first)
    _use(console, first)
    console.do("db", "backup", file)
    _use(console, f"sqlite:///{tmp_path / 'new.db'}")
    console.do("db", "restore", file)
    console.do("db", "backup", again)
    _use(console, postgres.new_database())
    console.do("db", "restore", again)
    assert "saine" in console.do("db", "check")
    assert "Accueil" in console.do("agent", "list") or "@" in console.do("agent", "list")


def test_nothing_is_restored_under_a_hub(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    console.do("db", "backup", file)
    database = _database(console)
    database.write_now(lambda c: nodes.register(c, "n1"))
    assert "Un hub se sert" in console.refuse("db", "restore", file, "--replace")
    # Killed, it has no lease any more.
    database.write_now(lambda c: c.execute(update(t.node).values(lease_until=1.0)))
    console.do("db", "restore", file, "--replace")
    database.close()


def test_a_file_that_is_no_backup_is_refused(console: Console, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("des notes")
    assert "pas une sauvegarde" in console.refuse("db", "restore", tmp_path / "notes.txt", "--replace")
    assert "n’existe pas" in console.refuse("db", "restore", tmp_path / "none", "--replace")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE alembic_version (version_num TEXT)").connection.close()
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("CREATE TABLE alembic_version (version_num TEXT)")
    newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    newer.commit()
    newer.close()
    assert "plus récente" in console.refuse("db", "restore", tmp_path / "newer.db", "--replace")
    console.do("db", "check")


def test_a_move_says_what_to_write_and_closes_the_old_database(console: Console, postgres: PostgresServer) -> None:
    url = postgres.new_database()
    said = console.do("db", "migrate", "--to", url)
    assert f'url = "{url}"' in said
    assert "déplacée" in console.refuse("db", "migrate", "--to", postgres.new_database())
    assert "déplacée" in console.refuse("agent", "list")
    assert "déplacée" in console.refuse("run")
    assert "déplacée" in console.do("db", "check")
    _use(console, url)
    assert "saine" in console.do("db", "check")
    assert "@" in console.do("agent", "list")


def test_a_move_onto_rows_or_onto_itself_is_refused(console: Console, network_on_postgres: SmallNetwork) -> None:
    assert "n’est pas vide" in console.refuse("db", "migrate", "--to", network_on_postgres.url)
    own = f"sqlite:///{console.folder / 'visio-hub.db'}"
    assert "actuelle" in console.refuse("db", "migrate", "--to", own)
    assert "pas une adresse" in console.refuse("db", "migrate", "--to", "là-bas")
    assert "saine" in console.do("db", "check")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://visio@/{none}?host={folder}", "n’a pas la base de données"),
        ("postgresql+psycopg://nobody_known@/postgres?host={folder}", "refuse ce compte"),
        ("postgresql+psycopg://visio@/x?host={folder}/nowhere", "ne répond pas"),
        ("postgresql+psycopg://visio@127.0.0.1:1/x", "ne répond pas"),
        ("postgresql+psycopg://visio@name.invalid/x", "nom du serveur"),
        ("oracle://x", "pilote"),
    ],
)
def test_a_wrong_address_is_explained(console: Console, postgres: PostgresServer, url: str, words: str) -> None:
    _use(console, url.format(none="none_such", folder=postgres.folder))
    for command in (("db", "check"), ("init",), ("agent", "list")):
        assert words in console.refuse(*command), command


def test_an_empty_database_of_a_server_is_set_up_by_init(console: Console, postgres: PostgresServer) -> None:
    _use(console, postgres.new_database())
    assert "est vide" in console.refuse("db", "check")
    console.do("init")
    assert "saine" in console.do("db", "check")


async def test_a_hub_that_runs_while_it_is_moved_says_so_and_stops(
    small_network: SmallNetwork, postgres: PostgresServer, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    hub = HubProcess(folder, small_network, free_port())
    await hub.start()
    clients = Clients(hub.url, small_network)
    try:
        kiosk = await clients.joined()
        url = postgres.new_database()
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hub", "db", "migrate", "--to", url, "--config", str(folder / "visio-hub.toml")
        )
        assert await command.wait() == 0
        await kiosk.closed()
        assert await hub.wait() == 1
        assert "MOVED" in hub.log()
        assert "déplacée" in hub.log()
        assert "Traceback" not in hub.log()
    finally:
        await clients.close()
        await hub.kill()
