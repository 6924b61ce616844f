"""Webhooks as JSON: endpoints, their secrets shown once, tests, deliveries and the log of calls.

An endpoint belongs to the whole project and hears of every account: there is no row scope.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.messages import EventKind, event_payload
from keepwell.ports.webhooks import Called, EventDelivery, Webhook, WebhookWish
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.wiring.webhook_desk import LONGEST_URL, WebhookDesk, webhook_desk

webhooks = APIRouter(tags=["webhooks"])
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
Events = Annotated[list[EventKind], Field(min_length=1, max_length=20)]
Note = Annotated[str, Field(max_length=200)]
Status = Literal["pending", "leased", "delivered", "dead"]


class NewWebhook(BaseModel):
    """An endpoint to register."""

    model_config = ConfigDict(extra="forbid")
    url: Url
    events: Events
    note: Note = ""


class WebhookChange(BaseModel):
    """What to change; what is left out stays. One that was switched off becomes `active` again."""

    model_config = ConfigDict(extra="forbid")
    url: Url | None = None
    events: Events | None = None
    note: Note | None = None
    state: Literal["active", "paused"] | None = None


@webhooks.get("/webhooks", response_model=None)
def all_of_them(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return the endpoints, without their secrets."""
    return {"webhooks": [_webhook(w, visit.now) for w in _desk(visit).store.webhooks()]}


@webhooks.post("/webhooks", response_model=None, status_code=201)
def register(wish: NewWebhook, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Register an endpoint; `secret` is in this answer alone.

    It takes no Idempotency-Key: its answer is not kept. 422: no key to seal secrets with, or an
    address that is not called.
    """
    made, secret = _desk(visit).add(wish.url, wish.events, wish.note, by=visit.person.login)
    return {"webhook": _webhook(made, visit.now), "secret": secret}


@webhooks.get("/webhooks/{webhook_id}", response_model=None)
def one(webhook_id: Number, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return one endpoint, without its secret."""
    return {"webhook": _webhook(_desk(visit).store.webhook(webhook_id), visit.now)}


@webhooks.patch("/webhooks/{webhook_id}", response_model=None)
def change(
    webhook_id: Number,
    wish: WebhookChange,
    key: IdempotencyKey = None,
    visit: Visit = needs("configure"),
) -> Response:
    """Change address, events, note or state of an endpoint."""
    events = None if wish.events is None else tuple(wish.events)
    wanted = WebhookWish(wish.url, events, wish.note, wish.state)

    def write() -> Answer:
        made = _desk(visit).change(webhook_id, wanted, by=visit.person.login)
        return Answer(200, {"webhook": _webhook(made, visit.now)})

    return once(visit, key, ["webhook", webhook_id, wish.model_dump()], write)


@webhooks.delete("/webhooks/{webhook_id}", response_model=None)
def remove(
    webhook_id: Number, key: IdempotencyKey = None, visit: Visit = needs("configure")
) -> Response:
    """Delete an endpoint with what waits for it and its log."""

    def write() -> Answer:
        _desk(visit).store.remove(webhook_id, by=visit.person.login, at=visit.now)
        return Answer(200, {"removed": webhook_id})

    return once(visit, key, ["webhook removed", webhook_id], write)


@webhooks.post("/webhooks/{webhook_id}/secret", response_model=None)
def roll(webhook_id: Number, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Make a new secret; `secret` is in this answer alone. For 24 hours both sign.

    It takes no Idempotency-Key: its answer is not kept.
    """
    made, secret = _desk(visit).roll(webhook_id, by=visit.person.login)
    return {"webhook": _webhook(made, visit.now), "secret": secret}


@webhooks.post("/webhooks/{webhook_id}/test", response_model=None)
def send_test(
    webhook_id: Number, key: IdempotencyKey = None, visit: Visit = needs("configure")
) -> Response:
    """Send an event of type `webhook.test` at once, and return what the endpoint answered."""

    def write() -> Answer:
        status, called = _desk(visit).test(webhook_id, by=visit.person.login)
        return Answer(200, {"status": status, "call": _called(called)})

    return once(visit, key, ["webhook test", webhook_id], write)


@webhooks.get("/webhooks/{webhook_id}/deliveries", response_model=None)
def deliveries(
    webhook_id: Number,
    status: Annotated[list[Status], Query(max_length=4)] = [],  # noqa: B006 - FastAPI copies it
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    visit: Visit = needs("configure"),
) -> dict[str, Any]:
    """Return events for an endpoint, newest first, with their bodies; `before`: `next` so far."""
    found = _desk(visit).store.deliveries(webhook_id, statuses=status, before=before, limit=limit)
    after = found[-1].id if len(found) == limit else None
    return {"deliveries": [_delivery(d) for d in found], "next": after}


@webhooks.get("/webhooks/{webhook_id}/calls", response_model=None)
def calls(webhook_id: Number, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return the last 100 calls of an endpoint: when, status, duration, error."""
    found = _desk(visit).store.calls(webhook_id)
    return {
        "calls": [
            {
                "id": c.id,
                "delivery": c.delivery_id,
                "type": c.kind,
                "at": c.at,
                "outcome": c.outcome,
                "status": c.status,
                "duration_ms": c.duration_ms,
                "error": c.error,
            }
            for c in found
        ]
    }


@webhooks.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", response_model=None)
def redeliver(
    webhook_id: Number,
    delivery_id: Number,
    key: IdempotencyKey = None,
    visit: Visit = needs("configure"),
) -> Response:
    """Send one event again at once, whatever became of it, under the same idempotency key."""

    def write() -> Answer:
        desk, by = _desk(visit), visit.person.login
        status, called = desk.redeliver(webhook_id, delivery_id, by=by)
        return Answer(200, {"status": status, "call": _called(called)})

    return once(visit, key, ["webhook redeliver", webhook_id, delivery_id], write)


@webhooks.post("/webhooks/{webhook_id}/replay", response_model=None)
def replay(
    webhook_id: Number, key: IdempotencyKey = None, visit: Visit = needs("configure")
) -> Response:
    """Let all dead letters of an endpoint go out again with the next delivery."""

    def write() -> Answer:
        store = _desk(visit).store
        return Answer(
            200, {"waiting": store.replay(webhook_id, by=visit.person.login, at=visit.now)}
        )

    return once(visit, key, ["webhook replay", webhook_id], write)


def _desk(visit: Visit) -> WebhookDesk:
    return webhook_desk(visit.desk.project)


def _webhook(webhook: Webhook, now: datetime) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "note": webhook.note,
        "state": webhook.state,
        "off_cause": webhook.off_cause,
        "failures": webhook.health.failures,
        "failing_since": webhook.health.failing_since,
        "former_secret_until": webhook.former_at(now),
        "created_at": webhook.created_at,
        "created_by": webhook.created_by,
        "changed_at": webhook.changed_at,
    }


def _delivery(delivery: EventDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "delivered_at": delivery.delivered_at,
        "error": delivery.last_error,
        "event": event_payload(delivery.event),
    }


def _called(called: Called) -> dict[str, Any]:
    return {
        "outcome": called.answer.outcome,
        "status": called.status,
        "duration_ms": called.duration_ms,
        "error": "" if called.answer.outcome == "accepted" else called.answer.detail,
    }
