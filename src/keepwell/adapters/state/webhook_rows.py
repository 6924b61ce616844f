"""Events as rows, in the transaction of the fact that they tell: none is lost, none invented."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.adapters.state.bulk_rows import add_rows
from keepwell.adapters.state.webhook_models import WebhookDeliveryRow, WebhookEventRow, WebhookRow
from keepwell.messages import EventKind

# Events wait for a paused endpoint; for one that is off nothing is kept.
TAKING = ("active", "paused")


def takers(session: Session, kind: EventKind) -> tuple[int, ...]:
    """Return the endpoints that want a kind of event. Most projects have none at all."""
    wanted = select(WebhookRow.id, WebhookRow.events).where(WebhookRow.state.in_(TAKING))
    rows = session.execute(wanted.order_by(WebhookRow.id))
    return tuple(webhook_id for webhook_id, events in rows if kind in events)


def raise_events(
    session: Session,
    kind: EventKind,
    facts: Sequence[Mapping[str, Any]],
    at: datetime,
    to: Collection[int] | None = None,
) -> int:
    """Store events of one kind for the endpoints that want it; return how many.

    `facts`: plain values of each, none of them about a person. `to`: the takers, if known.
    """
    ids = takers(session, kind) if to is None else to
    if not ids or not facts:
        return 0
    events = [new_event(kind, data, at) for data in facts]
    add_rows(session, WebhookEventRow, events)
    add_rows(
        session, WebhookDeliveryRow, [waiting(i, str(e["uid"]), at) for e in events for i in ids]
    )
    return len(events)


def new_event(kind: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the columns of an event."""
    return {"uid": f"evt_{uuid.uuid4().hex}", "kind": kind, "at": at, "data": dict(data)}


def waiting(webhook_id: int, uid: str, at: datetime) -> dict[str, Any]:
    """Return the columns of an event that waits for an endpoint."""
    return {
        "webhook_id": webhook_id,
        "event_uid": uid,
        "status": "pending",
        "due_at": at,
        "attempts": 0,
        "first_at": None,
        "lease_owner": None,
        "lease_until": None,
        "delivered_at": None,
        "last_error": "",
    }
