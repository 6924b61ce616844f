"""Endpoints, deliveries and calls as the port shows them."""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.adapters.state.webhook_leases import event_of, health_of
from keepwell.adapters.state.webhook_models import (
    WebhookCallRow,
    WebhookDeliveryRow,
    WebhookEventRow,
    WebhookRow,
)
from keepwell.ports.webhooks import KEPT_CALLS, EventCall, EventDelivery, Webhook
from keepwell.vocabulary import NotFound


def required(session: Session, webhook_id: int) -> WebhookRow:
    """Return an endpoint's row. Errors: NotFound naming those that there are."""
    row = session.get(WebhookRow, webhook_id)
    if row is None:
        known = [str(i) for i in session.scalars(select(WebhookRow.id).order_by(WebhookRow.id))]
        raise NotFound(
            f"There is no webhook {webhook_id}. There are: {', '.join(known) or 'none'}.",
            cure="GET /api/v1/webhooks lists them.",
        )
    return row


def deliveries_of(
    session: Session, webhook_id: int, statuses: Sequence[str], before: int | None, limit: int
) -> tuple[EventDelivery, ...]:
    """Return deliveries of an endpoint, newest first, of numbers below `before`."""
    row, event = WebhookDeliveryRow, WebhookEventRow
    wanted = select(row, event).join(event, event.uid == row.event_uid)
    wanted = wanted.where(row.webhook_id == webhook_id)
    if statuses:
        wanted = wanted.where(row.status.in_(statuses))
    if before is not None:
        wanted = wanted.where(row.id < before)
    found = session.execute(wanted.order_by(row.id.desc()).limit(limit))
    return tuple(_delivery(r, e) for r, e in found)


def calls_of(session: Session, webhook_id: int) -> tuple[EventCall, ...]:
    """Return the last calls of an endpoint, newest first."""
    wanted = select(WebhookCallRow).where(WebhookCallRow.webhook_id == webhook_id)
    rows = session.scalars(wanted.order_by(WebhookCallRow.id.desc()).limit(KEPT_CALLS))
    return tuple(EventCall(**{f.name: getattr(r, f.name) for f in fields(EventCall)}) for r in rows)


def webhook_of(row: WebhookRow) -> Webhook:
    """Return an endpoint as stored, without its secrets."""
    return Webhook(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        note=row.note,
        state=row.state,  # type: ignore[arg-type]
        off_cause=row.off_cause,
        health=health_of(row),
        former_until=row.former_until,
        created_at=row.created_at,
        created_by=row.created_by,
        changed_at=row.changed_at,
    )


def _delivery(row: WebhookDeliveryRow, event: WebhookEventRow) -> EventDelivery:
    return EventDelivery(
        id=row.id,
        event=event_of(event),
        status=row.status,  # type: ignore[arg-type]
        due_at=row.due_at,
        attempts=row.attempts,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
    )
