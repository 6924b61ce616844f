"""The tables of success plans: plans and their parts, team, outcomes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class PlanRow(StateTable):
    """One plan; `open_key` is account and template while it is open, so there is one at a time."""

    __tablename__ = "success_plans"
    __table_args__ = (Index("ix_success_plans_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(String(200))
    open_key: Mapped[str | None] = mapped_column(String(300), unique=True)
    template: Mapped[str] = mapped_column(String(64))
    definition: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    start: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16))
    ending: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date | None] = mapped_column(Date)
    extended_days: Mapped[int]
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cta_id: Mapped[int | None]


class PlanObjectiveRow(StateTable):
    """A goal of a plan; `place` keeps the order."""

    __tablename__ = "plan_objectives"

    plan_id: Mapped[int] = mapped_column(ForeignKey("success_plans.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int]
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)


class PlanMilestoneRow(StateTable):
    """A step of a plan; never deleted, it ends done or dropped."""

    __tablename__ = "plan_milestones"

    plan_id: Mapped[int] = mapped_column(ForeignKey("success_plans.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int]
    objective: Mapped[str] = mapped_column(String(64))
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    owner: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    settled_on: Mapped[date | None] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    play: Mapped[str | None] = mapped_column(String(64))


class PlanGateRow(StateTable):
    """A gate as it stands; earlier verdicts of it are in the audit log."""

    __tablename__ = "plan_gates"

    plan_id: Mapped[int] = mapped_column(ForeignKey("success_plans.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(16))
    checked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    run_id: Mapped[str | None] = mapped_column(String(64))
    judged_on: Mapped[date | None] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)


class PlanMemberRow(StateTable):
    """A person in a plan's team, by the part of the company they speak for."""

    __tablename__ = "plan_members"
    __table_args__ = (Index("ix_plan_members_plan_id", "plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("success_plans.id"))
    function: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(200))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutcomeRow(StateTable):
    """What became of an account's money."""

    __tablename__ = "plan_outcomes"
    __table_args__ = (Index("ix_plan_outcomes_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str] = mapped_column(String(200))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("success_plans.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[float | None] = mapped_column(Float)
    currency: Mapped[str] = mapped_column(String(16))
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
