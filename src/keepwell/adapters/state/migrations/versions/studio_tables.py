"""Create the tables of the studios."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create editions and drafts."""
    op.create_table(
        "studio_editions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_subject(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_studio_editions"),
    )
    op.create_index("ix_studio_editions_kind_name", "studio_editions", ["kind", "name"])
    op.create_table(
        "studio_drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *_subject(),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base_hash", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_studio_drafts"),
        sa.UniqueConstraint("kind", "name", "author", name="uq_studio_drafts_kind"),
    )


def downgrade() -> None:
    """Drop editions and drafts; the files of the project stay as they are."""
    op.drop_table("studio_drafts")
    op.drop_table("studio_editions")


def _subject() -> "tuple[sa.Column[str], sa.Column[str]]":
    return (
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
    )
