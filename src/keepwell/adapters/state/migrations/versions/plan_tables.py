"""Create success plans with their parts, risk stages, diagnoses, requests, reviews, programmes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "programme_entries",
    "business_reviews",
    "help_requests",
    "diagnoses",
    "risk_stages",
    "plan_outcomes",
    "plan_members",
    "plan_gates",
    "plan_milestones",
    "plan_objectives",
    "success_plans",
)


def upgrade() -> None:
    """Create the tables of success plans and of the care of accounts."""
    _create_plans()
    _create_parts()
    _create_gates()
    _create_people()
    _create_stages()
    _create_requests()
    _create_reviews()


def downgrade() -> None:
    """Drop the tables of success plans and of the care of accounts."""
    for table in TABLES:
        op.drop_table(table)


def _text(name: str, length: int, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=nullable)


def _words(*names: str) -> "tuple[sa.Column[str], ...]":
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _number() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), autoincrement=True, nullable=False)


def _plan(*, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column("plan_id", sa.Integer(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _to_plan(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_plan_id_success_plans"
    return sa.ForeignKeyConstraint(["plan_id"], ["success_plans.id"], name=name)


def _create_plans() -> None:
    op.create_table(
        "success_plans",
        _number(),
        _text("account_id", 200),
        _text("open_key", 300, nullable=True),
        _text("template", 64),
        *_words("definition"),
        _day("started_on"),
        _day("ends_on"),
        sa.Column("start", sa.JSON(), nullable=False),
        _text("status", 16),
        _text("ending", 16, nullable=True),
        *_words("reason"),
        _day("closed_on", nullable=True),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        _text("opened_by", 200),
        _moment("opened_at"),
        sa.Column("cta_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_success_plans"),
        sa.UniqueConstraint("open_key", name="uq_success_plans_open_key"),
    )
    op.create_index("ix_success_plans_account_id", "success_plans", ["account_id"])


def _create_parts() -> None:
    op.create_table(
        "plan_objectives",
        _plan(),
        _text("name", 64),
        sa.Column("place", sa.Integer(), nullable=False),
        *_words("title_zh", "title_en"),
        _text("status", 16),
        *_words("note"),
        sa.PrimaryKeyConstraint("plan_id", "name", name="pk_plan_objectives"),
        _to_plan("plan_objectives"),
    )
    op.create_table(
        "plan_milestones",
        _plan(),
        _text("name", 64),
        sa.Column("place", sa.Integer(), nullable=False),
        _text("objective", 64),
        *_words("title_zh", "title_en"),
        _day("due_on"),
        _text("owner", 200),
        _text("status", 16),
        _day("settled_on", nullable=True),
        _text("by", 200),
        *_words("note"),
        _text("play", 64, nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "name", name="pk_plan_milestones"),
        _to_plan("plan_milestones"),
    )


def _create_gates() -> None:
    op.create_table(
        "plan_gates",
        _plan(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_words("title_zh", "title_en"),
        _day("due_on"),
        _text("status", 16),
        sa.Column("checked", sa.JSON(), nullable=False),
        _text("run_id", 64, nullable=True),
        _day("judged_on", nullable=True),
        _text("by", 200),
        *_words("reason"),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_plan_gates"),
        _to_plan("plan_gates"),
    )


def _create_people() -> None:
    op.create_table(
        "plan_members",
        _number(),
        _plan(),
        _text("function", 64),
        _text("person", 200),
        _moment("joined_at"),
        _moment("left_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_plan_members"),
        _to_plan("plan_members"),
    )
    op.create_index("ix_plan_members_plan_id", "plan_members", ["plan_id"])
    op.create_table(
        "plan_outcomes",
        _number(),
        _text("account_id", 200),
        _plan(nullable=True),
        _text("kind", 16),
        sa.Column("amount", sa.Float(), nullable=True),
        _text("currency", 16),
        _day("on"),
        *_words("note"),
        _text("by", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_outcomes"),
        _to_plan("plan_outcomes"),
    )
    op.create_index("ix_plan_outcomes_account_id", "plan_outcomes", ["account_id"])


def _create_stages() -> None:
    op.create_table(
        "risk_stages",
        _text("account_id", 200),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        _text("before", 16),
        _text("stage", 16),
        *_words("reason"),
        _day("on"),
        _plan(nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        _text("by", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("account_id", "step", name="pk_risk_stages"),
    )
    op.create_table(
        "diagnoses",
        _number(),
        _text("account_id", 200),
        _day("on"),
        _text("cause", 64),
        *_words("note"),
        _text("tier", 64, nullable=True),
        _text("size", 200, nullable=True),
        _text("segment", 200, nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        _plan(nullable=True),
        sa.Column("cta_id", sa.Integer(), nullable=True),
        _text("by", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_diagnoses"),
    )
    op.create_index("ix_diagnoses_account_id", "diagnoses", ["account_id"])
    op.create_index("ix_diagnoses_on", "diagnoses", ["on"])


def _create_requests() -> None:
    op.create_table(
        "help_requests",
        _number(),
        _text("account_id", 200),
        _text("team", 64),
        _text("urgency", 16),
        *_words("text"),
        _text("asked_by", 200),
        _moment("asked_at"),
        _moment("answer_due"),
        _moment("solve_due"),
        _text("status", 16),
        _moment("answered_at", nullable=True),
        _moment("settled_at", nullable=True),
        _text("owner", 200),
        *_words("note"),
        sa.Column("level", sa.Integer(), nullable=False),
        _plan(nullable=True),
        sa.Column("cta_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_help_requests"),
    )
    op.create_index("ix_help_requests_status_answer_due", "help_requests", ["status", "answer_due"])


def _create_reviews() -> None:
    op.create_table(
        "business_reviews",
        _text("account_id", 200),
        _day("held_on"),
        *_words("note"),
        _text("by", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("account_id", "held_on", name="pk_business_reviews"),
    )
    op.create_table(
        "programme_entries",
        _text("account_id", 200),
        _text("programme", 64),
        _text("status", 16),
        _day("on"),
        *_words("note"),
        _text("by", 200),
        _moment("at"),
        sa.PrimaryKeyConstraint("account_id", "programme", name="pk_programme_entries"),
    )
