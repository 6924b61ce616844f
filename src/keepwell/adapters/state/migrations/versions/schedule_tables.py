"""Create the tables of the schedule."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the rules that were seen, and the due times that were acted on."""
    op.create_table(
        "schedule_rules",
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(320), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", "rule", name="pk_schedule_rules"),
    )
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("alive_until", sa.DateTime(), nullable=True),
        sa.Column("again_at", sa.DateTime(), nullable=True),
        sa.Column("steps_done", sa.JSON(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job_runs"),
        sa.UniqueConstraint("job", "due_at", name="uq_job_runs_job"),
    )
    op.create_index("ix_job_runs_status", "job_runs", ["status"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("job_runs")
    op.drop_table("schedule_rules")
