"""Leasing and marking events for endpoints; waits and verdicts are those of `messages`."""

from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.outbox_leases import LEASE
from keepwell.adapters.state.warning_rows import SYSTEM, add_source_alert
from keepwell.adapters.state.webhook_models import (
    WebhookCallRow,
    WebhookDeliveryRow,
    WebhookEventRow,
    WebhookRow,
)
from keepwell.messages import TEST_KIND, Event, Health, fate_of, health_after, off_cause
from keepwell.ports import NO_RUN, Waiting
from keepwell.ports.webhooks import KEPT_CALLS, Called, LeasedEvent

ACTIVE, OFF = "active", "off"
SWITCHED_OFF = "the endpoint was switched off"
MOST_ERROR = 300


def lease(session: Session, now: datetime, owner: str) -> LeasedEvent | Waiting:
    """Take what is due, of endpoints that are active and do not rest; first what was tried before.

    So a failing endpoint has one event at a time tried on it, which is due when its rest ends;
    the clock of the others does not begin.
    """
    row, hook = WebhookDeliveryRow, WebhookRow
    is_open = row.status.in_(("pending", "leased"))
    ready = or_(
        and_(row.status == "pending", row.due_at <= now),
        and_(row.status == "leased", row.lease_until <= now),
    )
    rests = and_(hook.rests_until.is_not(None), hook.rests_until > now)
    joined = select(row).join(hook, hook.id == row.webhook_id).where(hook.state == ACTIVE)
    due = joined.where(ready, ~rests).order_by(row.first_at.is_(None), row.due_at, row.id)
    found = session.scalars(due.limit(1)).first()
    if found is not None:
        return taken(session, found, now, owner)
    moments = (func.min(row.due_at), func.min(row.lease_until), func.max(hook.rests_until))
    waits = (
        select(row.status, *moments)
        .join(hook, hook.id == row.webhook_id)
        .where(hook.state == ACTIVE, is_open)
        .group_by(hook.id, row.status)
    )
    later = [
        max(m for m in (due_at if status == "pending" else until, rest, now) if m is not None)
        for status, due_at, until, rest in session.execute(waits)
    ]
    return Waiting(min(later, default=None))


def taken(session: Session, row: WebhookDeliveryRow, now: datetime, owner: str) -> LeasedEvent:
    """Lease a delivery to a process and return what it needs to send it."""
    row.status, row.lease_owner, row.lease_until = "leased", owner, now + LEASE
    row.attempts += 1
    row.first_at = row.first_at or now
    session.flush()
    hook = session.get_one(WebhookRow, row.webhook_id)
    told = session.get_one(WebhookEventRow, row.event_uid)
    is_changing = hook.former_until is not None and hook.former_until > now
    former = (hook.former_secret,) if hook.former_secret and is_changing else ()
    return LeasedEvent(
        id=row.id,
        webhook_id=hook.id,
        url=hook.url,
        sealed=(hook.secret, *former),
        event=event_of(told),
        attempts=row.attempts,
        first_at=row.first_at,
        is_trial=told.kind == TEST_KIND,
    )


def event_of(row: WebhookEventRow) -> Event:
    """Return an event as stored."""
    return Event(row.uid, row.kind, row.at, row.data)


def mark(
    session: Session,
    leased: LeasedEvent,
    owner: str,
    called: Called,
    share: float,
    off_after_days: int,
    at: datetime,
) -> str:
    """Store a call and what follows for the delivery and its endpoint.

    `lost`: another process has the delivery, or it was deleted; the call stays in the log.
    """
    row = session.get(WebhookDeliveryRow, leased.id)
    if row is None:
        return "lost"
    _log(session, leased, called, at)
    if row.status != "leased" or row.lease_owner != owner:
        return "lost"
    answer, fate = called.answer, fate_of(called.answer, row.attempts, leased.first_at, at, share)
    row.lease_owner = row.lease_until = None
    row.last_error = "" if fate.is_done else answer.detail[:MOST_ERROR]
    if fate.is_done:
        row.status, row.delivered_at = "delivered", at
    elif fate.again_at is not None and not leased.is_trial:
        row.status, row.due_at = "pending", fate.again_at
    else:
        row.status = "dead"
    session.flush()
    hook = session.get_one(WebhookRow, row.webhook_id)
    if fate.is_done or not leased.is_trial:
        _judge(session, hook, called, share, off_after_days, at)
    if hook.state == OFF and row.status == "pending":
        # It was under way when another call, or this one, had the endpoint switched off.
        row.status, row.last_error = "dead", SWITCHED_OFF
    return row.status


def _judge(
    session: Session, hook: WebhookRow, called: Called, share: float, days: int, at: datetime
) -> None:
    """Store how the endpoint fares after a call; switch it off when it is gone for good."""
    before = health_of(hook)
    health = health_after(before, called.answer, at, share)
    if called.is_ours:
        # It rests, since the next event would fare alike; it is not what failed.
        hook.failures, hook.rests_until = health.failures, health.rests_until
        return
    put_health(hook, health)
    cause = off_cause(health, called.status, at, days)
    if cause is None or hook.state == OFF:
        return
    hook.state, hook.off_cause, hook.changed_at = OFF, cause, at
    row = WebhookDeliveryRow
    is_left = and_(row.status == "leased", row.lease_until <= at)
    session.execute(
        update(row)
        .where(row.webhook_id == hook.id, or_(row.status == "pending", is_left))
        .values(status="dead", last_error=SWITCHED_OFF)
        .execution_options(synchronize_session=False)
    )
    add_source_alert(session, f"webhook_off:{hook.id}", NO_RUN, at.date(), at)
    details = {"cause": cause, "failing_since": health.failing_since}
    add_audit(session, at, SYSTEM, "webhook_switched_off", str(hook.id), details)


def health_of(row: WebhookRow) -> Health:
    """Return how an endpoint fares, as stored."""
    return Health(row.failures, row.failing_since, row.rests_until)


def put_health(row: WebhookRow, health: Health) -> None:
    """Write how an endpoint fares into its row."""
    row.failures, row.failing_since = health.failures, health.failing_since
    row.rests_until = health.rests_until


def _log(session: Session, leased: LeasedEvent, called: Called, at: datetime) -> None:
    is_done = called.answer.outcome == "accepted"
    session.add(
        WebhookCallRow(
            webhook_id=leased.webhook_id,
            delivery_id=leased.id,
            kind=leased.event.kind,
            at=at,
            outcome=called.answer.outcome,
            status=called.status,
            duration_ms=called.duration_ms,
            error="" if is_done else called.answer.detail[:MOST_ERROR],
        )
    )
    session.flush()
    of_hook = WebhookCallRow.webhook_id == leased.webhook_id
    oldest = select(WebhookCallRow.id).where(of_hook).order_by(WebhookCallRow.id.desc())
    last = session.scalar(oldest.offset(KEPT_CALLS).limit(1))
    if last is not None:
        session.execute(delete(WebhookCallRow).where(of_hook, WebhookCallRow.id <= last))
