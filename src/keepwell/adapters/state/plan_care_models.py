"""The tables of an account's care: risk stages, diagnoses, help requests, reviews, programmes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class StageRow(StateTable):
    """A change of risk stage; an account's highest `step` is where it stands. Never changed."""

    __tablename__ = "risk_stages"

    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    before: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    on: Mapped[date] = mapped_column(Date)
    plan_id: Mapped[int | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DiagnosisRow(StateTable):
    """One cause found for an account, with what the snapshot said of it on that day."""

    __tablename__ = "diagnoses"
    __table_args__ = (
        Index("ix_diagnoses_account_id", "account_id"),
        Index("ix_diagnoses_on", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(String(200))
    on: Mapped[date] = mapped_column(Date)
    cause: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    tier: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[str | None] = mapped_column(String(200))
    segment: Mapped[str | None] = mapped_column(String(200))
    amount: Mapped[float | None] = mapped_column(Float)
    plan_id: Mapped[int | None]
    cta_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HelpRequestRow(StateTable):
    """Help asked of another team, with the times promised."""

    __tablename__ = "help_requests"
    __table_args__ = (Index("ix_help_requests_status_answer_due", "status", "answer_due"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(String(200))
    team: Mapped[str] = mapped_column(String(64))
    urgency: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_due: Mapped[datetime] = mapped_column(UtcDateTime)
    solve_due: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    level: Mapped[int]
    plan_id: Mapped[int | None]
    cta_id: Mapped[int | None]


class ReviewRow(StateTable):
    """A business review that was held."""

    __tablename__ = "business_reviews"

    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    held_on: Mapped[date] = mapped_column(Date, primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProgrammeRow(StateTable):
    """An account in a programme, as it stands; its moves are in the audit log."""

    __tablename__ = "programme_entries"

    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    programme: Mapped[str] = mapped_column(String(64), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
