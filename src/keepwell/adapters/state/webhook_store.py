"""Webhooks on the database of a state store; every method is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state import webhook_leases
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.bulk_rows import add_rows
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.webhook_models import (
    WebhookCallRow,
    WebhookDeliveryRow,
    WebhookEventRow,
    WebhookRow,
)
from keepwell.adapters.state.webhook_reading import (
    calls_of,
    deliveries_of,
    required,
    webhook_of,
)
from keepwell.adapters.state.webhook_rows import new_event, waiting
from keepwell.messages import TEST_KIND, EventKind, Health
from keepwell.ports import Waiting
from keepwell.ports.webhooks import (
    MOST_WEBHOOKS,
    Called,
    EventCall,
    EventDelivery,
    LeasedEvent,
    Webhook,
    WebhookWish,
)
from keepwell.vocabulary import InputProblem, NotFound


class SqlWebhookStore:
    """Fulfils `ports.webhooks.WebhookStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def add(
        self,
        url: str,
        events: Sequence[EventKind],
        note: str,
        sealed: str,
        *,
        by: str,
        at: datetime,
    ) -> Webhook:
        """Store an endpoint with its sealed secret. Errors: InputProblem above MOST_WEBHOOKS."""
        row = WebhookRow(
            url=url, events=list(events), note=note, state="active", off_cause=None, secret=sealed,
            former_secret=None, former_until=None, failures=0, failing_since=None,
            rests_until=None, created_at=at, created_by=by, changed_at=at,
        )  # fmt: skip
        with self._state.session(is_writing=True) as session:
            known = session.scalar(select(func.count()).select_from(WebhookRow)) or 0
            if known >= MOST_WEBHOOKS:
                raise InputProblem(
                    f"There are {known} webhooks; a project has {MOST_WEBHOOKS} at most.",
                    cure="Delete one that is not needed any more.",
                )
            session.add(row)
            session.flush()
            told = {"host": _host(url), "events": list(events)}
            add_audit(session, at, by, "webhook_added", str(row.id), told)
            return webhook_of(row)

    def webhook(self, webhook_id: int) -> Webhook:
        """Return one endpoint. Errors: NotFound."""
        with self._state.session() as session:
            return webhook_of(required(session, webhook_id))

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return all endpoints by number."""
        with self._state.session() as session:
            return tuple(
                map(webhook_of, session.scalars(select(WebhookRow).order_by(WebhookRow.id)))
            )

    def sealed(self) -> dict[int, str]:
        """Return the newest secret of each endpoint, as stored."""
        with self._state.session() as session:
            rows = session.execute(select(WebhookRow.id, WebhookRow.secret).order_by(WebhookRow.id))
            return {row.id: row.secret for row in rows}

    def change(self, webhook_id: int, wish: WebhookWish, *, by: str, at: datetime) -> Webhook:
        """Change an endpoint; made active, it begins anew. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = required(session, webhook_id)
            told = _change(row, wish)
            if told:
                row.changed_at = at
                add_audit(session, at, by, "webhook_changed", str(row.id), told)
            return webhook_of(row)

    def remove(self, webhook_id: int, *, by: str, at: datetime) -> None:
        """Delete an endpoint with its deliveries and log. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = required(session, webhook_id)
            for table in (WebhookCallRow, WebhookDeliveryRow):
                session.execute(delete(table).where(table.webhook_id == webhook_id))
            session.delete(row)
            session.flush()
            _drop_lone_events(session)
            add_audit(session, at, by, "webhook_removed", str(webhook_id), {"host": _host(row.url)})

    def roll(
        self, webhook_id: int, sealed: str, until: datetime, *, by: str, at: datetime
    ) -> Webhook:
        """Put a new secret in the place of the present one, which signs too until a moment.

        Errors: NotFound.
        """
        with self._state.session(is_writing=True) as session:
            row = required(session, webhook_id)
            row.former_secret, row.former_until = row.secret, until
            row.secret, row.changed_at = sealed, at
            told = {"former_until": until}
            add_audit(session, at, by, "webhook_secret_rolled", str(webhook_id), told)
            return webhook_of(row)

    def lease(self, now: datetime, owner: str) -> LeasedEvent | Waiting:
        """Take the next event that is due for an active endpoint that does not rest."""
        with self._state.session() as session:
            if session.scalars(select(WebhookDeliveryRow.id).where(_OPEN).limit(1)).first() is None:
                return Waiting(None)
        with self._state.session(is_writing=True) as session:
            return webhook_leases.lease(session, now, owner)

    def take(
        self, webhook_id: int, delivery_id: int, *, owner: str, by: str, at: datetime
    ) -> LeasedEvent:
        """Take one delivery whatever became of it, as if for the first time.

        Errors: NotFound; InputProblem while another process sends it, or the endpoint is off.
        """
        with self._state.session(is_writing=True) as session:
            hook = required(session, webhook_id)
            row = session.get(WebhookDeliveryRow, delivery_id)
            if row is None or row.webhook_id != webhook_id:
                raise NotFound(
                    f"Webhook {webhook_id} has no delivery {delivery_id}.",
                    cure=f"GET /api/v1/webhooks/{webhook_id}/deliveries lists them.",
                )
            if row.status == "leased" and row.lease_until is not None and row.lease_until > at:
                raise InputProblem(
                    f"Delivery {delivery_id} is being sent.", cure="Try again in five minutes."
                )
            _require_on(hook)
            row.attempts, row.first_at, row.delivered_at = 0, None, None
            add_audit(session, at, by, "webhook_redelivered", str(webhook_id), {"id": delivery_id})
            return webhook_leases.taken(session, row, at, owner)

    def add_trial(self, webhook_id: int, *, owner: str, by: str, at: datetime) -> LeasedEvent:
        """Store an event that tells of nothing, and take it. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            required(session, webhook_id)
            event = new_event(TEST_KIND, {"webhook": webhook_id}, at)
            add_rows(session, WebhookEventRow, [event])
            row = WebhookDeliveryRow(**waiting(webhook_id, str(event["uid"]), at))
            session.add(row)
            session.flush()
            add_audit(session, at, by, "webhook_tested", str(webhook_id))
            return webhook_leases.taken(session, row, at, owner)

    def mark(
        self, leased: LeasedEvent, owner: str, called: Called, *, share: float, off_after_days: int,
        at: datetime,
    ) -> str:  # fmt: skip
        """Store a call and return what became of the delivery: `lost` when another took it.

        `share`: a random number in 0-1, for jitter.
        """
        with self._state.session(is_writing=True) as session:
            return webhook_leases.mark(session, leased, owner, called, share, off_after_days, at)

    def replay(self, webhook_id: int, *, by: str, at: datetime) -> int:
        """Make the dead letters of an endpoint pending again; return how many.

        Errors: NotFound; InputProblem while the endpoint is off.
        """
        with self._state.session(is_writing=True) as session:
            _require_on(required(session, webhook_id))
            tests = select(WebhookEventRow.uid).where(WebhookEventRow.kind == TEST_KIND)
            row = WebhookDeliveryRow
            dead = (row.webhook_id == webhook_id, row.status == "dead", row.event_uid.not_in(tests))
            count = session.scalar(select(func.count()).select_from(row).where(*dead)) or 0
            session.execute(
                update(row)
                .where(*dead)
                .values(status="pending", due_at=at, attempts=0, first_at=None)
                .execution_options(synchronize_session=False)
            )
            add_audit(session, at, by, "webhook_replayed", str(webhook_id), {"events": count})
            return count

    def deliveries(
        self, webhook_id: int, *, statuses: Sequence[str] = (), before: int | None = None,
        limit: int = 100,
    ) -> tuple[EventDelivery, ...]:  # fmt: skip
        """Return deliveries, newest first, of numbers below `before`. Errors: NotFound."""
        with self._state.session() as session:
            required(session, webhook_id)
            return deliveries_of(session, webhook_id, statuses, before, limit)

    def calls(self, webhook_id: int) -> tuple[EventCall, ...]:
        """Return the last calls of an endpoint, newest first. Errors: NotFound."""
        with self._state.session() as session:
            required(session, webhook_id)
            return calls_of(session, webhook_id)

    def drop_old(self, before: datetime) -> int:
        """Delete events older than a moment with their deliveries; return how many."""
        old = WebhookEventRow.at < before
        with self._state.session() as session:
            if session.scalars(select(WebhookEventRow.uid).where(old).limit(1)).first() is None:
                return 0
        with self._state.session(is_writing=True) as session:
            uids = select(WebhookEventRow.uid).where(old)
            ids = select(WebhookDeliveryRow.id).where(WebhookDeliveryRow.event_uid.in_(uids))
            count = session.scalar(select(func.count()).select_from(uids.subquery())) or 0
            session.execute(delete(WebhookCallRow).where(WebhookCallRow.delivery_id.in_(ids)))
            session.execute(
                delete(WebhookDeliveryRow).where(WebhookDeliveryRow.event_uid.in_(uids))
            )
            session.execute(delete(WebhookEventRow).where(old))
            return count


_OPEN = WebhookDeliveryRow.status.in_(("pending", "leased"))


def _change(row: WebhookRow, wish: WebhookWish) -> dict[str, Any]:
    """Write what is wished into a row; return what changed, as the audit log tells it."""
    told: dict[str, Any] = {}
    if wish.url is not None and wish.url != row.url:
        told["host"] = [_host(row.url), _host(wish.url)]
        row.url = wish.url
        webhook_leases.put_health(row, Health())
    if wish.events is not None and list(wish.events) != row.events:
        told["events"] = [row.events, list(wish.events)]
        row.events = list(wish.events)
    if wish.note is not None and wish.note != row.note:
        told["note"], row.note = [row.note, wish.note], wish.note
    if wish.state is not None and wish.state != row.state:
        told["state"] = [row.state, wish.state]
        row.state, row.off_cause = wish.state, None
        webhook_leases.put_health(row, Health())
    return told


def _host(url: str) -> str:
    """Return what the audit log tells of an address: path and query may be secrets."""
    return urlsplit(url).hostname or ""


def _require_on(row: WebhookRow) -> None:
    if row.state == webhook_leases.OFF:
        raise InputProblem(
            f"Webhook {row.id} is switched off.", cure="Make it active first; test it before."
        )


def _drop_lone_events(session: Session) -> None:
    used = select(WebhookDeliveryRow.event_uid)
    session.execute(delete(WebhookEventRow).where(WebhookEventRow.uid.not_in(used)))
