"""The tables of webhooks: endpoints, events, who is to get which, and the log of calls."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from keepwell.adapters.state.models import StateTable, UtcDateTime


class WebhookRow(StateTable):
    """One endpoint. `secret` and `former_secret` are sealed with a key that is not in here."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    off_cause: Mapped[str | None] = mapped_column(String(16))
    secret: Mapped[str] = mapped_column(Text)
    former_secret: Mapped[str | None] = mapped_column(Text)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int]
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookEventRow(StateTable):
    """One fact, stored in the transaction that made it one, where an endpoint wants it."""

    __tablename__ = "webhook_events"
    __table_args__ = (Index("ix_webhook_events_at", "at"),)

    uid: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class WebhookDeliveryRow(StateTable):
    """One event for one endpoint. `lease_owner` may send it until `lease_until`."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_status_due_at", "status", "due_at"),
        Index("ix_webhook_deliveries_webhook_id_status", "webhook_id", "status"),
        Index("ix_webhook_deliveries_event_uid", "event_uid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event_uid: Mapped[str] = mapped_column(ForeignKey("webhook_events.uid"))
    status: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text)


class WebhookCallRow(StateTable):
    """One call of an endpoint; its last hundred are kept."""

    __tablename__ = "webhook_calls"
    __table_args__ = (
        Index("ix_webhook_calls_webhook_id", "webhook_id"),
        Index("ix_webhook_calls_delivery_id", "delivery_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_deliveries.id"))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(16))
    status: Mapped[int | None]
    duration_ms: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
