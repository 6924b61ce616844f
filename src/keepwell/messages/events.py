"""What programs outside are told of: kinds of events, and how an endpoint fares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from keepwell.messages.answers import Reply, retry_after
from keepwell.messages.retries import Answer, fate_of
from keepwell.vocabulary import Bilingual

EventKind = Literal[
    "alert.opened",
    "alert.resolved",
    "cta.opened",
    "cta.closed",
    "account.tier_changed",
    "run.finished",
    "job.failed",
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
EVENT_WORDS: Mapping[EventKind, Bilingual] = {
    "alert.opened": Bilingual("预警产生", "an alert began"),
    "alert.resolved": Bilingual("预警结束", "an alert ended"),
    "cta.opened": Bilingual("行动项开启", "a CTA was opened"),
    "cta.closed": Bilingual("行动项关闭", "a CTA was closed"),
    "account.tier_changed": Bilingual("客户换了健康分段", "an account changed tier"),
    "run.finished": Bilingual("运行已发布", "a run was published"),
    "job.failed": Bilingual("作业最终失败", "a job failed for good"),
}
# Sent when somebody asks for it, to one endpoint.
TEST_KIND = "webhook.test"
GONE = 410
# How an endpoint was switched off: it said that it is gone, or nothing arrived for days.
SAID_GONE, KEPT_FAILING = "gone", "failing"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that programs are told of. `data`: plain values, none of them about a person."""

    uid: str
    kind: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares: failures one after the other, since when, and until when it rests."""

    failures: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None


def event_payload(event: Event) -> dict[str, Any]:
    """Return the body of an event, the same at every attempt and for every endpoint.

    >>> from datetime import UTC
    >>> moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    >>> event_payload(Event("evt_1", "run.finished", moment, {"run_id": "r1"}))["at"]
    '2026-11-02T09:00:00Z'
    """
    at = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"id": event.uid, "type": event.kind, "at": at, "data": dict(sorted(event.data.items()))}


def read_event_reply(reply: Reply, now: datetime) -> Answer:
    """Return what an endpoint's answer means: the status alone tells; its words are not kept.

    Taken: 2xx. For good: 410, and redirects, which could lead into one's own network. All else is
    tried again, since programs are deployed anew at any time.
    """
    status = reply.status
    if 200 <= status < 300:
        return Answer("accepted", f"HTTP {status}")
    if status == GONE:
        return Answer("refused", f"HTTP {status}: gone")
    if 300 <= status < 400:
        return Answer("refused", f"HTTP {status}: redirects are not followed")
    return Answer("later", f"HTTP {status}", retry_after(reply, now))


def health_after(health: Health, answer: Answer, now: datetime, share: float) -> Health:
    """Return how an endpoint fares after a call; while it fails it rests ever longer, to an hour.

    `share`: a random number in 0-1, as for retries. Rests keep a dead endpoint from holding up
    the others: one event at a time is tried on it.
    """
    if answer.outcome == "accepted":
        return Health()
    failures = health.failures + 1
    # What was refused says nothing against the next event.
    rest = fate_of(answer, failures, now, now, share).again_at
    return Health(failures, health.failing_since or now, rest)


def off_cause(health: Health, status: int | None, now: datetime, after_days: int) -> str | None:
    """Return why an endpoint is to be switched off after a call, None when it is not.

    >>> start = datetime(2026, 11, 2)
    >>> off_cause(Health(9, start), 500, start + timedelta(days=5), 5)
    'failing'
    >>> off_cause(Health(9, start), 500, start + timedelta(days=4), 5) is None
    True
    """
    if status == GONE:
        return SAID_GONE
    since = health.failing_since
    is_long = since is not None and now - since >= timedelta(days=after_days)
    return KEPT_FAILING if is_long else None
