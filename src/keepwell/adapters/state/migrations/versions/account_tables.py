"""Create notes on accounts, and contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0025b"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account_notes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account_notes"),
    )
    op.create_index("ix_account_notes_account_id_on", "account_notes", ["account_id", "on"])
    op.create_table(
        "contacts",
        sa.Column("import_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("contact_id", sa.String(200), nullable=True),
        *(sa.Column(n, sa.Text(), nullable=True) for n in ("name", "title", "role")),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_contacts"),
    )
    op.create_index("ix_contacts_account_id", "contacts", ["account_id"])
    op.create_index("ix_contacts_contact_id", "contacts", ["contact_id"])
    op.create_table(
        "contact_imports",
        sa.Column("import_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name="pk_contact_imports"),
    )
