"""Create what the pages of value and forecast, and the notes of an account, stand on."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create sums and lists; give the staged accounts what narrows them and their worth."""
    op.create_table(
        "staged_sums",
        sa.Column("area", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(200), nullable=False) for name in ("name", "other", "csm_id")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("accounts", "valued", "ltv_accounts", "contributing", "struggling")
        ),
        *(
            sa.Column(name, sa.Float(), nullable=False)
            for name in ("value_amount", "ltv_amount", "contribution_amount", "loss_amount")
        ),
        sa.PrimaryKeyConstraint("area", "name", "other", "csm_id", name="pk_staged_sums"),
    )
    op.create_table(
        "staged_lists",
        sa.Column("list_name", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("list_name", "account_id", name="pk_staged_lists"),
    )
    op.create_index("ix_staged_lists_account_id", "staged_lists", ["account_id"])
    op.add_column("listed_accounts", sa.Column("value_group", sa.String(32), nullable=True))
    op.add_column("listed_accounts", sa.Column("contribution_tier", sa.Integer(), nullable=True))
    op.add_column(
        "listed_accounts", sa.Column("worth", sa.Text(), nullable=False, server_default="")
    )
