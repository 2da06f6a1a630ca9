"""A small network written straight into a database: partners, stations, agents with sign-ins, kiosks with keys."""

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert

from hub.store import tables as t
from hub.store.database import Database
from hub.store.migrations import upgrade

ORIGIN = "http://hub.test"


@dataclass
class SmallNetwork:
    """Partners `caf` (stations caf-1..n, motif rsa) and `msa` (station msa-1), kiosks k-1..n."""

    url: str
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    """By station: the sign-in of the agent who sits there."""


def write_small_network(
    where: Path | str,
    *,
    stations: int = 2,
    kiosks: int = 4,
    offer_timeout_s: int = 25,
    wrap_up_s: int = 120,
    missed_offers_limit: int = 2,
) -> SmallNetwork:
    """Create the schema and the network in an SQLite file, or in the database with this address."""
    network = SmallNetwork(where if isinstance(where, str) else f"sqlite:///{where}")
    now = time.time()

    def agent(connection: Connection, station_id: str, partner_id: str) -> None:
        agent_id, cookie = f"a-{station_id}", f"cookie-{station_id}"
        name = f"Agent de {station_id}"
        connection.execute(
            insert(t.agent).values(
                id=agent_id, partner_id=partner_id, email=f"{station_id}@example.org", display_name=name
            )
        )
        connection.execute(
            insert(t.agent_session).values(
                token_hash=hashlib.sha256(cookie.encode()).hexdigest(),
                agent_id=agent_id,
                csrf_token="csrf",
                created_at=now,
                last_seen_at=now,
                expires_at=now + 3600,
            )
        )
        connection.execute(insert(t.station).values(id=station_id, partner_id=partner_id, name=station_id))
        network.cookies[station_id] = cookie

    def work(connection: Connection) -> None:
        upgrade(connection)
        for place, partner_id in enumerate(("caf", "msa")):
            connection.execute(
                insert(t.partner).values(
                    id=partner_id,
                    name=partner_id.upper(),
                    full_name=f"Partenaire {partner_id}",
                    position=place,
                    offer_timeout_s=offer_timeout_s,
                    wrap_up_s=wrap_up_s,
                    missed_offers_limit=missed_offers_limit,
                )
            )
        connection.execute(insert(t.motif).values(partner_id="caf", id="rsa", label="RSA", papers='["RIB"]'))
        for number in range(1, stations + 1):
            agent(connection, f"caf-{number}", "caf")
        agent(connection, "msa-1", "msa")
        connection.execute(insert(t.site).values(id="site-1", name="Mairie"))
        for number in range(1, kiosks + 1):
            key = network.keys[f"k-{number}"] = Ed25519PrivateKey.generate()
            connection.execute(
                insert(t.kiosk).values(
                    id=f"k-{number}",
                    site_id="site-1",
                    name=f"Borne {number}",
                    public_key=key.public_key().public_bytes_raw(),
                )
            )

    database = Database(network.url)
    database.write_now(work)
    database.close()
    return network
