"""The tables of the outbox: messages, what they tell of, attempts, silences, inboxes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class MessageRow(StateTable):
    """One message to one person on one channel; never deleted. `key` makes it the same again.

    `body` is composed at the first attempt. `lease_owner` may send it until `lease_until`.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_status_due_at", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    batch: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    person: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    address: Mapped[str | None] = mapped_column(String(320))


class MessageAlertRow(StateTable):
    """An alert in a message: listed by name, or only counted."""

    __tablename__ = "message_alerts"
    __table_args__ = (Index("ix_message_alerts_alert_id", "alert_id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    place: Mapped[int]
    is_listed: Mapped[bool] = mapped_column(Boolean)


class AttemptRow(StateTable):
    """One call of a channel; limits are kept by counting these, over all processes."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_channel_at", "channel", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    channel: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text)


class SilenceRow(StateTable):
    """A silence: what is not told until a day, who said so, and why."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    account_id: Mapped[str | None] = mapped_column(String(200))
    trigger: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[str | None] = mapped_column(String(200))
    until: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InboxRow(StateTable):
    """One message in a person's inbox; `key` lets it in once."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_person_at", "person", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    person: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertNoteRow(StateTable):
    """What people did with an alert: acknowledged it, or put it away until a day."""

    __tablename__ = "alert_notes"

    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alerts.id"), primary_key=True, autoincrement=False
    )
    acknowledged_by: Mapped[str | None] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    snooze_reason: Mapped[str | None] = mapped_column(Text)
    silence_id: Mapped[int | None] = mapped_column(ForeignKey("silences.id"))
