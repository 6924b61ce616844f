"""Create transitions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MICROS = ("before_micro", "after_micro", "customer_micro", "data_micro", "definition_micro")


def upgrade() -> None:
    """Create the table of what changed in each run."""
    op.create_table(
        "transitions",
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("after", sa.String(64), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in MICROS),
        sa.PrimaryKeyConstraint("run_id", "account_id", "kind", "name", name="pk_transitions"),
    )
    op.create_index("ix_transitions_account_id_as_of", "transitions", ["account_id", "as_of"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("transitions")
