"""A network of any size written straight into a database: partners with pools and skills, stations whose agents are signed in, kiosks with keys."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert

from hub.store import tables as t
from hub.store.database import Database
from hub.store.migrations import upgrade

ORIGIN = "http://hub.test"
SITES = 4
SIGN_IN_S = 24 * 3600
SPECIAL_SKILL = "lsf"
PLAIN_MOTIF, SPECIAL_MOTIF = "plain", "special"
"""Any station may take the first; the second asks for the skill."""


@dataclass
class WideNetwork:
    """What clients need to know to enter."""

    url: str
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)
    """By kiosk."""
    cookies: dict[str, str] = field(default_factory=dict)
    """By station: the sign-in of the agent who sits there."""
    partner_of: dict[str, str] = field(default_factory=dict)
    """By station."""
    pools: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By partner."""


def write_wide_network(
    url: str,
    stations: Mapping[str, int],
    kiosks: int,
    *,
    offer_timeout_s: int = 25,
    wrap_up_s: int = 120,
    missed_offers_limit: int = 2,
    with_pools: bool = False,
) -> WideNetwork:
    """Create the schema and the network in the database `url`.

    Args:
        stations: by partner, how many; they are named PARTNER-1...; every second one holds the skill.
        kiosks: how many, named k-1..., spread over a few sites.
        with_pools: stations are dealt to two pools, `near` and `far`; `far` is reached after a second.
    """
    network = WideNetwork(url)
    now = time.time()
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (t.partner, t.motif, t.agent, t.agent_session, t.station, t.site, t.kiosk)
    }
    pools = ("near", "far") if with_pools else ()
    policy = {
        "pools": [{"id": pool, "name": pool} for pool in pools],
        "overflows": [{"sites": [], "steps": [{"pool_id": "near", "after_s": 0}, {"pool_id": "far", "after_s": 1}]}],
    }
    for place, (partner_id, count) in enumerate(stations.items()):
        network.pools[partner_id] = pools
        rows[t.partner].append({
            "id": partner_id,
            "name": partner_id.upper(),
            "full_name": f"Partenaire {partner_id}",
            "position": place,
            "offer_timeout_s": offer_timeout_s,
            "wrap_up_s": wrap_up_s,
            "missed_offers_limit": missed_offers_limit,
            "policy": json.dumps(policy if pools else {}),
        })  # fmt: skip
        for motif_id, skills in ((PLAIN_MOTIF, []), (SPECIAL_MOTIF, [SPECIAL_SKILL])):
            rows[t.motif].append(
                {"partner_id": partner_id, "id": motif_id, "label": motif_id, "skills": json.dumps(skills)}
            )
        for number in range(1, count + 1):
            station_id = f"{partner_id}-{number}"
            agent_id, cookie = f"a-{station_id}", f"cookie-{station_id}"
            network.cookies[station_id] = cookie
            network.partner_of[station_id] = partner_id
            rows[t.agent].append(
                {
                    "id": agent_id,
                    "partner_id": partner_id,
                    "email": f"{station_id}@example.org",
                    "display_name": agent_id,
                }
            )
            rows[t.agent_session].append({
                "token_hash": hashlib.sha256(cookie.encode()).hexdigest(),
                "agent_id": agent_id,
                "csrf_token": "csrf",
                "created_at": now,
                "last_seen_at": now,
                "expires_at": now + SIGN_IN_S,
            })  # fmt: skip
            rows[t.station].append({
                "id": station_id,
                "partner_id": partner_id,
                "name": station_id,
                "pool_id": pools[number % len(pools)] if pools else None,
                "skills": json.dumps([SPECIAL_SKILL] if number % 2 else []),
            })  # fmt: skip
    rows[t.site] = [{"id": f"site-{number}", "name": f"Mairie {number}"} for number in range(SITES)]
    for number in range(1, kiosks + 1):
        key = network.keys[f"k-{number}"] = Ed25519PrivateKey.generate()
        rows[t.kiosk].append({
            "id": f"k-{number}",
            "site_id": f"site-{number % SITES}",
            "name": f"Borne {number}",
            "public_key": key.public_key().public_bytes_raw(),
        })  # fmt: skip

    def work(connection: Connection) -> None:
        upgrade(connection)
        for table, content in rows.items():
            if content:
                connection.execute(insert(table), content)

    database = Database(url)
    database.write_now(work)
    database.close()
    return network
