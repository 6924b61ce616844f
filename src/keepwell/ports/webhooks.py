"""Webhooks: who outside is told of which events, and what became of each telling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from keepwell.messages import Answer, Event, EventKind, Health
from keepwell.ports.outbox import Waiting

WebhookState = Literal["active", "paused", "off"]
DeliveryStatus = Literal["pending", "leased", "delivered", "dead"]
# How many calls of an endpoint stay in its log, and how many endpoints a project may have.
KEPT_CALLS, MOST_WEBHOOKS = 100, 50


@dataclass(frozen=True, slots=True)
class Webhook:
    """One endpoint; it belongs to the whole project, not to anybody's accounts.

    `off_cause`: why we switched it off. `former_until`: until when calls carry the signature of
    the secret before as well.
    """

    id: int
    url: str
    events: tuple[EventKind, ...]
    note: str
    state: WebhookState
    off_cause: str | None
    health: Health
    former_until: datetime | None
    created_at: datetime
    created_by: str
    changed_at: datetime

    def former_at(self, now: datetime) -> datetime | None:
        """Return until when the former secret signs too, None when it does so no longer."""
        is_ahead = self.former_until is not None and self.former_until > now
        return self.former_until if is_ahead else None


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """What is to be changed of an endpoint; None stays as it is."""

    url: str | None = None
    events: tuple[EventKind, ...] | None = None
    note: str | None = None
    state: Literal["active", "paused"] | None = None


@dataclass(frozen=True, slots=True)
class LeasedEvent:
    """One event for one endpoint that is ours to send until the lease ends.

    `sealed`:   the endpoint's secrets as stored, the newest first.
    `is_trial`: sent for its own sake; it is not tried again, and says nothing of the health.
    """

    id: int
    webhook_id: int
    url: str
    sealed: tuple[str, ...]
    event: Event
    attempts: int
    first_at: datetime
    is_trial: bool


@dataclass(frozen=True, slots=True)
class Called:
    """What one call came to; `status`: of HTTP, None where nothing was answered.

    `is_ours`: nobody was called, since something is missing here; the endpoint is not to blame.
    """

    answer: Answer
    status: int | None
    duration_ms: int
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class EventDelivery:
    """One event for one endpoint, as stored."""

    id: int
    event: Event
    status: DeliveryStatus
    due_at: datetime
    attempts: int
    last_error: str
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventCall:
    """One call of an endpoint, as its log keeps it; no word of what was answered."""

    id: int
    delivery_id: int
    kind: str
    at: datetime
    outcome: str
    status: int | None
    duration_ms: int
    error: str


class EventCaller(Protocol):
    """Calls an endpoint; never raises for what the other side says or does."""

    def call(self, leased: LeasedEvent) -> Called:
        """Send one event, signed, and return what came of it."""
        ...


class WebhookStore(Protocol):
    """Endpoints, and the events that wait for them; each method is one transaction."""

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
        ...

    def webhook(self, webhook_id: int) -> Webhook:
        """Return one endpoint. Errors: NotFound."""
        ...

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return all endpoints by number."""
        ...

    def sealed(self) -> dict[int, str]:
        """Return the newest secret of each endpoint, as stored."""
        ...

    def change(self, webhook_id: int, wish: WebhookWish, *, by: str, at: datetime) -> Webhook:
        """Change an endpoint; made active, it begins anew. Errors: NotFound."""
        ...

    def remove(self, webhook_id: int, *, by: str, at: datetime) -> None:
        """Delete an endpoint with its deliveries and log. Errors: NotFound."""
        ...

    def roll(
        self, webhook_id: int, sealed: str, until: datetime, *, by: str, at: datetime
    ) -> Webhook:
        """Put a new secret in the place of the present one, which signs too until a moment.

        Errors: NotFound.
        """
        ...

    def lease(self, now: datetime, owner: str) -> LeasedEvent | Waiting:
        """Take the next event that is due for an active endpoint that does not rest."""
        ...

    def take(
        self, webhook_id: int, delivery_id: int, *, owner: str, by: str, at: datetime
    ) -> LeasedEvent:
        """Take one delivery whatever became of it, as if for the first time.

        Errors: NotFound; InputProblem while another process sends it, or the endpoint is off.
        """
        ...

    def add_trial(self, webhook_id: int, *, owner: str, by: str, at: datetime) -> LeasedEvent:
        """Store an event that tells of nothing, and take it. Errors: NotFound."""
        ...

    def mark(
        self, leased: LeasedEvent, owner: str, called: Called, *, share: float, off_after_days: int,
        at: datetime,
    ) -> str:  # fmt: skip
        """Store a call and return what became of the delivery: `lost` when another took it.

        `share`: a random number in 0-1, for jitter.
        """
        ...

    def replay(self, webhook_id: int, *, by: str, at: datetime) -> int:
        """Make the dead letters of an endpoint pending again; return how many. Errors: NotFound."""
        ...

    def deliveries(
        self, webhook_id: int, *, statuses: Sequence[str] = (), before: int | None = None,
        limit: int = 100,
    ) -> tuple[EventDelivery, ...]:  # fmt: skip
        """Return deliveries, newest first, of numbers below `before`. Errors: NotFound."""
        ...

    def calls(self, webhook_id: int) -> tuple[EventCall, ...]:
        """Return the last calls of an endpoint, newest first. Errors: NotFound."""
        ...

    def drop_old(self, before: datetime) -> int:
        """Delete events older than a moment with their deliveries; return how many."""
        ...
