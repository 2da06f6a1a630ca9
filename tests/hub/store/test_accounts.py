"""Sign-ins, codes and audit, as rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hub.core.access import AuditAction, AuditResult, CodeState, SessionRecord
from hub.store import tables as t
from hub.store.accounts import (
    AUDIT_KEPT_S,
    CODE_KEPT_S,
    Accounts,
    add_code,
    close_session,
    credential_of,
    enrol,
    find_session,
    kiosk_credential,
    open_session,
    purge,
    saw_session,
    write_audit,
)
from hub.store.database import Database
from tests.hub.access_world import EMAIL, open_database

NOW = 1_800_000_000.0
KEY = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> SessionRecord:
    credential = database.read_now(lambda c: credential_of(c, EMAIL))
    assert credential is not None
    return SessionRecord("a" * 64, credential.identity, "csrf", NOW, NOW, NOW + 100)


def count(database: Database, table: str) -> int:
    query = select(func.count()).select_from(t.METADATA.tables[table])
    return database.read_now(lambda c: c.execute(query).scalar_one())


def test_an_address_is_found_however_it_is_typed(database: Database) -> None:
    for typed in (EMAIL, EMAIL.upper(), f" {EMAIL} "):
        credential = database.read_now(lambda c, typed=typed: credential_of(c, typed))
        assert credential is not None
        assert credential.identity.display_name == "Mme Martin"
    for typed in ("", "%", "nobody@caf.example", "' OR 1=1 --"):
        assert database.read_now(lambda c, typed=typed: credential_of(c, typed)) is None


def test_a_session_is_what_was_opened_until_it_is_closed(database: Database, session: SessionRecord) -> None:
    database.write_now(lambda c: open_session(c, session, NOW))
    assert database.read_now(lambda c: find_session(c, session.token_hash)) == session
    database.write_now(lambda c: saw_session(c, session.token_hash, NOW + 50))
    database.write_now(lambda c: saw_session(c, session.token_hash, NOW + 20))  # late, and changes nothing
    assert database.read_now(lambda c: find_session(c, session.token_hash)) == replace(session, last_seen_at=NOW + 50)
    for _ in range(2):
        database.write_now(lambda c: close_session(c, session.token_hash, NOW + 60))
    assert database.read_now(lambda c: find_session(c, session.token_hash)) is None
    actions = database.read_now(lambda c: c.execute(select(t.audit.c.action).order_by(t.audit.c.id)).scalars().all())
    assert actions == ["sign_in", "sign_out"]


async def test_what_is_past_its_time_is_erased(database: Database, session: SessionRecord) -> None:
    def fill() -> None:
        database.write_now(lambda c: open_session(c, session, NOW))
        database.write_now(lambda c: add_code(c, "h", "hambye-1", NOW, NOW + 100))

    fill()
    database.write_now(lambda c: purge(c, NOW + 99))
    assert (count(database, "agent_session"), count(database, "enrolment_code"), count(database, "audit")) == (1, 1, 1)
    database.write_now(lambda c: purge(c, NOW + 100))
    assert (count(database, "agent_session"), count(database, "enrolment_code")) == (0, 1)
    database.write_now(lambda c: purge(c, NOW + 100 + CODE_KEPT_S))
    assert (count(database, "enrolment_code"), count(database, "audit")) == (0, 1)
    await Accounts(database).purge(NOW + AUDIT_KEPT_S + 1)
    assert count(database, "audit") == 0


def test_audit_is_kept_twelve_months_and_no_longer(database: Database) -> None:
    for at in (NOW, NOW + AUDIT_KEPT_S, NOW + AUDIT_KEPT_S + 1):
        database.write_now(lambda c, at=at: write_audit(c, "console", AuditAction.IMPORT, AuditResult.OK, at))
    kept = database.read_now(lambda c: c.execute(select(t.audit.c.at).order_by(t.audit.c.at)).scalars().all())
    assert kept == [NOW + AUDIT_KEPT_S, NOW + AUDIT_KEPT_S + 1]


def test_a_code_is_exchanged_once(database: Database) -> None:
    database.write_now(lambda c: add_code(c, "h", "hambye-1", NOW, NOW + 100))
    first = database.write_now(lambda c: enrol(c, "h", KEY, NOW + 99))
    assert first.state is CodeState.ACCEPTED
    stored = database.read_now(lambda c: kiosk_credential(c, "hambye-1"))
    assert stored is not None
    assert stored.public_key == KEY
    assert database.write_now(lambda c: enrol(c, "h", KEY, NOW + 99)).kiosk == first.kiosk
    assert database.write_now(lambda c: enrol(c, "h", bytes(32), NOW + 99)).state is CodeState.USED
    assert database.write_now(lambda c: enrol(c, "h", KEY, NOW + 100)).state is CodeState.USED
    assert database.write_now(lambda c: enrol(c, "other", KEY, NOW)).state is CodeState.UNKNOWN


def test_an_unknown_kiosk_has_no_credential(database: Database) -> None:
    assert database.read_now(lambda c: kiosk_credential(c, "nobody")) is None
    never = database.read_now(lambda c: kiosk_credential(c, "hambye-1"))
    assert never is not None
    assert never.public_key is None


async def test_a_database_without_tables_is_not_reachable(tmp_path: Path, database: Database) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    nowhere = Database(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    assert await Accounts(database).is_reachable()
    assert not await Accounts(empty).is_reachable()
    assert not await Accounts(nowhere).is_reachable()
    empty.close()
    nowhere.close()
