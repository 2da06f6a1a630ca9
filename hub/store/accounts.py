"""Agents, their sign-ins, kiosks' keys, enrolment codes and the audit table.

Plain functions of a Connection, and `Accounts`, which runs them on a `Database` for the server.
"""

from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from hub.core.access import (
    AgentCredential,
    AuditAction,
    AuditResult,
    CodeState,
    Enrolment,
    KioskCredential,
    SessionRecord,
    Workplace,
)
from hub.core.network import AgentIdentity, KioskIdentity
from hub.store import tables as t
from hub.store.database import Database
from hub.store.directory import workplace

AUDIT_KEPT_S = 365 * 86400.0
CODE_KEPT_S = 7 * 86400.0
"""A dead code is remembered so long, to tell a technician that it was used rather than mistyped."""


def write_audit(
    connection: Connection,
    actor: str,
    action: AuditAction,
    result: AuditResult,
    now: float,
    target: str | None = None,
) -> None:
    """Who did what; never with usagers' data. Rows older than 12 months go away with each new one."""
    row = {"at": now, "actor": actor, "action": action.value, "object": target, "result": result.value}
    connection.execute(insert(t.audit).values(row))
    connection.execute(delete(t.audit).where(t.audit.c.at < now - AUDIT_KEPT_S))


def purge(connection: Connection, now: float) -> None:
    """Erase what is past its time: sign-ins, codes, audit."""
    connection.execute(delete(t.agent_session).where(t.agent_session.c.expires_at <= now))
    connection.execute(delete(t.enrolment_code).where(t.enrolment_code.c.expires_at <= now - CODE_KEPT_S))
    connection.execute(delete(t.audit).where(t.audit.c.at < now - AUDIT_KEPT_S))


