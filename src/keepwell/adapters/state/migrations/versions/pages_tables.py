"""Create the staged tables that pages read."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = {
    "change": ["change_key", "account_id"],
    "score": ["score_key", "account_id"],
    "amount": ["amount_key", "account_id"],
    "loss": ["loss_key", "account_id"],
    "name": ["name_key", "account_id"],
    "csm": ["csm_id"],
}


def upgrade() -> None:
    """Create the staged run and its accounts."""
    op.create_table(
        "staged_run",
        _text("run_id", 64, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_staged_run"),
    )
    op.create_table(
        "listed_accounts",
        _text("account_id", 200, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "name_key", "search")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("industry", "size", "region")),
        _text("csm_id", 200),
        _text("owner_id", 200),
        sa.Column("lifecycle", sa.Text(), nullable=True),
        sa.Column("customer_since", sa.Date(), nullable=True),
        _text("tier", 64, nullable=False),
        _text("score_tier", 64, nullable=False),
        *(_text(f"tier_{period}", 64) for period in ("week", "month", "quarter")),
        *_scores(),
        *_amounts(),
        _text("segment", 64),
        _text("value_tier", 64),
        sa.Column("renews_on", sa.Date(), nullable=True),
        sa.Column("renewal_key", sa.Integer(), nullable=False),
        sa.Column("idle_days", sa.Integer(), nullable=True),
        sa.Column("idle_key", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("spark", "known", "month_ago")),
        sa.PrimaryKeyConstraint("account_id", name="pk_listed_accounts"),
    )
    for name, columns in INDEXES.items():
        op.create_index(f"ix_listed_accounts_{name}", "listed_accounts", columns)


def downgrade() -> None:
    """Drop the staged tables; the next run fills them again."""
    op.drop_table("listed_accounts")
    op.drop_table("staged_run")


def _text(name: str, length: int, *, nullable: bool = True) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=nullable)


def _scores() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("score_micro", sa.BigInteger(), nullable=True),
        sa.Column("score_key", sa.BigInteger(), nullable=False),
        sa.Column("change_micro", sa.BigInteger(), nullable=True),
        sa.Column("change_key", sa.BigInteger(), nullable=False),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.Column("has_override", sa.Boolean(), nullable=False),
        sa.Column("scorecard", sa.String(200), nullable=True),
        sa.Column("scorecard_version", sa.Integer(), nullable=True),
    )


def _amounts() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("amount_key", sa.Float(), nullable=False),
        sa.Column("contribution_amount", sa.Float(), nullable=True),
        sa.Column("loss_amount", sa.Float(), nullable=True),
        sa.Column("loss_key", sa.Float(), nullable=False),
    )
