"""Create the table of jobs that people start by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create who asked for a job, and what it came to."""
    op.create_table(
        "hand_jobs",
        sa.Column("job_run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("job_run_id", name="pk_hand_jobs"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("hand_jobs")
