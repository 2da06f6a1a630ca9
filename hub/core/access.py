"""What the doors of the hub know of those who knock: plain values, exchanged by `hub.store` and `hub.server`.

Neither edge imports the other; both import this. Nothing here is shown to an usager but `display_name`.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.core.network import AgentIdentity, KioskIdentity


class AuditAction(StrEnum):
    """Everything that is written to the audit table, and nothing else."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ENROL = "enrol"
    IMPORT = "import"
    KIOSK_ADD = "kiosk_add"
    KIOSK_CODE = "kiosk_code"
    KIOSK_ENABLE = "kiosk_enable"
    KIOSK_DISABLE = "kiosk_disable"
    AGENT_ADD = "agent_add"
    AGENT_PASSWORD = "agent_password"  # noqa: S105 - the name of an action
    AGENT_DISABLE = "agent_disable"
    AGENT_ENABLE = "agent_enable"
    RESTORE = "restore"
    MOVE = "move"


class AuditResult(StrEnum):
    OK = "ok"
    REFUSED = "refused"


@dataclass(frozen=True)
class AgentCredential:
    """The stored side of a sign-in: `password_hash` is argon2id, or None for an account that cannot sign in."""

    identity: AgentIdentity
    password_hash: str | None
    may_sign_in: bool
    """The account and its partner are both enabled."""


@dataclass(frozen=True)
class SessionRecord:
    """A sign-in as stored. `token_hash` is SHA-256 of the cookie, in hexadecimal; instants are UTC seconds."""

    token_hash: str
    identity: AgentIdentity
    csrf_token: str
    created_at: float
    last_seen_at: float
    expires_at: float
    may_sign_in: bool = True


@dataclass(frozen=True)
class KioskCredential:
    """The stored side of a kiosk's proof: 32 bytes of Ed25519 public key, or None until it is enrolled."""

    identity: KioskIdentity
    public_key: bytes | None


class CodeState(StrEnum):
    """What became of an enrolment code that was presented."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    KIOSK_DISABLED = "kiosk_disabled"


@dataclass(frozen=True)
class Enrolment:
    """Answer to a presented code; `kiosk` only when it was accepted."""

    state: CodeState
    kiosk: KioskIdentity | None = None


@dataclass(frozen=True)
class Place:
    """A station as its partner's agents choose it. `occupied_by_other`: another agent sits there now."""

    station_id: str
    name: str
    occupied_by_other: bool


@dataclass(frozen=True)
class Workplace:
    """Where an agent may sit: the partner and its stations that may be taken."""

    partner_id: str
    partner_name: str
    places: tuple[Place, ...]
