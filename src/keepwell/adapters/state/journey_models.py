"""The tables of journeys: passages, steps, messages, feeds, suppressed addresses, holdouts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class SaltRow(StateTable):
    """A secret that hashes of this project are made with; it leaves the database in backups."""

    __tablename__ = "salts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class PassageRow(StateTable):
    """One account in one journey. `active_key` lets each account be in a journey once at a time."""

    __tablename__ = "journey_passages"
    __table_args__ = (Index("ix_journey_passages_journey_account_id", "journey", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    active_key: Mapped[str | None] = mapped_column(String(300), unique=True)
    journey: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(String(200))
    run_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    entered_on: Mapped[date] = mapped_column(Date)
    position: Mapped[str] = mapped_column(String(64))
    since: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    is_proxy: Mapped[bool] = mapped_column(Boolean)


class PassageStepRow(StateTable):
    """A step that a passage took: once, whatever is run again."""

    __tablename__ = "journey_steps"

    passage_id: Mapped[int] = mapped_column(ForeignKey("journey_passages.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class JourneySendRow(StateTable):
    """One message to a customer. It holds no address and no name: only what finds them again."""

    __tablename__ = "journey_sends"
    __table_args__ = (
        Index("ix_journey_sends_status_due_at", "status", "due_at"),
        Index("ix_journey_sends_account_id", "account_id"),
        Index("ix_journey_sends_address_hash", "address_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("journey_passages.id"))
    step: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[str] = mapped_column(String(200))
    contact_id: Mapped[str | None] = mapped_column(String(200))
    address_hash: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    lang: Mapped[str] = mapped_column(String(2))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    item: Mapped[str | None] = mapped_column(String(64))
    is_touch: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text)


class FeedRow(StateTable):
    """One entry of an account's feed, in both languages."""

    __tablename__ = "feed_entries"
    __table_args__ = (Index("ix_feed_entries_account_id_at", "account_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    account_id: Mapped[str] = mapped_column(String(200))
    journey: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    link: Mapped[str | None] = mapped_column(Text)
    item: Mapped[str | None] = mapped_column(String(64))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SuppressionRow(StateTable):
    """An address that is not written to, as a keyed hash; rows stay after their end."""

    __tablename__ = "suppressions"
    __table_args__ = (Index("ix_suppressions_address_hash", "address_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    address_hash: Mapped[str] = mapped_column(String(64))
    active_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HoldoutRow(StateTable):
    """The arm of an account in one holdout, with the stratum and the day of its assignment."""

    __tablename__ = "holdouts"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    arm: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    stratum: Mapped[str] = mapped_column(String(200))
    share: Mapped[float] = mapped_column(Float)
    assigned_on: Mapped[date] = mapped_column(Date)
    released_on: Mapped[date | None] = mapped_column(Date)
