"""The tables of the schedule: rules that were seen, due times and who acts on them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class ScheduleRuleRow(StateTable):
    """When a job was first seen under a rule."""

    __tablename__ = "schedule_rules"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(320), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class JobRunRow(StateTable):
    """One due time of a job, never deleted; the unique key lets one scheduler take it."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("job", "due_at"),
        Index("ix_job_runs_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    as_of: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int]
    beat: Mapped[int]
    alive_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steps_done: Mapped[list[Any]] = mapped_column(JSON)
    missed: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
