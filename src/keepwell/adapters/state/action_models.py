"""The tables of people's work: CTAs, what was done with them, plays, tasks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class CtaRow(StateTable):
    """One CTA, never deleted. `open_key` is there while it is open: no two open ones share it."""

    __tablename__ = "ctas"
    __table_args__ = (
        Index("ix_ctas_status_due_on", "status", "due_on"),
        Index("ix_ctas_owner_status", "owner", "status"),
        Index("ix_ctas_account_id_status", "account_id", "status"),
        Index("ix_ctas_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    open_key: Mapped[str | None] = mapped_column(String(460), unique=True)
    account_id: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    before: Mapped[str | None] = mapped_column(String(16))
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(320))
    run_id: Mapped[str | None] = mapped_column(String(64))
    opened_on: Mapped[date] = mapped_column(Date)
    opened_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at_stake_amount: Mapped[float | None] = mapped_column(Float)
    hours: Mapped[float] = mapped_column(Float)
    signal: Mapped[str | None] = mapped_column(String(32))
    signal_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class CtaAlertRow(StateTable):
    """An alert and the CTA that answers it; `is_on` until the alert is over."""

    __tablename__ = "cta_alerts"
    __table_args__ = (Index("ix_cta_alerts_cta_id", "cta_id"),)

    alert_key: Mapped[str] = mapped_column(String(320), primary_key=True)
    cta_id: Mapped[int] = mapped_column(ForeignKey("ctas.id"))
    is_on: Mapped[bool] = mapped_column(Boolean)


class CtaMoveRow(StateTable):
    """One line of a CTA's history; never changed."""

    __tablename__ = "cta_moves"
    __table_args__ = (Index("ix_cta_moves_cta_id", "cta_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    cta_id: Mapped[int] = mapped_column(ForeignKey("ctas.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    move: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlayRow(StateTable):
    """One play of the library that runs or ran for a CTA."""

    __tablename__ = "plays"
    __table_args__ = (
        Index("ix_plays_cta_id", "cta_id"),
        Index("ix_plays_status_play", "status", "play"),
        Index("ix_plays_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    play: Mapped[str] = mapped_column(String(64))
    cta_id: Mapped[int] = mapped_column(ForeignKey("ctas.id"))
    account_id: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    started_on: Mapped[date] = mapped_column(Date)
    started_by: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_cause: Mapped[str | None] = mapped_column(String(32))


class TaskRow(StateTable):
    """One task of a play, never deleted; its words are those of the day it was made."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_play_id", "play_id"),
        Index("ix_tasks_cta_id", "cta_id"),
        Index("ix_tasks_owner_status", "owner", "status"),
        Index("ix_tasks_is_unread_due_on", "is_unread", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    play_id: Mapped[int] = mapped_column(ForeignKey("plays.id"))
    cta_id: Mapped[int] = mapped_column(ForeignKey("ctas.id"))
    account_id: Mapped[str] = mapped_column(String(200))
    step: Mapped[str] = mapped_column(String(64))
    place: Mapped[int]
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    template: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date] = mapped_column(Date)
    is_unread: Mapped[bool] = mapped_column(Boolean)
    check: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    settled_on: Mapped[date | None] = mapped_column(Date)
    settled_by: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
