"""Create alarms, alerts, run_gates and audit_log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("audit_log", "run_gates", "alerts", "alarms")


def upgrade() -> None:
    """Create the tables of the early-warning loop."""
    op.create_table(
        "alarms",
        sa.Column("account_id", sa.String(200), nullable=False),
        sa.Column("trigger", sa.String(64), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("before_is_on", sa.Boolean(), nullable=False),
        sa.Column("before_since", sa.Date(), nullable=True),
        sa.Column("before_streak", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "trigger", name="pk_alarms"),
    )
    _create_alerts()
    _create_gates()
    _create_audit()


def downgrade() -> None:
    """Drop the tables of the early-warning loop."""
    for table in TABLES:
        op.drop_table(table)


def _create_gates() -> None:
    op.create_table(
        "run_gates",
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("definition", sa.String(64), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_gates"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(320), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_log"),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(320), nullable=False),
        sa.Column("account_id", sa.String(200), nullable=True),
        sa.Column("trigger", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("urgency", sa.String(16), nullable=False),
        sa.Column("csm_id", sa.String(200), nullable=True),
        sa.Column("is_proxy", sa.Boolean(), nullable=False),
        sa.Column("at_stake_amount", sa.Float(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_cause", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("key", name="uq_alerts_key"),
    )
    for columns in (["status", "as_of"], ["account_id", "as_of"], ["run_id"]):
        op.create_index(f"ix_alerts_{'_'.join(columns)}", "alerts", columns)
