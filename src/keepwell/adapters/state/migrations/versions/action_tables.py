"""Create ctas, cta_alerts, cta_moves, plays and tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("tasks", "plays", "cta_moves", "cta_alerts", "ctas")


def upgrade() -> None:
    """Create the tables of people's work."""
    _create_ctas()
    _create_parts()
    _create_plays()
    _create_tasks()


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table)


def _create_ctas() -> None:
    op.create_table(
        "ctas",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("open_key", sa.String(460), nullable=True),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(320), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("at_stake_amount", sa.Float(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("signal", sa.String(32), nullable=True),
        sa.Column("signal_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ctas"),
        sa.UniqueConstraint("open_key", name="uq_ctas_open_key"),
    )
    op.create_index("ix_ctas_status_due_on", "ctas", ["status", "due_on"])
    op.create_index("ix_ctas_owner_status", "ctas", ["owner", "status"])
    op.create_index("ix_ctas_account_id_status", "ctas", ["account_id", "status"])
    op.create_index("ix_ctas_run_id", "ctas", ["run_id"])


def _create_parts() -> None:
    op.create_table(
        "cta_alerts",
        sa.Column("alert_key", sa.String(320), nullable=False),
        sa.Column("cta_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alert_key", name="pk_cta_alerts"),
        sa.ForeignKeyConstraint(["cta_id"], ["ctas.id"]),
    )
    op.create_index("ix_cta_alerts_cta_id", "cta_alerts", ["cta_id"])
    op.create_table(
        "cta_moves",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cta_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("move", sa.String(32), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cta_moves"),
        sa.ForeignKeyConstraint(["cta_id"], ["ctas.id"]),
    )
    op.create_index("ix_cta_moves_cta_id", "cta_moves", ["cta_id"])


def _create_plays() -> None:
    op.create_table(
        "plays",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("play", sa.String(64), nullable=False),
        sa.Column("cta_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_by", sa.String(200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_cause", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_plays"),
        sa.ForeignKeyConstraint(["cta_id"], ["ctas.id"]),
    )
    op.create_index("ix_plays_cta_id", "plays", ["cta_id"])
    op.create_index("ix_plays_status_play", "plays", ["status", "play"])
    op.create_index("ix_plays_account_id", "plays", ["account_id"])


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("play_id", sa.Integer(), nullable=False),
        sa.Column("cta_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("template", sa.String(64), nullable=True),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(200), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_unread", sa.Boolean(), nullable=False),
        sa.Column("check", sa.JSON(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.String(200), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.ForeignKeyConstraint(["play_id"], ["plays.id"]),
        sa.ForeignKeyConstraint(["cta_id"], ["ctas.id"]),
    )
    op.create_index("ix_tasks_play_id", "tasks", ["play_id"])
    op.create_index("ix_tasks_cta_id", "tasks", ["cta_id"])
    op.create_index("ix_tasks_owner_status", "tasks", ["owner", "status"])
    op.create_index("ix_tasks_is_unread_due_on", "tasks", ["is_unread", "due_on"])
