"""Routing rules, places kept, transfers, several hubs on one database."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KIOSK = "one_live_call_per_kiosk"
_LIVE = sa.text("state IN ('queued','offered','connecting','in_call') AND NOT is_announced")


def upgrade() -> None:
    op.add_column(
        "partner",
        sa.Column("policy", sa.Text(), server_default="{}", nullable=False, comment="JSON of hub.core.network.Policy"),
    )
    op.add_column(
        "partner",
        sa.Column(
            "revision",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="rises with each change of its live rows",
        ),
    )
    _skills("motif")
    op.add_column(
        "motif",
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False, comment="class of such a call, 0 to 3"),
    )
    op.add_column("station", sa.Column("pool_id", sa.String(64), nullable=True, comment="in the partner's policy"))
    _skills("station")
    op.add_column(
        "station", sa.Column("node_id", sa.String(64), nullable=True, comment="the hub that holds the page's link")
    )
    _calls()
    op.create_table(
        "node",
        sa.Column("id", sa.String(64), nullable=False, comment="made anew each time a hub starts"),
        sa.Column("place", sa.String(64), nullable=True, comment="digest of the port that it alone can listen on"),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False, comment="past: the hub is dead, and its row goes away"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_table(
        "outbox",
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the partner, after the decision"),
        sa.Column("node_id", sa.String(64), nullable=False, comment="the hub that decided, and told its own clients"),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("notices", sa.Text(), nullable=False, comment="JSON list of hub.core.notices; kept for minutes"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_outbox_partner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("partner_id", "revision", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_at"), "outbox", ["at"])
    op.create_table(
        "installation",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )


def _skills(table: str) -> None:
    comment = "JSON list of identifiers"
    op.add_column(table, sa.Column("skills", sa.String(500), server_default="[]", nullable=False, comment=comment))


def _calls() -> None:
    # SQLite makes the table anew, and dropping the old one empties what refers to it: those rows are put aside.
    op.execute("CREATE TEMPORARY TABLE passed AS SELECT * FROM declined_offer")
    with op.batch_alter_table("call") as call:
        call.drop_index(_KIOSK)
        call.drop_constraint(op.f("ck_call_call_state"), type_="check")
        for column in (
            sa.Column("site_id", sa.String(64), comment="where the kiosk stood: says which pools are reached"),
            sa.Column(
                "ahead",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="calls that waited before it when it came",
            ),
            sa.Column("ticket_no", sa.Integer(), comment="the number taken away when the place is kept"),
            sa.Column(
                "summons",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="times the number was called in vain",
            ),
            sa.Column("summon_at", sa.Float(), comment="the number is not called again before"),
            sa.Column("summon_expires_at", sa.Float()),
            sa.Column("only_station_id", sa.String(64), comment="passed on to this colleague alone"),
            sa.Column("only_pool_id", sa.String(64)),
            sa.Column("origin_call_id", sa.String(64), comment="the leg that was transferred into this one"),
            sa.Column(
                "is_announced",
                sa.Boolean(),
                server_default=sa.text("false"),
                nullable=False,
                comment="does not hold the kiosk yet",
            ),
            sa.Column("waiting_since", sa.Float(), comment="when this wait began; NULL: at queued_at"),
            sa.Column("alone_since", sa.Float(), comment="since when nobody on post could ever take it"),
            sa.Column("origin_partner_id", sa.String(64)),
            sa.Column("origin_agent_id", sa.String(64)),
            sa.Column("transfer_call_id", sa.String(64), comment="the leg that this one is transferred into"),
            sa.Column("transfer_to", sa.String(80), comment="where to, kind:id"),
            sa.Column("transfer_state", sa.String(16), comment="of an announced transfer that is open"),
            sa.Column("kiosk_node", sa.String(64), comment="the hub that holds the kiosk's link"),
        ):
            call.add_column(column)
        call.create_check_constraint(
            op.f("ck_call_call_state"),
            "state IN ('queued','kept','summoned','offered','connecting','in_call','wrap_up','closed')",
        )
    op.create_index(_KIOSK, "call", ["kiosk_id"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.create_index("calls_of_kiosk", "call", ["kiosk_id", "ended_at"])
    op.execute(
        "INSERT INTO declined_offer SELECT * FROM passed WHERE NOT EXISTS"
        " (SELECT 1 FROM declined_offer d WHERE d.call_id = passed.call_id AND d.station_id = passed.station_id)"
    )
    op.execute("DROP TABLE passed")
