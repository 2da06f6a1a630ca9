"""The first schema: the network, accounts, presence, calls, the event log and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False, comment="agent id, kiosk id, or console"),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=True),
        sa.Column("station_id", sa.String(length=64), nullable=True),
        sa.Column("kiosk_id", sa.String(length=64), nullable=True),
        sa.Column("partner_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False, comment="closed list: hub.core.events"),
        sa.Column("detail", sa.String(length=200), nullable=True, comment="closed words and numbers only"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(op.f("ix_event_call_id"), "event", ["call_id"], unique=False)
    op.create_table(
        "partner",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("tagline", sa.String(length=200), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("offer_timeout_s", sa.Integer(), server_default="25", nullable=False),
        sa.Column("wrap_up_s", sa.Integer(), server_default="120", nullable=False),
        sa.Column("missed_offers_limit", sa.Integer(), server_default="2", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "agent",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column(
            "display_name", sa.String(length=80), nullable=False, comment="what the usager reads, e.g. Mme Martin"
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True, comment="argon2id; NULL: cannot sign in"),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_agent_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("email", name=op.f("uq_agent_email")),
    )
    op.create_table(
        "kiosk",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True, comment="32 bytes Ed25519; NULL until enrolled"),
        sa.Column("enrolled_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_kiosk_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
    )
    op.create_table(
        "motif",
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("papers", sa.String(length=2000), server_default="[]", nullable=False, comment="JSON list of texts"),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_motif_partner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("partner_id", "id", name=op.f("pk_motif")),
    )
    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="0 = Monday"),
        sa.Column("opens", sa.String(length=5), nullable=False, comment="HH:MM, local time of the network"),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_weekday")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_opening_partner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_partner_id"), "opening", ["partner_id"], unique=False)
    op.create_table(
        "agent_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("last_seen_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_agent_session_agent_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_agent_id"), "agent_session", ["agent_id"], unique=False)
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the code"),
        sa.Column("kiosk_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosk.id"], name=op.f("fk_enrolment_code_kiosk_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "station",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="offline", nullable=False),
        sa.Column("away_reason", sa.String(length=32), nullable=True),
        sa.Column(
            "next_state", sa.String(length=16), nullable=True, comment="asked for during a call: available or away"
        ),
        sa.Column("next_away_reason", sa.String(length=32), nullable=True),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("since", sa.Float(), server_default="0", nullable=False, comment="when `state` began"),
        sa.Column(
            "idle_since",
            sa.Float(),
            server_default="0",
            nullable=False,
            comment="longest idle first; kept across a break",
        ),
        sa.Column("missed_offers", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "epoch", sa.Integer(), server_default="0", nullable=False, comment="fencing: rises each time it is taken"
        ),
        sa.Column(
            "lost_at", sa.Float(), nullable=True, comment="when its link was lost; NULL: linked, or nobody to wait for"
        ),
        sa.CheckConstraint(
            "state IN ('offline','away','available','offered','in_call','wrap_up')",
            name=op.f("ck_station_station_state"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_station_agent_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_station_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
    )
    op.create_index(op.f("ix_station_partner_id"), "station", ["partner_id"], unique=False)
    op.create_table(
        "call",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False, comment="idempotency key, given by the kiosk"),
        sa.Column("kiosk_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("motif_id", sa.String(length=64), nullable=True),
        sa.Column("accompanied", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="fr", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False, comment="class; higher first"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=True),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("offer_no", sa.Integer(), server_default="0", nullable=False, comment="offers made so far; fencing"),
        sa.Column("offer_expires_at", sa.Float(), nullable=True),
        sa.Column("peer_no", sa.Integer(), server_default="0", nullable=False, comment="peer connections so far"),
        sa.Column("kiosk_lost_at", sa.Float(), nullable=True, comment="when the kiosk's link was lost; NULL: linked"),
        sa.Column("kiosk_media", sa.String(length=16), nullable=True, comment="the kiosk's last word on the media"),
        sa.Column("station_media", sa.String(length=16), nullable=True, comment="the station's last word on the media"),
        sa.Column("media_at", sa.Float(), nullable=True, comment="when one of the two words last changed"),
        sa.Column("queued_at", sa.Float(), nullable=False, comment="arrival; kept through declines, cuts, transfers"),
        sa.Column("accepted_at", sa.Float(), nullable=True),
        sa.Column("connected_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("wrap_up_expires_at", sa.Float(), nullable=True),
        sa.Column("closed_at", sa.Float(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued','offered','connecting','in_call','wrap_up','closed')", name=op.f("ck_call_call_state")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_call_agent_id")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_call_kiosk_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_call_partner_id")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_call_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("kiosk_id", "request_id", name="uq_call_request"),
    )
    op.create_index("ended_calls", "call", ["partner_id", "ended_at"], unique=False)
    op.create_index(
        "live_calls",
        "call",
        ["partner_id", "state"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "one_live_call_per_kiosk",
        "call",
        ["kiosk_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued','offered','connecting','in_call')"),
        postgresql_where=sa.text("state IN ('queued','offered','connecting','in_call')"),
    )
    op.create_index(
        "one_live_call_per_station",
        "call",
        ["station_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered','connecting','in_call','wrap_up')"),
        postgresql_where=sa.text("state IN ('offered','connecting','in_call','wrap_up')"),
    )
    op.create_table(
        "declined_offer",
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False, comment="declined or expired"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_declined_offer_call_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_declined_offer_station_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "station_id", name=op.f("pk_declined_offer")),
    )
