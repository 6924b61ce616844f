"""Create the tables of journeys: passages, steps, sends, feeds, suppressions, holdouts, salts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "holdouts",
    "suppressions",
    "feed_entries",
    "journey_sends",
    "journey_steps",
    "journey_passages",
    "salts",
)


def upgrade() -> None:
    """Create the tables of journeys."""
    op.create_table(
        "salts",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_salts"),
    )
    _create_passages()
    _create_sends()
    _create_feed()
    _create_groups()


def downgrade() -> None:
    """Drop the tables of journeys."""
    for table in TABLES:
        op.drop_table(table)


def _create_passages() -> None:
    op.create_table(
        "journey_passages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("active_key", sa.String(300), nullable=True),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("position", sa.String(64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_proxy", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey_passages"),
        sa.UniqueConstraint("key", name="uq_journey_passages_key"),
        sa.UniqueConstraint("active_key", name="uq_journey_passages_active_key"),
    )
    columns = ["journey", "account_id"]
    op.create_index("ix_journey_passages_journey_account_id", "journey_passages", columns)
    op.create_table(
        "journey_steps",
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("passage_id", "step", name="pk_journey_steps"),
        sa.ForeignKeyConstraint(["passage_id"], ["journey_passages.id"]),
    )


def _create_sends() -> None:
    op.create_table(
        "journey_sends",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=True),
        sa.Column("address_hash", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("item", sa.String(64), nullable=True),
        sa.Column("is_touch", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(64), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey_sends"),
        sa.UniqueConstraint("key", name="uq_journey_sends_key"),
        sa.ForeignKeyConstraint(["passage_id"], ["journey_passages.id"]),
    )
    op.create_index("ix_journey_sends_status_due_at", "journey_sends", ["status", "due_at"])
    op.create_index("ix_journey_sends_account_id", "journey_sends", ["account_id"])
    op.create_index("ix_journey_sends_address_hash", "journey_sends", ["address_hash"])


def _create_feed() -> None:
    op.create_table(
        "feed_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("item", sa.String(64), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feed_entries"),
        sa.UniqueConstraint("key", name="uq_feed_entries_key"),
    )
    op.create_index("ix_feed_entries_account_id_at", "feed_entries", ["account_id", "at"])


def _create_groups() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("active_hash", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint("active_hash", name="uq_suppressions_active_hash"),
    )
    op.create_index("ix_suppressions_address_hash", "suppressions", ["address_hash"])
    op.create_table(
        "holdouts",
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("arm", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("stratum", sa.String(200), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "account_id", name="pk_holdouts"),
    )
