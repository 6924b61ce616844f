"""Admin: webhooks, for admins and operations; each with its last calls and what waits for it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.messages import EVENT_KINDS, EVENT_WORDS, EventKind
from keepwell.ports.webhooks import Called, WebhookWish
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.webhook_desk import LONGEST_URL, webhook_desk

admin_webhooks = APIRouter()
Url = Annotated[str, Form(max_length=LONGEST_URL)]
Events = Annotated[list[EventKind], Form(max_length=20)]
Note = Annotated[str, Form(max_length=200)]
PLACE = "/admin/webhooks"
SHOWN_DELIVERIES = 50


@admin_webhooks.get(PLACE)
def webhooks_page(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show the endpoints, without their secrets."""
    note_view(visit, "admin")
    return _all(request, visit)


@admin_webhooks.post(PLACE)
def register(
    request: Request,
    url: Url,
    event: Events = [],  # noqa: B006 - FastAPI copies it
    note: Note = "",
    visit: Visit = needs("configure"),
) -> Response:
    """Register an endpoint and show its secret, once."""
    _, secret = webhook_desk(visit.desk.project).add(url, event, note, by=visit.person.login)
    return _all(request, visit, secret=secret)


@admin_webhooks.get(PLACE + "/{webhook_id}")
def webhook_page(
    request: Request, webhook_id: Number, visit: Visit = needs("configure")
) -> Response:
    """Show one endpoint with its last calls and events. Errors: NotFound."""
    note_view(visit, "admin")
    return _one(request, visit, webhook_id)


@admin_webhooks.post(PLACE + "/{webhook_id}")
def change(
    webhook_id: Number,
    url: Url,
    event: Events = [],  # noqa: B006 - FastAPI copies it
    note: Note = "",
    visit: Visit = needs("configure"),
) -> Response:
    """Change address, events and note of an endpoint. Errors: NotFound, InputProblem."""
    wish = WebhookWish(url, tuple(event), note)
    webhook_desk(visit.desk.project).change(webhook_id, wish, by=visit.person.login)
    return RedirectResponse(f"{PLACE}/{webhook_id}", 303)


@admin_webhooks.post(PLACE + "/{webhook_id}/deeds")
def do(
    request: Request,
    webhook_id: Number,
    deed: Annotated[str, Form(pattern="^(pause|activate|roll|test|replay|remove)$")],
    visit: Visit = needs("configure"),
) -> Response:
    """Pause, activate, roll the secret, test, replay dead letters, delete. Errors: NotFound."""
    desk, by = webhook_desk(visit.desk.project), visit.person.login
    match deed:
        case "roll":
            _, secret = desk.roll(webhook_id, by=by)
            return _one(request, visit, webhook_id, secret=secret)
        case "test":
            return _one(request, visit, webhook_id, called=desk.test(webhook_id, by=by)[1])
        case "replay":
            desk.store.replay(webhook_id, by=by, at=visit.now)
        case "remove":
            desk.store.remove(webhook_id, by=by, at=visit.now)
            return RedirectResponse(PLACE, 303)
        case _:
            wish = WebhookWish(state="paused" if deed == "pause" else "active")
            desk.change(webhook_id, wish, by=by)
    return RedirectResponse(f"{PLACE}/{webhook_id}", 303)


@admin_webhooks.post(PLACE + "/{webhook_id}/deliveries/{delivery_id}/redeliver")
def redeliver(
    request: Request, webhook_id: Number, delivery_id: Number, visit: Visit = needs("configure")
) -> Response:
    """Send one event again and show what was answered. Errors: NotFound, InputProblem."""
    desk = webhook_desk(visit.desk.project)
    called = desk.redeliver(webhook_id, delivery_id, by=visit.person.login)[1]
    return _one(request, visit, webhook_id, called=called)


def _all(request: Request, visit: Visit, *, secret: str = "") -> Response:
    found = webhook_desk(visit.desk.project).store.webhooks()
    return page(request, "admin_webhooks.html", visit, _values(webhooks=found, secret=secret))


def _one(
    request: Request,
    visit: Visit,
    webhook_id: int,
    *,
    secret: str = "",
    called: Called | None = None,
) -> Response:
    store = webhook_desk(visit.desk.project).store
    hook = store.webhook(webhook_id)
    values = _values(
        webhook=hook,
        former_until=hook.former_at(visit.now),
        deliveries=store.deliveries(webhook_id, limit=SHOWN_DELIVERIES),
        calls=store.calls(webhook_id),
        secret=secret,
        called=called,
    )
    return page(request, "admin_webhook.html", visit, values)


def _values(**values: Any) -> dict[str, Any]:
    return {"area": "webhooks", "kinds": EVENT_KINDS, "kind_words": EVENT_WORDS, **values}
