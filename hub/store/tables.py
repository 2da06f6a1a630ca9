"""The schema, in SQLAlchemy Core. Migrations are in `migrations/`; a test checks that both agree.

Instants are UTC seconds since 1970 as floats (`*_at`), written by the hub only. Nothing here can hold who an
usager is or what was said: a test walks the columns against a reviewed list. The two partial unique indexes
on `call` are the last word on invariants I1 and I2 (SQLite >= 3.8, PostgreSQL).
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# ---- the network: written by `visio-hub import` and the directory pages ---------------------------------

partner = Table(
    "partner",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("full_name", String(200), nullable=False),
    Column("tagline", String(200), nullable=False, server_default=""),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("offer_timeout_s", Integer, nullable=False, server_default="25"),
    Column("wrap_up_s", Integer, nullable=False, server_default="120"),
    Column("missed_offers_limit", Integer, nullable=False, server_default="2"),
    Column("policy", Text, nullable=False, server_default="{}", comment="JSON of hub.core.network.Policy"),
    Column("revision", Integer, nullable=False, server_default="0", comment="rises with each change of its live rows"),
)

opening = Table(
    "opening",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner_id", String(64), ForeignKey("partner.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("weekday", Integer, nullable=False, comment="0 = Monday"),
    Column("opens", String(5), nullable=False, comment="HH:MM, local time of the network"),
    Column("closes", String(5), nullable=False),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
)

motif = Table(
    "motif",
    METADATA,
    Column("partner_id", String(64), ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("label", String(200), nullable=False),
    Column("papers", String(2000), nullable=False, server_default="[]", comment="JSON list of texts"),
    Column("skills", String(500), nullable=False, server_default="[]", comment="JSON list of identifiers"),
    Column("priority", Integer, nullable=False, server_default="0", comment="class of such a call, 0 to 3"),
    Column("position", Integer, nullable=False, server_default="0"),
)

site = Table(
    "site",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
)

kiosk = Table(
    "kiosk",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("site_id", String(64), ForeignKey("site.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("public_key", LargeBinary, nullable=True, comment="32 bytes Ed25519; NULL until enrolled"),
    Column("enrolled_at", Float, nullable=True),
)

enrolment_code = Table(
    "enrolment_code",
    METADATA,
    Column("code_hash", String(64), primary_key=True, comment="SHA-256 of the code"),
    Column("kiosk_id", String(64), ForeignKey("kiosk.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float, nullable=True),
)

agent = Table(
    "agent",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("partner_id", String(64), ForeignKey("partner.id"), nullable=False),
    Column("email", String(200), nullable=False, unique=True),
    Column("display_name", String(80), nullable=False, comment="what the usager reads, e.g. Mme Martin"),
    Column("password_hash", String(200), nullable=True, comment="argon2id; NULL: cannot sign in"),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
)

agent_session = Table(
    "agent_session",
    METADATA,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the cookie"),
    Column("agent_id", String(64), ForeignKey("agent.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("last_seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

# ---- presence and calls: written by the engine ----------------------------------------------------------

station = Table(
    "station",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("partner_id", String(64), ForeignKey("partner.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("pool_id", String(64), nullable=True, comment="in the partner's policy"),
    Column("skills", String(500), nullable=False, server_default="[]", comment="JSON list of identifiers"),
    Column("state", String(16), nullable=False, server_default="offline"),
    Column("away_reason", String(32), nullable=True),
    Column("next_state", String(16), nullable=True, comment="asked for during a call: available or away"),
    Column("next_away_reason", String(32), nullable=True),
    Column("agent_id", String(64), ForeignKey("agent.id"), nullable=True),
    Column("since", Float, nullable=False, server_default="0", comment="when `state` began"),
    Column("idle_since", Float, nullable=False, server_default="0", comment="longest idle first; kept across a break"),
    Column("missed_offers", Integer, nullable=False, server_default="0"),
    Column("epoch", Integer, nullable=False, server_default="0", comment="fencing: rises each time it is taken"),
    Column("lost_at", Float, nullable=True, comment="when its link was lost; NULL: linked, or nobody to wait for"),
    Column("node_id", String(64), nullable=True, comment="the hub that holds the page's link"),
    CheckConstraint("state IN ('offline','away','available','offered','in_call','wrap_up')", name="station_state"),
)

call = Table(
    "call",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("request_id", String(64), nullable=False, comment="idempotency key, given by the kiosk"),
    Column("kiosk_id", String(64), ForeignKey("kiosk.id"), nullable=False),
    Column("partner_id", String(64), ForeignKey("partner.id"), nullable=False),
    Column("motif_id", String(64), nullable=True),
    Column("site_id", String(64), nullable=True, comment="where the kiosk stood: says which pools are reached"),
    Column("accompanied", Boolean, nullable=False, server_default=text("false")),
    Column("language", String(8), nullable=False, server_default="fr"),
    Column("priority", Integer, nullable=False, server_default="0", comment="class; higher first"),
    Column("ahead", Integer, nullable=False, server_default="0", comment="calls that waited before it when it came"),
    Column("waiting_since", Float, nullable=True, comment="when this wait began; NULL: at queued_at"),
    Column("alone_since", Float, nullable=True, comment="since when nobody on post could ever take it"),
    Column("state", String(16), nullable=False),
    Column("ticket_no", Integer, nullable=True, comment="the number taken away when the place is kept"),
    Column("summons", Integer, nullable=False, server_default="0", comment="times the number was called in vain"),
    Column("summon_at", Float, nullable=True, comment="the number is not called again before"),
    Column("summon_expires_at", Float, nullable=True),
    Column("only_station_id", String(64), nullable=True, comment="passed on to this colleague alone"),
    Column("only_pool_id", String(64), nullable=True),
    Column("origin_call_id", String(64), nullable=True, comment="the leg that was transferred into this one"),
    Column("origin_partner_id", String(64), nullable=True),
    Column("origin_agent_id", String(64), nullable=True),
    Column("transfer_call_id", String(64), nullable=True, comment="the leg that this one is transferred into"),
    Column("transfer_to", String(80), nullable=True, comment="where to, kind:id"),
    Column("transfer_state", String(16), nullable=True, comment="of an announced transfer that is open"),
    Column(
        "is_announced", Boolean, nullable=False, server_default=text("false"), comment="does not hold the kiosk yet"
    ),
    Column("kiosk_node", String(64), nullable=True, comment="the hub that holds the kiosk's link"),
    Column("station_id", String(64), ForeignKey("station.id"), nullable=True),
    Column("agent_id", String(64), ForeignKey("agent.id"), nullable=True),
    Column("offer_no", Integer, nullable=False, server_default="0", comment="offers made so far; fencing"),
    Column("offer_expires_at", Float, nullable=True),
    Column("peer_no", Integer, nullable=False, server_default="0", comment="peer connections so far"),
    Column("kiosk_lost_at", Float, nullable=True, comment="when the kiosk's link was lost; NULL: linked"),
    Column("kiosk_media", String(16), nullable=True, comment="the kiosk's last word on the media"),
    Column("station_media", String(16), nullable=True, comment="the station's last word on the media"),
    Column("media_at", Float, nullable=True, comment="when one of the two words last changed"),
    Column("queued_at", Float, nullable=False, comment="arrival; kept through declines, cuts, transfers"),
    Column("accepted_at", Float, nullable=True),
    Column("connected_at", Float, nullable=True),
    Column("ended_at", Float, nullable=True),
    Column("wrap_up_expires_at", Float, nullable=True),
    Column("closed_at", Float, nullable=True),
    Column("outcome", String(16), nullable=True),
    Column("cause", String(32), nullable=True),
    Column("resolution", String(32), nullable=True),
    UniqueConstraint("kiosk_id", "request_id", name="uq_call_request"),
    CheckConstraint(
        "state IN ('queued','kept','summoned','offered','connecting','in_call','wrap_up','closed')", name="call_state"
    ),
)

Index(
    "one_live_call_per_station",
    call.c.station_id,
    unique=True,
    sqlite_where=text("state IN ('offered','connecting','in_call','wrap_up')"),
    postgresql_where=text("state IN ('offered','connecting','in_call','wrap_up')"),
)
Index(
    "one_live_call_per_kiosk",
    call.c.kiosk_id,
    unique=True,
    sqlite_where=text("state IN ('queued','offered','connecting','in_call') AND NOT is_announced"),
    postgresql_where=text("state IN ('queued','offered','connecting','in_call') AND NOT is_announced"),
)
Index(
    "live_calls",
    call.c.partner_id,
    call.c.state,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)
Index("ended_calls", call.c.partner_id, call.c.ended_at)
Index("calls_of_kiosk", call.c.kiosk_id, call.c.ended_at)

declined_offer = Table(
    "declined_offer",
    METADATA,
    Column("call_id", String(64), ForeignKey("call.id", ondelete="CASCADE"), primary_key=True),
    Column("station_id", String(64), ForeignKey("station.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Float, nullable=False),
    Column("how", String(16), nullable=False, comment="declined or expired"),
)

event = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("call_id", String(64), nullable=True, index=True),
    Column("station_id", String(64), nullable=True),
    Column("kiosk_id", String(64), nullable=True),
    Column("partner_id", String(64), nullable=True),
    Column("name", String(40), nullable=False, comment="closed list: hub.core.events"),
    Column("detail", String(200), nullable=True, comment="closed words and numbers only"),
)

# ---- several hubs on one database (`hub.store.nodes`, `hub.store.outbox`) ---------------------------------

node = Table(
    "node",
    METADATA,
    Column("id", String(64), primary_key=True, comment="made anew each time a hub starts"),
    Column("place", String(64), nullable=True, comment="digest of the port that it alone can listen on"),
    Column("started_at", Float, nullable=False),
    Column("lease_until", Float, nullable=False, comment="past: the hub is dead, and its row goes away"),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("partner_id", String(64), ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True, comment="of the partner, after the decision"),
    Column("node_id", String(64), nullable=False, comment="the hub that decided, and told its own clients"),
    Column("at", Float, nullable=False, index=True),
    Column("notices", Text, nullable=False, comment="JSON list of hub.core.notices; kept for minutes"),
)

installation = Table(
    "installation",
    METADATA,
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("actor", String(80), nullable=False, comment="agent id, kiosk id, or console"),
    Column("action", String(40), nullable=False),
    Column("object", String(80), nullable=True),
    Column("result", String(16), nullable=False),
)
