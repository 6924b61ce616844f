"""Send events to endpoints: each leased, called and marked on its own, as messages are."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from keepwell.ports import Waiting
from keepwell.ports.webhooks import Called, EventCaller, LeasedEvent, WebhookStore

# How long events stay, delivered or not; what waited longer for a paused endpoint goes too.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class EventSender:
    """What sending events needs of the outside; `share`: a random number in 0-1, for jitter."""

    store: WebhookStore
    caller: EventCaller
    off_after_days: int
    owner: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    share: Callable[[], float]

    def send(self, leased: LeasedEvent) -> tuple[str, Called]:
        """Send one leased event; return what became of its delivery, and of the call."""
        called = self.caller.call(leased)
        status = self.store.mark(
            leased, self.owner, called, share=self.share(),
            off_after_days=self.off_after_days, at=self.now(),
        )  # fmt: skip
        return status, called


@dataclass(frozen=True, slots=True)
class EventReport:
    """What one sending did: calls by what came of them; when the next event is due."""

    attempts: Mapping[str, int]
    waiting_until: datetime | None


def send_events(sender: EventSender, wait_s: float = 0.0) -> EventReport:
    """Send until nothing is due; wait at most `wait_s` for retries.

    A process that dies loses nothing: its lease runs out, and the event goes out under its key.
    """
    started = sender.now()
    sender.store.drop_old(started - KEPT)
    outcomes: Counter[str] = Counter()
    until: datetime | None
    while True:
        now = sender.now()
        found = sender.store.lease(now, sender.owner)
        if not isinstance(found, Waiting):
            outcomes[sender.send(found)[0]] += 1
            continue
        until = found.until
        if until is None or until > started + timedelta(seconds=wait_s):
            break
        sender.sleep(max((until - now).total_seconds(), 0.01))
    return EventReport(dict(sorted(outcomes.items())), until)
