"""A small real network in a real SQLite file, and the doors on it, for the tests of who may come in."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import select, update

from hub.config import HubConfig, IceOptions, LimitOptions, ServerOptions
from hub.network_file import read_network
from hub.server.auth import AgentSessions, KioskKeys
from hub.server.doors import Doors
from hub.server.http import add_pages, new_app
from hub.server.ice import IceIssuer
from hub.server.metrics import Metrics
from hub.server.passwords import Passwords
from hub.store import tables as t
from hub.store.accounts import Accounts
from hub.store.database import Database
from hub.store.importing import apply_network
from hub.store.migrations import upgrade

PUBLIC_URL = "http://hub.test"
EMAIL = "canari.martin@caf.example"
PASSWORD = "canary-correct-horse-battery"

NETWORK = f"""
[[partner]]
id = "caf"
name = "CAF"
full_name = "Caisse d’allocations familiales"
[[partner.motif]]
id = "rsa"
label = "RSA"
papers = ["Une pièce d’identité", "Un RIB"]
[[partner.motif]]
id = "autre"
label = "Autre question"
[[partner]]
id = "msa"
name = "MSA"
full_name = "Mutualité sociale agricole"
[partner.hours]
monday = ["13:30-16:30", "09:00-12:00"]
sunday = ["00:00-24:00"]
[[station]]
id = "caf-1"
partner = "caf"
name = "CAF 1"
[[station]]
id = "caf-2"
partner = "caf"
name = "CAF 2"
[[station]]
id = "msa-1"
partner = "msa"
name = "MSA 1"
[[agent]]
email = "{EMAIL}"
partner = "caf"
name = "Mme Martin"
[[agent]]
email = "leroy@caf.example"
partner = "caf"
name = "M. Leroy"
[[site]]
id = "hambye"
name = "Mairie de Hambye"
[[kiosk]]
id = "hambye-1"
site = "hambye"
name = "Borne de la mairie"
[[kiosk]]
id = "hambye-2"
site = "hambye"
name = "Borne du salon"
"""

TEST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 with next to no effort: what is tested is who gets in, not how long it takes."""


@dataclass
class World:
    """Everything, with clocks that only move when told."""

    database: Database
    accounts: Accounts
    sessions: AgentSessions
    keys: KioskKeys
    passwords: Passwords
    doors: Doors
    app: FastAPI
    now: float = 1_800_000_000.0
    instant: float = 1000.0
    signed_out: list[str] = field(default_factory=list)

    def client(self, host: str = "192.0.2.1", base_url: str = PUBLIC_URL) -> httpx.AsyncClient:
        """A browser's requests, from the address `host`, with the hub's own Origin."""
        transport = httpx.ASGITransport(app=self.app, client=(host, 40000), raise_app_exceptions=True)
        return httpx.AsyncClient(transport=transport, base_url=base_url, headers={"Origin": base_url})

    async def sign_in(self, client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        return await client.post("/api/login", json={"email": email, "password": password})

    def agent_id(self, email: str = EMAIL) -> str:
        query = select(t.agent.c.id).where(t.agent.c.email == email)
        return str(self.database.read_now(lambda connection: connection.execute(query).scalar_one()))

    def audit(self) -> list[tuple[str, str, str | None, str]]:
        """Rows of the audit table: actor, action, object, result."""
        query = select(t.audit.c.actor, t.audit.c.action, t.audit.c.object, t.audit.c.result).order_by(t.audit.c.id)
        rows = self.database.read_now(lambda connection: connection.execute(query).all())
        return [(row.actor, row.action, row.object, row.result) for row in rows]


def open_database(folder: Path, network: str = NETWORK) -> Database:
    """A new database holding `network`."""
    database = Database(f"sqlite:///{folder / 'hub.db'}")
    database.write_now(upgrade)
    parsed, findings = read_network(network)
    assert parsed is not None, findings
    database.write_now(lambda connection: apply_network(connection, parsed))
    return database


def open_world(
    folder: Path,
    *,
    public_url: str = PUBLIC_URL,
    limits: LimitOptions | None = None,
    ice: IceOptions | None = None,
    web_root: Path | None = None,
    on_signed_out: Callable[[str], Awaitable[None]] | None = None,
) -> World:
    """The doors on a new database; EMAIL may sign in with PASSWORD."""
    database = open_database(folder)
    accounts = Accounts(database)
    config = HubConfig(
        server=ServerOptions(public_url=public_url), limits=limits or LimitOptions(), ice=ice or IceOptions()
    )
    sessions = AgentSessions(accounts, config.accounts)
    passwords = Passwords(TEST_HASHER)
    stored = passwords.hash(PASSWORD)
    set_password = update(t.agent).where(t.agent.c.email == EMAIL).values(password_hash=stored)
    database.write_now(lambda connection: connection.execute(set_password))
    app = new_app()
    doors = Doors(
        config=config,
        accounts=accounts,
        sessions=sessions,
        passwords=passwords,
        ice=IceIssuer(config.ice),
        metrics=Metrics(),
    )
    world = World(database, accounts, sessions, KioskKeys(accounts), passwords, doors, app)

    async def note_signed_out(agent_id: str) -> None:
        world.signed_out.append(agent_id)

    world.doors = replace(
        doors,
        on_signed_out=on_signed_out or note_signed_out,
        clock=lambda: world.now,
        monotonic=lambda: world.instant,
        web_root=web_root or doors.web_root,
    )
    add_pages(app, world.doors)
    return world


def close_world(world: World) -> None:
    world.passwords.close()
    world.database.close()


@asynccontextmanager
async def _signed_in(world: World):  # type: ignore[no-untyped-def]
    async with world.client() as client:
        answer = await world.sign_in(client)
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


def signed_in(world: World) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """A browser in which Mme Martin signed in, sending the CSRF token."""
    return _signed_in(world)
