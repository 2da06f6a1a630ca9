"""What the database can hold, column by column: reviewed by people, and nothing else.

A new column fails here until somebody has said what it holds. No kind below is "who an usager is" or "what was
said": that is the point of the list, and the reason why there is no kind for it.
"""

from enum import Enum

from sqlalchemy import LargeBinary, String

from hub.store.tables import METADATA


class Holds(Enum):
    """What may be in a column."""

    ID = "an identifier made by the software or the network file"
    WORD = "a word of a closed list, or numbers"
    INSTANT = "an instant"
    NUMBER = "a number or a yes or no"
    NETWORK_TEXT = "text that the operator wrote in the network file: names of services, places, papers"
    AGENT = "what is known of an agent, an employee of a partner"
    SECRET = "a hash or a public key"


ID, WORD, INSTANT, NUMBER = Holds.ID, Holds.WORD, Holds.INSTANT, Holds.NUMBER
NETWORK_TEXT, AGENT, SECRET = Holds.NETWORK_TEXT, Holds.AGENT, Holds.SECRET

REVIEWED: dict[str, dict[str, Holds]] = {
    "partner": {
        "id": ID, "name": NETWORK_TEXT, "full_name": NETWORK_TEXT, "tagline": NETWORK_TEXT, "position": NUMBER,
        "is_enabled": NUMBER, "offer_timeout_s": NUMBER, "wrap_up_s": NUMBER, "missed_offers_limit": NUMBER,
        "policy": NETWORK_TEXT, "revision": NUMBER,
    },
    "opening": {"id": NUMBER, "partner_id": ID, "weekday": NUMBER, "opens": WORD, "closes": WORD},
    "motif": {
        "partner_id": ID, "id": ID, "label": NETWORK_TEXT, "papers": NETWORK_TEXT, "position": NUMBER,
        "skills": ID, "priority": NUMBER,
    },
    "site": {"id": ID, "name": NETWORK_TEXT},
    "kiosk": {
        "id": ID, "site_id": ID, "name": NETWORK_TEXT, "is_enabled": NUMBER, "public_key": SECRET,
        "enrolled_at": INSTANT,
    },
    "enrolment_code": {
        "code_hash": SECRET, "kiosk_id": ID, "created_at": INSTANT, "expires_at": INSTANT, "used_at": INSTANT,
    },
    "agent": {
        "id": ID, "partner_id": ID, "email": AGENT, "display_name": AGENT, "password_hash": SECRET,
        "is_enabled": NUMBER,
    },
    "agent_session": {
        "token_hash": SECRET, "agent_id": ID, "csrf_token": SECRET, "created_at": INSTANT, "last_seen_at": INSTANT,
        "expires_at": INSTANT,
    },
    "station": {
        "id": ID, "partner_id": ID, "name": NETWORK_TEXT, "is_enabled": NUMBER, "state": WORD, "away_reason": WORD,
        "next_state": WORD, "next_away_reason": WORD, "agent_id": ID, "since": INSTANT, "idle_since": INSTANT,
        "missed_offers": NUMBER, "epoch": NUMBER, "lost_at": INSTANT,
        "node_id": ID, "pool_id": ID, "skills": ID,
    },
    "call": {
        "id": ID, "request_id": ID, "kiosk_id": ID, "partner_id": ID, "motif_id": ID, "accompanied": NUMBER,
        "language": WORD, "priority": NUMBER, "state": WORD, "station_id": ID, "agent_id": ID, "offer_no": NUMBER,
        "offer_expires_at": INSTANT, "peer_no": NUMBER, "kiosk_lost_at": INSTANT, "kiosk_media": WORD,
        "station_media": WORD, "media_at": INSTANT, "queued_at": INSTANT, "accepted_at": INSTANT,
        "connected_at": INSTANT, "ended_at": INSTANT, "wrap_up_expires_at": INSTANT, "closed_at": INSTANT,
        "outcome": WORD, "cause": WORD, "resolution": WORD, "site_id": ID, "ahead": NUMBER, "ticket_no": NUMBER,
        "summons": NUMBER, "summon_at": INSTANT, "summon_expires_at": INSTANT, "only_station_id": ID,
        "only_pool_id": ID, "origin_call_id": ID, "is_announced": NUMBER, "kiosk_node": ID,
        "waiting_since": INSTANT, "alone_since": INSTANT, "origin_partner_id": ID, "origin_agent_id": ID,
        "transfer_call_id": ID, "transfer_to": ID, "transfer_state": WORD,
    },
    "node": {"id": ID, "started_at": INSTANT, "lease_until": INSTANT, "place": SECRET},
    # The rows of `call` and `station` again, as they were decided: identifiers, words, instants.
    "outbox": {"partner_id": ID, "revision": NUMBER, "node_id": ID, "at": INSTANT, "notices": WORD},
    "installation": {"key": WORD, "value": WORD},
    "declined_offer": {"call_id": ID, "station_id": ID, "at": INSTANT, "how": WORD},
    "event": {
        "id": NUMBER, "at": INSTANT, "call_id": ID, "station_id": ID, "kiosk_id": ID, "partner_id": ID, "name": WORD,
        "detail": WORD,
    },
    "audit": {"id": NUMBER, "at": INSTANT, "actor": ID, "action": WORD, "object": ID, "result": WORD},
}  # fmt: skip


def test_every_column_was_reviewed_and_no_other_exists() -> None:
    stored = {table.name: set(table.columns.keys()) for table in METADATA.sorted_tables}
    assert stored == {name: set(columns) for name, columns in REVIEWED.items()}


def test_what_is_written_during_a_call_has_no_room_for_free_text() -> None:
    written_by_the_engine = ("call", "declined_offer", "event", "audit")
    for name in written_by_the_engine:
        assert set(REVIEWED[name].values()) <= {ID, WORD, INSTANT, NUMBER}
        for column in METADATA.tables[name].columns:
            if isinstance(column.type, String):
                assert column.type.length is not None
                assert column.type.length <= (200 if column.name == "detail" else 80)


def test_only_the_network_and_the_agents_hold_text_for_people() -> None:
    tables = {name for name, columns in REVIEWED.items() if {NETWORK_TEXT, AGENT} & set(columns.values())}
    assert tables == {"partner", "motif", "site", "kiosk", "station", "agent"}


def test_bytes_are_public_keys_alone() -> None:
    held = [
        column for table in METADATA.sorted_tables for column in table.columns if isinstance(column.type, LargeBinary)
    ]
    assert [str(column) for column in held] == ["kiosk.public_key"]
