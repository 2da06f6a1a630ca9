"""Who is at the door: signed-in agents by cookie, kiosks by signature, pages by their Origin.

Wiring: `accounts = hub.store.accounts.Accounts(database)`, then `AgentSessions(accounts, config.accounts)` and
`KioskKeys(accounts)`. This module does not know the database: `AccountStore` says what it needs of it.
"""

import base64
import binascii
import hashlib
import secrets
from typing import Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hub.config import AccountOptions
from hub.core.access import (
    AgentCredential,
    AuditAction,
    AuditResult,
    Enrolment,
    KioskCredential,
    SessionRecord,
    Workplace,
)
from hub.core.network import AgentIdentity
from hub.protocol import Hello, signed_challenge

SESSION_COOKIE = "vr_session"
SEEN_EVERY_S = 60.0
"""`last_seen_at` is written at most so often: reading a page must not cost a disk write."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SIGNATURE_BYTES = 64
_MAX_COOKIE = 200


class AccountStore(Protocol):
    """What the doors ask of the database; `hub.store.accounts.Accounts` is the real one."""

    async def credential_of(self, email: str) -> AgentCredential | None: ...
    async def replace_password(self, agent_id: str, password_hash: str) -> None: ...
    async def open_session(self, session: SessionRecord, now: float) -> None: ...
    async def session(self, token_hash: str) -> SessionRecord | None: ...
    async def saw_session(self, token_hash: str, now: float) -> None: ...
    async def close_session(self, token_hash: str, now: float) -> None: ...
    async def kiosk_credential(self, kiosk_id: str) -> KioskCredential | None: ...
    async def kiosk_credentials(self) -> dict[str, KioskCredential]: ...
    async def enrol(self, code_hash: str, public_key: bytes, now: float) -> Enrolment: ...
    async def workplace(self, identity: AgentIdentity) -> Workplace: ...
    async def audit(
        self, actor: str, action: AuditAction, result: AuditResult, now: float, target: str | None = None
    ) -> None: ...
    async def purge(self, now: float) -> None: ...
    async def is_reachable(self) -> bool: ...


def token_hash(token: str) -> str:
    """How a secret that is already random is stored: SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class AgentSessions:
    """Sign-ins kept at the hub: the browser holds a random cookie, the database its hash."""

    def __init__(self, accounts: AccountStore, options: AccountOptions) -> None:
        self._accounts = accounts
        self._options = options

    async def open(self, identity: AgentIdentity, now: float) -> tuple[str, SessionRecord]:
        """Sign an agent in, after the password was checked: the cookie's value and what is stored."""
        cookie = secrets.token_urlsafe(32)
        session = SessionRecord(
            token_hash=token_hash(cookie),
            identity=identity,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            expires_at=now + self._options.session_max_s,
        )
        await self._accounts.open_session(session, now)
        return cookie, session

    async def find(self, cookie: str | None, now: float) -> SessionRecord | None:
        """The live sign-in behind `cookie`; None when absent, unknown, idle, expired, or its account is disabled."""
        if not cookie or len(cookie) > _MAX_COOKIE:
            return None
        session = await self._accounts.session(token_hash(cookie))
        if session is None or not session.may_sign_in:
            return None
        if now >= session.expires_at or now - session.last_seen_at >= self._options.session_idle_s:
            return None
        if now - session.last_seen_at >= SEEN_EVERY_S:
            await self._accounts.saw_session(session.token_hash, now)
        return session

    async def identify(self, cookie: str | None, now: float) -> AgentIdentity | None:
        """`find`, for who only needs to know who it is. A socket that calls it now and then keeps the sign-in alive."""
        session = await self.find(cookie, now)
        return session.identity if session is not None else None

    async def close(self, session: SessionRecord, now: float) -> None:
        """Sign out: the cookie is worth nothing any more."""
        await self._accounts.close_session(session.token_hash, now)


class KioskKeys:
    """Checks the signature in a kiosk's `hello` (Ed25519, RFC 8032).

    Keys that were read are remembered, so that thousands of kiosks which come back at once do not wait for each
    other at the database; who is not let in by what is remembered is looked up.
    """

    def __init__(self, accounts: AccountStore) -> None:
        self._accounts = accounts
        # An unknown kiosk costs the same verification as a known one, against a key nobody holds.
        self._decoy = Ed25519PrivateKey.generate().public_key()
        self._known: dict[str, KioskCredential] = {}

    async def refresh(self) -> None:
        """Read all keys again: whoever was disabled or enrolled anew is known as such from now on."""
        self._known = await self._accounts.kiosk_credentials()

    def is_current(self, credential: KioskCredential) -> bool:
        """Whether the kiosk is still enabled and its key the same, as last read."""
        known = self._known.get(credential.identity.kiosk_id)
        return known is not None and known.identity.is_enabled and known.public_key == credential.public_key

    async def verify(self, hello: Hello, nonce: str) -> KioskCredential | None:
        """The kiosk, if it is known, enrolled, enabled and signed this `nonce`; else None, for all causes alike."""
        known = self._known.get(hello.kiosk_id)
        if known is not None and self._signed(known, hello, nonce):
            return known
        stored = await self._accounts.kiosk_credential(hello.kiosk_id)
        if known is not None and stored == known:
            return None
        return stored if self._signed(stored, hello, nonce) else None

    def _signed(self, credential: KioskCredential | None, hello: Hello, nonce: str) -> bool:
        key, is_real = self._decoy, False
        if credential is not None and credential.public_key is not None:
            try:
                key, is_real = Ed25519PublicKey.from_public_bytes(credential.public_key), True
            except ValueError:
                is_real = False
        try:
            key.verify(_signature(hello.signature), signed_challenge(nonce, hello.kiosk_id))
        except InvalidSignature:
            return False
        return is_real and credential is not None and credential.identity.is_enabled


def origin_allowed(origin: str | None, public_url: str) -> bool:
    """Whether an Origin header (RFC 6454) names the hub itself. Absent or `null`: no."""
    if not origin:
        return False
    theirs, ours = _origin(origin), _origin(public_url)
    return theirs is not None and theirs == ours


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return parts.scheme, parts.hostname, port if port is not None else _DEFAULT_PORTS[parts.scheme]


def _signature(text: str) -> bytes:
    try:
        signature = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    return signature if len(signature) == _SIGNATURE_BYTES else bytes(_SIGNATURE_BYTES)
