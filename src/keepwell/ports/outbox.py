"""The outbox: messages stored before they are sent, leased, sent, marked one by one (D8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from keepwell.messages import (
    Answer,
    Draft,
    Fate,
    KeptBack,
    Limit,
    Message,
    Notice,
    Plan,
    Silence,
    Unanswered,
)


@dataclass(frozen=True, slots=True)
class Leased:
    """One message that is ours to send until the lease ends.

    `key`: the idempotency key, the same at every attempt. `address`: of the person, for mail.
    `attempts`: this one included. `first_at`: of the first attempt. `is_critical`: it tells of an
    alert of priority critical.
    """

    id: int
    key: str
    person: str
    channel: str
    kind: str
    message: Message
    address: str | None
    attempts: int
    first_at: datetime
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be sent now; `until`: when something can, None when nothing is open."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message as the outbox keeps it."""

    id: int
    key: str
    batch: str
    kind: str
    person: str
    channel: str
    status: str
    due_at: datetime
    attempts: int
    last_error: str
    listed: int
    counted: int
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One message in a person's inbox."""

    id: int
    person: str
    at: datetime
    message: Message


@dataclass(frozen=True, slots=True)
class Balance:
    """Where every matched alert stands, and what does not hold together.

    `faults`: sentences with numbers; empty when
    matched = delivered + pending + suppressed + superseded + dead-lettered.
    """

    matched: int
    delivered: int
    pending: int
    suppressed: int
    superseded: int
    dead_lettered: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as its person reads it, where to, and the alerts that it lists by name."""

    message: Message
    address: str | None
    listed: frozenset[int]


# Composes a message: its kind, the listed and the counted alerts, the person.
Composer = Callable[[str, Sequence[Notice], Sequence[Notice], str], Composed]


# When a person may be told: their name, the kind of message, whether it is critical.
Opening = Callable[[str, str, bool], datetime]


class OutboxStore(Protocol):
    """Planned and sent messages, beside the alerts they tell of."""

    def untold(self, today: date) -> tuple[Notice, ...]:
        """Return alerts that are in no message yet, and those whose reminder is due."""
        ...

    def silences(self, on: date) -> tuple[Silence, ...]:
        """Return the silences in force on a day."""
        ...

    def add_plan(self, plan: Plan, at: datetime) -> int:
        """Store messages and mark silenced alerts, at once; return the new messages."""
        ...

    def unanswered(self, today: date) -> tuple[Unanswered, ...]:
        """Return alerts of accounts that were told, still hold and were not acknowledged."""
        ...

    def add_escalations(self, drafts: Sequence[Draft], at: datetime) -> int:
        """Store messages of alerts that are still unanswered at their level; return how many."""
        ...

    def kept_back(self, today: date) -> tuple[KeptBack, ...]:
        """Return alerts that only others were told of, for people whose silence is over."""
        ...

    def add_copies(self, drafts: Sequence[Draft], at: datetime) -> int:
        """Store messages of alerts that are still kept back; return how many."""
        ...

    def lease(
        self,
        now: datetime,
        owner: str,
        limits: Mapping[str, Limit],
        composer: Composer,
        opens: Opening | None = None,
    ) -> Leased | Waiting:
        """Take the next message that is due and whose channel is free, for a limited time.

        What it says is composed and kept at the first attempt; alerts that ended are left out.
        `opens`: when a person may be told; who is in quiet hours by now is told after them.
        """
        ...

    def mark(
        self,
        leased: Leased,
        owner: str,
        answer: Answer,
        fate: Fate,
        fallback: str | None,
        at: datetime,
        opens_at: datetime | None = None,
    ) -> str:
        """Store what an attempt came to and return the message's status.

        A message that is given up goes to `fallback`, or becomes a dead letter. `opens_at`: when
        the person may be told next; `at` if left out.
        """
        ...

    def messages(
        self, *, statuses: Sequence[str] = (), person: str | None = None, limit: int = 100
    ) -> tuple[MessageRecord, ...]:
        """Return messages, newest first."""
        ...

    def message_counts(self) -> Mapping[str, int]:
        """Return how many messages stand in each status."""
        ...

    def replay(
        self,
        message_ids: Sequence[int],
        *,
        by: str,
        at: datetime,
        opens: Opening | None = None,
    ) -> int:
        """Send dead letters again, all when none is named. Errors: NotFound.

        `opens`: when each person may be told; `at` if left out.
        """
        ...

    def acknowledge(self, alert_id: int, *, by: str, at: datetime) -> None:
        """Store that somebody has taken note of an alert. Errors: NotFound."""
        ...

    def snooze(self, alert_id: int, until: date, reason: str, *, by: str, at: datetime) -> None:
        """Put an alert away until a day, when it is told (again). Errors: NotFound."""
        ...

    def add_silence(self, silence: Silence, *, by: str, at: datetime) -> int:
        """Store a silence and return its number."""
        ...

    def inbox(self, person: str, limit: int = 50) -> tuple[InboxEntry, ...]:
        """Return a person's messages, newest first."""
        ...

    def put_inbox(self, key: str, person: str, message: Message, at: datetime) -> None:
        """Put a message into a person's inbox; one that is there stays as it is."""
        ...

    def told(self, alert_id: int) -> tuple[MessageRecord, ...]:
        """Return the messages that an alert is in."""
        ...

    def balance(self) -> Balance:
        """Count where every matched alert stands, by SQL."""
        ...


class Channel(Protocol):
    """Reaches people in one way; never raises for what the other side says or does."""

    def send(self, leased: Leased) -> Answer:
        """Send one message and return what the channel answered."""
        ...
