"""Add runs.snapshot_removed_at."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a run outlive its snapshot."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("snapshot_removed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Forget which snapshots were removed."""
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("snapshot_removed_at")
