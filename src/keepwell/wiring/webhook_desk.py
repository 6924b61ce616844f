"""Webhooks with their adapters: register, change, roll secrets, test, send, look into the log."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from keepwell.adapters import credentials
from keepwell.adapters.channels import WebhookCaller
from keepwell.adapters.channels.guarded_http import NotReached, checked_target
from keepwell.adapters.clock import pause, steady_seconds
from keepwell.adapters.sealing import KEY_VARIABLE, sealer
from keepwell.adapters.state import SqlWebhookStore
from keepwell.messages import EVENT_KINDS, EventKind
from keepwell.ports.webhooks import Called, Webhook, WebhookStore, WebhookWish
from keepwell.runs.send_webhooks import EventReport, EventSender, send_events
from keepwell.vocabulary import Bilingual, InputProblem, OutsideProblem
from keepwell.wiring.project import Project

SECRET_PREFIX = "kwhs_"  # noqa: S105 - how secrets begin, so that scanners can find a leaked one
# For how long the secret before a new one signs too.
CHANGE_OVER = timedelta(hours=24)
LONGEST_URL = 2000


class WebhookDesk:
    """What admins and operations do with the webhooks of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.store: WebhookStore = SqlWebhookStore(project.state)

    def add(
        self, url: str, events: Sequence[EventKind], note: str, *, by: str
    ) -> tuple[Webhook, str]:
        """Register an endpoint; return it with its secret, which nothing shows again.

        Errors: InputProblem without a key to seal the secret, or for an address that must not be
        called.
        """
        seal = sealer().seal
        checked = self._checked(url)
        secret = credentials.new_secret(SECRET_PREFIX)
        made = self.store.add(
            checked, _in_order(events), note.strip(), seal(secret), by=by, at=self._project.now
        )
        return made, secret

    def change(self, webhook_id: int, wish: WebhookWish, *, by: str) -> Webhook:
        """Change an endpoint. Errors: NotFound; InputProblem for an address, or no event."""
        self.store.webhook(webhook_id)
        url = None if wish.url is None else self._checked(wish.url)
        events = None if wish.events is None else _in_order(wish.events)
        note = None if wish.note is None else wish.note.strip()
        wanted = WebhookWish(url, events, note, wish.state)
        return self.store.change(webhook_id, wanted, by=by, at=self._project.now)

    def roll(self, webhook_id: int, *, by: str) -> tuple[Webhook, str]:
        """Give an endpoint a new secret, shown this once; for a day both sign. Errors: NotFound."""
        secret, now = credentials.new_secret(SECRET_PREFIX), self._project.now
        sealed = sealer().seal(secret)
        return self.store.roll(webhook_id, sealed, now + CHANGE_OVER, by=by, at=now), secret

    def test(self, webhook_id: int, *, by: str) -> tuple[str, Called]:
        """Send an event that tells of nothing, now; return its fate. Errors: NotFound."""
        sender = self._sender(pause)
        now = self._project.now
        return sender.send(self.store.add_trial(webhook_id, owner=sender.owner, by=by, at=now))

    def redeliver(self, webhook_id: int, delivery_id: int, *, by: str) -> tuple[str, Called]:
        """Send one delivery again, now; return its fate. Errors: NotFound, InputProblem."""
        sender = self._sender(pause)
        taken = self.store.take(
            webhook_id, delivery_id, owner=sender.owner, by=by, at=self._project.now
        )
        return sender.send(taken)

    def deliver(self, wait_s: float = 0.0, sleep: Callable[[float], None] = pause) -> EventReport:
        """Send the events that are due."""
        return send_events(self._sender(sleep), wait_s)

    def examined(self) -> Bilingual:
        """Return what the doctor saw of the endpoints.

        Errors: InputProblem without a key that opens secrets; OutsideProblem for endpoints that
        are off.
        """
        _require_opened(self.store.sealed())
        hooks = self.store.webhooks()
        off = [f"{h.id} ({h.off_cause})" for h in hooks if h.state == "off"]
        if off:
            raise OutsideProblem(
                f"Webhooks that are switched off: {', '.join(off)}.",
                cure="Make them active on the page Admin, Webhooks, and replay; or delete them.",
            )
        return Bilingual(f"{len(hooks)} 个地址", f"endpoints: {len(hooks)}")

    def _checked(self, url: str) -> str:
        """Return an address that may be called. Errors: InputProblem, which does not repeat it."""
        settings = self._project.config.webhooks
        given = url.strip()
        try:
            if len(given) > LONGEST_URL:
                raise NotReached(f"the address is longer than {LONGEST_URL} signs", is_final=True)
            checked_target(given, allow_private=settings.allow_private_addresses)
        except NotReached as problem:
            # A host that has no address now may have one when it is called.
            if problem.is_final:
                raise InputProblem(
                    f"This address is not called: {problem.why}.",
                    cure="Give one as in https://example.com/hook. Addresses inside your own "
                    "network need `webhooks: {allow_private_addresses: true}` in keepwell.yml.",
                ) from problem
        return given

    def _sender(self, sleep: Callable[[float], None]) -> EventSender:
        project, settings = self._project, self._project.config.webhooks
        caller = WebhookCaller(
            lambda sealed: sealer().open(sealed),
            settings.allow_private_addresses,
            lambda: project.now,
            steady_seconds,
        )
        return EventSender(
            store=self.store,
            caller=caller,
            off_after_days=settings.off_after_days,
            owner=uuid.uuid4().hex,
            now=lambda: project.now,
            sleep=sleep,
            share=random.SystemRandom().random,
        )


def _require_opened(sealed: Mapping[int, str]) -> None:
    """Check that the key at hand opens each secret. Errors: InputProblem naming those that stay."""
    opened = sealer().open
    shut: list[int] = []
    for number, secret in sealed.items():
        try:
            opened(secret)
        except InputProblem:
            shut.append(number)
    if shut:
        raise InputProblem(
            f"Webhooks that cannot be signed: {', '.join(map(str, shut))}; their secrets were "
            f"sealed with another key than {KEY_VARIABLE} holds.",
            cure=f"Add the earlier key to {KEY_VARIABLE} behind a comma, or roll their secrets.",
        )


def _in_order(events: Sequence[EventKind]) -> tuple[EventKind, ...]:
    """Return the kinds once each, in the order of their list. Errors: InputProblem for none."""
    if not events:
        raise InputProblem(
            "A webhook needs at least one kind of event.", cure=f"Of {', '.join(EVENT_KINDS)}."
        )
    return tuple(k for k in EVENT_KINDS if k in events)


def webhook_desk(project: Project) -> WebhookDesk:
    """Return the webhooks of a project."""
    return WebhookDesk(project)
