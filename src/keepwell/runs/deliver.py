"""Deliver: plan messages for alerts that nobody was told of, then send what is due."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from keepwell.messages import (
    IN_APP,
    LIMITS,
    Answer,
    DeliverySettings,
    Limit,
    MessageKind,
    Notice,
    Silence,
    Surroundings,
    Wording,
    compose,
    fate_of,
    opening,
    plan_copies,
    plan_escalations,
    plan_messages,
    rank,
    recipient_of,
    within_budget,
)
from keepwell.ports import Balance, Channel, Composed, Composer, Leased, OutboxStore
from keepwell.vocabulary import InternalProblem, Lang

KINDS: Mapping[str, MessageKind] = {
    "immediate": "immediate",
    "digest": "digest",
    "baseline": "baseline",
    "reminder": "reminder",
    "escalation": "escalation",
}


@dataclass(frozen=True, slots=True)
class Postman:
    """What delivering needs of the outside, and the words of the messages.

    `sleep`: waits some seconds. `share`: a random number in 0-1, for jitter.
    `owner`: names this process in leases.
    """

    store: OutboxStore
    channels: Mapping[str, Channel]
    settings: DeliverySettings
    wording: Wording
    lang: Lang
    time_zone: str
    owner: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    share: Callable[[], float]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What one delivery did; `waiting_until`: when the next message or event is due, if one waits.

    `events`: calls of webhooks by what came of them.
    """

    planned: int
    silenced: int
    attempts: Mapping[str, int]
    messages: Mapping[str, int]
    waiting_until: datetime | None
    balance: Balance
    events: Mapping[str, int] = field(default_factory=dict)


def plan_delivery(postman: Postman, at: datetime) -> tuple[int, int]:
    """Store messages for all alerts that nobody was told of; return how many, and silenced."""
    around = _around(postman, at)
    notices = postman.store.untold(around.today)
    silences = postman.store.silences(around.today)
    plan = plan_messages(notices, postman.settings, silences, around)
    planned = postman.store.add_plan(plan, at)
    kept = postman.store.kept_back(around.today)
    copies = plan_copies(kept, postman.settings, silences, around)
    planned += postman.store.add_copies(copies, at) if copies else 0
    return planned + _escalate(postman, silences, around), len(plan.silenced)


def _escalate(postman: Postman, silences: Sequence[Silence], around: Surroundings) -> int:
    """Store messages of alerts that nobody acknowledged in time; return how many."""
    if not postman.settings.escalation:
        return 0
    unanswered = postman.store.unanswered(around.today)
    drafts = plan_escalations(unanswered, postman.settings, silences, around)
    return postman.store.add_escalations(drafts, around.now)


def deliver(postman: Postman, wait_s: float = 0.0) -> DeliveryReport:
    """Plan, then send until nothing is due; wait at most `wait_s` for channels and retries.

    Each message is leased, sent and marked on its own: a process that dies loses none.
    """
    started = postman.now()
    planned, silenced = plan_delivery(postman, started)
    limits = channel_limits(postman.settings)
    outcomes: Counter[str] = Counter()
    until: datetime | None
    while True:
        now = postman.now()
        opens = partial(_opens_now, postman, now)
        found = postman.store.lease(now, postman.owner, limits, composer_of(postman), opens)
        if isinstance(found, Leased):
            outcomes[_send(postman, found)] += 1
            continue
        until = found.until
        if until is None or until > started + timedelta(seconds=wait_s):
            break
        postman.sleep(max((until - now).total_seconds(), 0.01))
    return DeliveryReport(
        planned,
        silenced,
        dict(sorted(outcomes.items())),
        dict(postman.store.message_counts()),
        until,
        postman.store.balance(),
    )


def require_balance(balance: Balance) -> None:
    """Refuse to go on with alerts that are not accounted for. Errors: InternalProblem."""
    if balance.faults:
        raise InternalProblem(
            f"The outbox does not add up: {'; '.join(balance.faults)}.",
            cure="Nothing is lost; please report it with the output of `keepwell alerts outbox`.",
            faults=list(balance.faults),
        )


def channel_limits(settings: DeliverySettings) -> dict[str, Limit]:
    """Return what each channel bears, by its name."""
    named = {c.channel: LIMITS[c.kind] for c in settings.channels}
    return {IN_APP: LIMITS["inapp"], **named}


def _send(postman: Postman, leased: Leased) -> str:
    channel = postman.channels.get(leased.channel)
    if channel is None:
        answer = Answer("refused", f"delivery.yml defines no channel `{leased.channel}`")
    else:
        answer = channel.send(leased)
    now = postman.now()
    fate = fate_of(answer, leased.attempts, leased.first_at, now, postman.share())
    fallback = postman.settings.channel(leased.channel).fallback
    again = fate.again_at or now
    opens = opens_for(postman, again, leased.person, leased.kind, is_critical=leased.is_critical)
    return postman.store.mark(leased, postman.owner, answer, fate, fallback, now, opens)


def _opens_now(
    postman: Postman, moment: datetime, person: str, kind: str, is_critical: bool
) -> datetime:
    return opens_for(postman, moment, person, kind, is_critical=is_critical)


def opens_for(
    postman: Postman, moment: datetime, person: str, kind: str, *, is_critical: bool
) -> datetime:
    """Return when a person may be told from a moment on."""
    told = recipient_of(person, postman.settings, _around(postman, moment))
    return opening(told, kind, moment, is_critical=is_critical)


def _around(postman: Postman, at: datetime) -> Surroundings:
    return Surroundings(postman.lang, postman.time_zone, at, at.date())


def composer_of(postman: Postman) -> Composer:
    """Return what words a message for its person, at the first attempt."""

    def composed(
        kind: str, listed: Sequence[Notice], counted: Sequence[Notice], person: str
    ) -> Composed:
        told = recipient_of(person, postman.settings, _around(postman, postman.now()))
        # Since the message was planned alerts may have been added, and others have ended.
        known = [n for n in counted if n.priority]
        shown, over = within_budget(rank((*listed, *known)), told.budget)
        rest = (*over, *(n for n in counted if not n.priority))
        message = compose(KINDS[kind], shown, rest, postman.wording, told.lang)
        return Composed(message, told.address, frozenset(n.id for n in shown))

    return composed