def credential_of(connection: Connection, email: str) -> AgentCredential | None:
    """The stored side of a sign-in. `email` is compared in lower case, as it is stored."""
    query = (
        select(t.agent, t.partner.c.is_enabled.label("partner_is_enabled"))
        .join(t.partner)
        .where(t.agent.c.email == email.strip().lower())
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    identity = AgentIdentity(row.id, row.partner_id, row.display_name)
    return AgentCredential(identity, row.password_hash, row.is_enabled and row.partner_is_enabled)


def open_session(connection: Connection, session: SessionRecord, now: float) -> None:
    purge(connection, now)
    connection.execute(
        insert(t.agent_session).values(
            token_hash=session.token_hash,
            agent_id=session.identity.agent_id,
            csrf_token=session.csrf_token,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
        )
    )
    write_audit(connection, session.identity.agent_id, AuditAction.SIGN_IN, AuditResult.OK, now)


def find_session(connection: Connection, token_hash: str) -> SessionRecord | None:
    query = (
        select(
            t.agent_session,
            t.agent.c.partner_id,
            t.agent.c.display_name,
            (t.agent.c.is_enabled & t.partner.c.is_enabled).label("may_sign_in"),
        )
        .join(t.agent, t.agent.c.id == t.agent_session.c.agent_id)
        .join(t.partner, t.partner.c.id == t.agent.c.partner_id)
        .where(t.agent_session.c.token_hash == token_hash)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return SessionRecord(
        token_hash=row.token_hash,
        identity=AgentIdentity(row.agent_id, row.partner_id, row.display_name),
        csrf_token=row.csrf_token,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        may_sign_in=bool(row.may_sign_in),
    )


def saw_session(connection: Connection, token_hash: str, now: float) -> None:
    condition = (t.agent_session.c.token_hash == token_hash) & (t.agent_session.c.last_seen_at < now)
    connection.execute(update(t.agent_session).where(condition).values(last_seen_at=now))


def close_session(connection: Connection, token_hash: str, now: float) -> None:
    """Forget a sign-in; the audit row is written once, however often it is closed."""
    session = find_session(connection, token_hash)
    if session is None:
        return
    connection.execute(delete(t.agent_session).where(t.agent_session.c.token_hash == token_hash))
    write_audit(connection, session.identity.agent_id, AuditAction.SIGN_OUT, AuditResult.OK, now)


def close_sessions_of(connection: Connection, agent_id: str) -> None:
    """Forget every sign-in of an agent: after a new password, or when the account is disabled."""
    connection.execute(delete(t.agent_session).where(t.agent_session.c.agent_id == agent_id))


def replace_password(connection: Connection, agent_id: str, password_hash: str) -> None:
    connection.execute(update(t.agent).where(t.agent.c.id == agent_id).values(password_hash=password_hash))


def kiosk_credential(connection: Connection, kiosk_id: str) -> KioskCredential | None:
    row = connection.execute(_kiosks().where(t.kiosk.c.id == kiosk_id)).one_or_none()
    return _credential(row) if row is not None else None


def kiosk_credentials(connection: Connection) -> dict[str, KioskCredential]:
    """All kiosks that were ever enrolled."""
    rows = connection.execute(_kiosks().where(t.kiosk.c.public_key.is_not(None)))
    return {row.id: _credential(row) for row in rows}


def _credential(row: Row[Any]) -> KioskCredential:
    return KioskCredential(KioskIdentity(row.id, row.name, row.site_id, row.site_name, row.is_enabled), row.public_key)


def add_code(connection: Connection, code_hash: str, kiosk_id: str, now: float, expires_at: float) -> None:
    """Store a one-time code. An older code of the same kiosk that was not used is worth nothing any more."""
    codes = t.enrolment_code
    connection.execute(delete(codes).where(codes.c.kiosk_id == kiosk_id, codes.c.used_at.is_(None)))
    connection.execute(
        insert(codes).values(code_hash=code_hash, kiosk_id=kiosk_id, created_at=now, expires_at=expires_at)
    )


def enrol(connection: Connection, code_hash: str, public_key: bytes, now: float) -> Enrolment:
    """Exchange a code against a place in the network for `public_key` (32 bytes).

    The same code with the same key is accepted again while it lives: an answer lost on the way costs nothing.
    """
    codes = t.enrolment_code
    code = connection.execute(select(codes).where(codes.c.code_hash == code_hash)).one_or_none()
    if code is None:
        return Enrolment(CodeState.UNKNOWN)
    kiosk = kiosk_credential(connection, code.kiosk_id)
    assert kiosk is not None  # the foreign key
    state = CodeState.ACCEPTED
    if code.used_at is not None and kiosk.public_key != public_key:
        state = CodeState.USED
    elif now >= code.expires_at:
        state = CodeState.USED if code.used_at is not None else CodeState.EXPIRED
    elif not kiosk.identity.is_enabled:
        state = CodeState.KIOSK_DISABLED
    if state is not CodeState.ACCEPTED:
        write_audit(connection, "enrolment", AuditAction.ENROL, AuditResult.REFUSED, now, code.kiosk_id)
        return Enrolment(state)
    if code.used_at is None:
        connection.execute(update(codes).where(codes.c.code_hash == code_hash).values(used_at=now))
        connection.execute(
            update(t.kiosk).where(t.kiosk.c.id == code.kiosk_id).values(public_key=public_key, enrolled_at=now)
        )
        write_audit(connection, code.kiosk_id, AuditAction.ENROL, AuditResult.OK, now, code.kiosk_id)
    return Enrolment(CodeState.ACCEPTED, kiosk.identity)


def _kiosks() -> Select[tuple[object, ...]]:
    return select(t.kiosk, t.site.c.name.label("site_name")).join(t.site)


class Accounts:
    """The functions above for the server, without blocking its loop.

    Raises (from every method but `is_reachable`): SQLAlchemyError when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def credential_of(self, email: str) -> AgentCredential | None:
        return await self._database.read(lambda connection: credential_of(connection, email))

    async def replace_password(self, agent_id: str, password_hash: str) -> None:
        await self._database.write(lambda connection: replace_password(connection, agent_id, password_hash))

    async def open_session(self, session: SessionRecord, now: float) -> None:
        await self._database.write(lambda connection: open_session(connection, session, now))

    async def session(self, token_hash: str) -> SessionRecord | None:
        return await self._database.read(lambda connection: find_session(connection, token_hash))

    async def saw_session(self, token_hash: str, now: float) -> None:
        await self._database.write(lambda connection: saw_session(connection, token_hash, now))

    async def close_session(self, token_hash: str, now: float) -> None:
        await self._database.write(lambda connection: close_session(connection, token_hash, now))

    async def kiosk_credential(self, kiosk_id: str) -> KioskCredential | None:
        return await self._database.read(lambda connection: kiosk_credential(connection, kiosk_id))

    async def kiosk_credentials(self) -> dict[str, KioskCredential]:
        return await self._database.read(kiosk_credentials)

    async def enrol(self, code_hash: str, public_key: bytes, now: float) -> Enrolment:
        return await self._database.write(lambda connection: enrol(connection, code_hash, public_key, now))

    async def workplace(self, identity: AgentIdentity) -> Workplace:
        return await self._database.read(lambda connection: workplace(connection, identity))

    async def audit(
        self, actor: str, action: AuditAction, result: AuditResult, now: float, target: str | None = None
    ) -> None:
        await self._database.write(lambda connection: write_audit(connection, actor, action, result, now, target))

    async def purge(self, now: float) -> None:
        """Erase what is past its time. Signing in does it too; a hub that nobody signs in to needs this."""
        await self._database.write(lambda connection: purge(connection, now))

    async def is_reachable(self) -> bool:
        """Whether the database answers and has our tables."""
        try:
            await self._database.read(lambda connection: connection.execute(text("SELECT count(*) FROM partner")).one())
        except SQLAlchemyError:
            return False
        return True
