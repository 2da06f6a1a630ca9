"""Nothing is lost on the way from one database to another, in either direction, even under load."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from hub.store import migrations, moving, nodes
from hub.store import tables as t
from hub.store.database import Database
from hub.store.moving import CopyError, NotEmptyError, Trouble


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, of either kind."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'target.db'}" if is_sqlite else request.getfixturevalue("postgres").new_database()
    database = Database(url)
    database.write_now(migrations.upgrade)
    yield database
    database.close()


def _fill(store: Database, calls: int = 3) -> None:
    """Rows of every kind, with what one database writes otherwise than another: floats, booleans, bytes, NULL, accents."""

    def work(connection: moving.Connection) -> None:
        for number in range(calls):
            values = {"id": f"c{number}", "request_id": f"r{number}", "kiosk_id": "k-1", "partner_id": "caf"}
            facts = {"state": "closed", "queued_at": 1763800000.123 + number, "accompanied": bool(number % 2)}
            connection.execute(insert(t.call).values(values | facts | {"outcome": "completed", "cause": "hung_up"}))
            connection.execute(insert(t.event).values(at=0.1 + number, name="call_placed", partner_id="caf"))
        connection.execute(insert(t.declined_offer).values(call_id="c0", station_id="caf-1", at=1e9 / 3, how="expired"))
        connection.execute(insert(t.opening).values(partner_id="caf", weekday=0, opens="08:00", closes="12:00"))
        connection.execute(insert(t.site).values(id="é-site", name="Mairie de Saint-Lô’s"))
        connection.execute(insert(t.audit).values(at=1.5, actor="console", action="import", result="ok"))
        connection.execute(
            insert(t.enrolment_code).values(code_hash="h", kiosk_id="k-1", created_at=1.0, expires_at=2.0)
        )
        connection.execute(insert(t.node).values(id="n1", started_at=1.0, lease_until=1e12))

    store.write_now(work)


def test_a_copy_is_the_original(store: Database, target: Database) -> None:
    _fill(store)
    found = store.read_now(lambda source: target.write_now(lambda c: moving.copy(source, c)))
    assert found == store.read_now(moving.inventory) == target.read_now(moving.inventory)
    assert all(found.rows[table.name] for table in moving.TABLES)
    # Numbers go on after the last one.
    target.write_now(lambda c: c.execute(insert(t.event).values(at=9.0, name="call_placed")))
    # Which hubs use the old database says nothing of the new one.
    assert target.read_now(nodes.living) == frozenset()


def test_a_copy_needs_an_empty_target(store: Database, target: Database) -> None:
    target.write_now(lambda c: c.execute(insert(t.site).values(id="s", name="S")))
    with pytest.raises(NotEmptyError):
        store.read_now(lambda source: target.write_now(lambda c: moving.copy(source, c)))
    target.write_now(moving.empty)
    assert target.read_now(moving.is_empty)


def test_a_copy_that_differs_is_not_accepted(
    store: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(store)

    def spoil(connection: moving.Connection) -> None:
        connection.execute(update(t.call).where(t.call.c.id == "c1").values(queued_at=1763800001.124))

    monkeypatch.setattr(moving, "_reset_sequences", spoil)
    with pytest.raises(CopyError):
        store.read_now(lambda source: target.write_now(lambda c: moving.copy(source, c)))
    assert target.read_now(moving.is_empty)


def test_a_move_under_load_loses_no_acknowledged_row(store: Database, target: Database) -> None:
    """A writer goes on until it is refused; whatever it was told to be written is on the other side."""
    _fill(store)
    acknowledged: list[int] = []
    begun = threading.Event()
    writer_db = Database(store.url)
    writer_db.guard = nodes.refuse_moved

    def write() -> None:
        for number in range(100_000):
            values = {"at": float(number), "name": "call_placed", "detail": f"load:{number}"}
            try:
                writer_db.write_now(lambda c, values=values: c.execute(insert(t.event).values(values)))
            except SQLAlchemyError:
                return
            acknowledged.append(number)
            if number == 20:
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(30)

    def leave(leaving: moving.Connection) -> None:
        moving.freeze(leaving)
        target.write_now(lambda arriving: moving.move(leaving, arriving, "elsewhere"))

    store.write_now(leave)
    writer.join(60)
    assert not writer.is_alive()
    writer_db.close()
    query = select(t.event.c.detail).where(t.event.c.detail.like("load:%"))
    there = set(target.read_now(lambda c: c.execute(query).scalars().all()))
    assert len(acknowledged) > 20
    assert {f"load:{number}" for number in acknowledged} == there
    assert store.read_now(nodes.has_moved)
    assert store.read_now(nodes.living) == frozenset()
    assert not target.read_now(nodes.has_moved)


def test_a_backup_is_of_one_instant_while_others_write(store: Database, tmp_path: Path) -> None:
    _fill(store)
    backup = Database(f"sqlite:///{tmp_path / 'backup.db'}")
    backup.write_now(migrations.upgrade)
    other = Database(store.url)

    def work(source: moving.Connection) -> moving.Inventory:
        moving.snapshot(source)
        before = moving.inventory(source)
        other.write_now(lambda c: c.execute(insert(t.event).values(at=1.0, name="call_placed")))
        assert backup.write_now(lambda c: moving.copy(source, c)) == before
        return before

    before = store.read_now(work)
    assert store.read_now(moving.inventory).total == before.total + 1
    backup.close()
    other.close()
    moving.make_portable(tmp_path / "backup.db")
    assert moving.is_backup(tmp_path / "backup.db")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("backup.db-")] == []


def test_a_sound_database_has_no_trouble_and_a_spoilt_one_says_which(store: Database) -> None:
    _fill(store)
    assert store.read_now(moving.check) == []

    def spoil(connection: moving.Connection) -> None:
        for name in ("one_live_call_per_station", "one_live_call_per_kiosk"):
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(update(t.call).where(t.call.c.id == "c2").values(outcome=None))
        for number in (0, 1):
            live = {"state": "in_call", "station_id": "caf-1"}
            connection.execute(update(t.call).where(t.call.c.id == f"c{number}").values(live))

    store.write_now(spoil)
    assert store.read_now(moving.check) == [
        Trouble("index:one_live_call_per_kiosk", 1),
        Trouble("index:one_live_call_per_station", 1),
        Trouble("I1", 1),
        Trouble("I2", 1),
        Trouble("I3", 1),
    ]


def test_a_call_at_a_station_of_another_partner_is_found(store: Database) -> None:
    _fill(store)
    values = {"state": "offered", "station_id": "msa-1"}
    store.write_now(lambda c: c.execute(update(t.call).where(t.call.c.id == "c0").values(values)))
    assert store.read_now(moving.check) == [Trouble("I8", 1), Trouble("I9", 1)]
