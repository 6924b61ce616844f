"""The tables of the early-warning loop: alarms, alerts, transitions, gates, and the audit log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class AlarmRow(StateTable):
    """The alarm of one account and trigger, and what it was before the day of the last run."""

    __tablename__ = "alarms"

    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    trigger: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_on: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[date | None] = mapped_column(Date)
    streak: Mapped[int]
    as_of: Mapped[date] = mapped_column(Date)
    before_is_on: Mapped[bool] = mapped_column(Boolean)
    before_since: Mapped[date | None] = mapped_column(Date)
    before_streak: Mapped[int]


class AlertRow(StateTable):
    """One alert, never deleted; `key` is its episode, so that a day run again adds none.

    An alert on a source has no account.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_status_as_of", "status", "as_of"),
        Index("ix_alerts_account_id_as_of", "account_id", "as_of"),
        Index("ix_alerts_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(320), unique=True)
    account_id: Mapped[str | None] = mapped_column(String(200))
    trigger: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16))
    csm_id: Mapped[str | None] = mapped_column(String(200))
    is_proxy: Mapped[bool] = mapped_column(Boolean)
    at_stake_amount: Mapped[float | None] = mapped_column(Float)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_cause: Mapped[str | None] = mapped_column(String(32))


class TransitionRow(StateTable):
    """What changed for an account in a run, and why; written once, with the run."""

    __tablename__ = "transitions"
    __table_args__ = (Index("ix_transitions_account_id_as_of", "account_id", "as_of"),)

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date)
    before: Mapped[str] = mapped_column(String(64))
    after: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(16))
    before_micro: Mapped[int | None]
    after_micro: Mapped[int | None]
    customer_micro: Mapped[int | None]
    data_micro: Mapped[int | None]
    definition_micro: Mapped[int | None]


class RunGateRow(StateTable):
    """Whether a run's alerts went out, and what a person said of those that were held."""

    __tablename__ = "run_gates"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    definition: Mapped[str] = mapped_column(String(64))
    changed: Mapped[int]
    compared: Mapped[int]
    faults: Mapped[list[Any]] = mapped_column(JSON)
    matched: Mapped[int | None]
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditRow(StateTable):
    """One line of the append-only log; each hash covers the line and the hash before it."""

    __tablename__ = "audit_log"

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(320))
    details: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
