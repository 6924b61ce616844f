"""The staged tables: list columns of the current snapshot (D7), replaced whole by each run."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable


class StagedRunRow(StateTable):
    """The run that is staged, one row, and what is the same for all its accounts."""

    __tablename__ = "staged_run"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class ListedAccountRow(StateTable):
    """One account. Columns that lists sort by are never empty: a stand-in puts the unknown last."""

    __tablename__ = "listed_accounts"
    __table_args__ = (
        Index("ix_listed_accounts_change", "change_key", "account_id"),
        Index("ix_listed_accounts_score", "score_key", "account_id"),
        Index("ix_listed_accounts_amount", "amount_key", "account_id"),
        Index("ix_listed_accounts_loss", "loss_key", "account_id"),
        Index("ix_listed_accounts_name", "name_key", "account_id"),
        Index("ix_listed_accounts_csm", "csm_id"),
    )

    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    csm_id: Mapped[str | None] = mapped_column(String(200))
    owner_id: Mapped[str | None] = mapped_column(String(200))
    lifecycle: Mapped[str | None] = mapped_column(Text)
    customer_since: Mapped[date | None] = mapped_column(Date)
    tier: Mapped[str] = mapped_column(String(64))
    score_tier: Mapped[str] = mapped_column(String(64))
    tier_week: Mapped[str | None] = mapped_column(String(64))
    tier_month: Mapped[str | None] = mapped_column(String(64))
    tier_quarter: Mapped[str | None] = mapped_column(String(64))
    score_micro: Mapped[int | None] = mapped_column(BigInteger)
    score_key: Mapped[int] = mapped_column(BigInteger)
    change_micro: Mapped[int | None] = mapped_column(BigInteger)
    change_key: Mapped[int] = mapped_column(BigInteger)
    coverage: Mapped[float] = mapped_column(Float)
    has_override: Mapped[bool] = mapped_column(Boolean)
    scorecard: Mapped[str | None] = mapped_column(String(200))
    scorecard_version: Mapped[int | None]
    amount: Mapped[float | None] = mapped_column(Float)
    amount_key: Mapped[float] = mapped_column(Float)
    contribution_amount: Mapped[float | None] = mapped_column(Float)
    loss_amount: Mapped[float | None] = mapped_column(Float)
    loss_key: Mapped[float] = mapped_column(Float)
    segment: Mapped[str | None] = mapped_column(String(64))
    value_tier: Mapped[str | None] = mapped_column(String(64))
    renews_on: Mapped[date | None] = mapped_column(Date)
    renewal_key: Mapped[int]
    idle_days: Mapped[int | None]
    idle_key: Mapped[int]
    spark: Mapped[str] = mapped_column(Text)
    known: Mapped[str] = mapped_column(Text)
    month_ago: Mapped[str] = mapped_column(Text)
    value_group: Mapped[str | None] = mapped_column(String(32))
    contribution_tier: Mapped[int | None]
    worth: Mapped[str] = mapped_column(Text, server_default="", default="")


class StagedSumRow(StateTable):
    """Accounts and money of one CSM under a name: what pages add up over the accounts in sight."""

    __tablename__ = "staged_sums"

    area: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    other: Mapped[str] = mapped_column(String(200), primary_key=True)
    csm_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    accounts: Mapped[int]
    valued: Mapped[int]
    value_amount: Mapped[float] = mapped_column(Float)
    ltv_accounts: Mapped[int]
    ltv_amount: Mapped[float] = mapped_column(Float)
    contributing: Mapped[int]
    contribution_amount: Mapped[float] = mapped_column(Float)
    loss_amount: Mapped[float] = mapped_column(Float)
    struggling: Mapped[int]


class StagedListRow(StateTable):
    """One account on a list that people work from, with its place and why it is there."""

    __tablename__ = "staged_lists"
    __table_args__ = (Index("ix_staged_lists_account_id", "account_id"),)

    list_name: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    place: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
