"""Create the tables of people, invitations, sessions, tokens, throttles, views and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "kept_answers",
    "saved_views",
    "sign_in_throttles",
    "api_tokens",
    "sessions",
    "invitations",
    "people",
)


def upgrade() -> None:
    """Create the tables of those who may enter."""
    _create_people()
    _create_sessions()
    _create_tokens()
    _create_kept()


def downgrade() -> None:
    """Drop the tables of those who may enter."""
    for table in TABLES:
        op.drop_table(table)


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _person() -> "sa.Column[int]":
    return sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False)


def _number() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _create_people() -> None:
    op.create_table(
        "people",
        _number(),
        _text("login", 200),
        _text("name", 200),
        _text("role", 16),
        sa.Column("sees", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        _text("lang", 8),
        _text("theme", 8),
        _text("density", 8),
        _text("time_zone", 64),
        sa.Column("has_single_keys", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _moment("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("login", name="uq_people_login"),
    )
    op.create_table(
        "invitations",
        _text("secret_hash", 64),
        _text("login", 200),
        _text("name", 200),
        _text("role", 16),
        sa.Column("sees", sa.JSON(), nullable=False),
        _text("invited_by", 200),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_invitations"),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        _text("secret_hash", 64),
        _person(),
        _moment("opened_at"),
        _moment("seen_at"),
        _moment("rotates_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_table(
        "sign_in_throttles",
        _text("key", 80),
        sa.Column("failures", sa.Integer(), nullable=False),
        _moment("last_at"),
        _moment("until", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_throttles"),
    )


def _create_tokens() -> None:
    op.create_table(
        "api_tokens",
        _number(),
        _text("name", 200),
        _text("secret_hash", 64),
        _text("starts_with", 16),
        _person(),
        sa.Column("scopes", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_api_tokens_secret_hash"),
    )


def _create_kept() -> None:
    op.create_table(
        "saved_views",
        _number(),
        _person(),
        _text("page", 32),
        _text("name", 200),
        sa.Column("query", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("person_id", "page", "name", name="uq_saved_views_person_id"),
    )
    op.create_table(
        "kept_answers",
        _person(),
        _text("key", 200),
        _text("request", 64),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("person_id", "key", name="pk_kept_answers"),
    )
    op.create_index("ix_kept_answers_created_at", "kept_answers", ["created_at"])
