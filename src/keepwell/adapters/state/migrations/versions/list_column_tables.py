"""Add the columns that a person chose to see in a list."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "list_columns",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("page", sa.String(32), primary_key=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("list_columns")
