"""What journeys keep: passages, messages to customers, feeds, opt-outs, arms of holdouts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from keepwell.journeys import (
    Arm,
    Assignment,
    Cap,
    FeedDraft,
    Known,
    Letter,
    Moves,
    Outgoing,
    Step,
)
from keepwell.messages import Answer, Fate
from keepwell.vocabulary import Lang


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """What one run of all journeys stores: moves, and what their steps make, in the same order.

    `channels`: the channel of each kind of message.
    """

    moves: Moves
    outgoing: tuple[Outgoing, ...]
    channels: Mapping[str, str]
    run_id: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What was stored of a plan; `raced`: passages that another run had moved meanwhile."""

    entered: int
    moved: int
    sends: int
    entries: int
    raced: int


@dataclass(frozen=True, slots=True)
class WaitingSend:
    """One message that is due, before anybody knows whether it may go."""

    id: int
    key: str
    journey: str
    step: str
    kind: str
    account_id: str
    contact_id: str | None
    channel: str
    lang: Lang
    fields: Mapping[str, str]
    item: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What the outside knows of a message: the keyed hash of its address, or why it cannot go.

    `not_before`: the end of quiet hours, when it is in some.
    """

    address_hash: str | None = None
    withheld: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeasedSend:
    """One message that is ours to send until the lease ends."""

    send: WaitingSend
    first_at: datetime
    attempts: int
    address_hash: str | None


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing can be sent now; `until`: when something can, None when nothing is open."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps of one contact and of one account over all journeys."""

    per_contact: tuple[Cap, ...]
    per_account: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of an account's feed as stored."""

    id: int
    entry: FeedDraft
    journey: str
    at: datetime
    read_at: datetime | None
    dismissed_at: datetime | None


@dataclass(frozen=True, slots=True)
class JourneyCount:
    """How many passages of a journey stand in each status, and what became of its steps.

    `steps`: by step, then by outcome or by status of its message, with the reason if withheld.
    """

    journey: str
    passages: Mapping[str, int]
    steps: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class HoldoutGroup:
    """The accounts of one subject, arm and stratum; `first`, `last`: days of their assignment."""

    subject: str
    share: float
    arm: Arm
    stratum: str
    accounts: int
    first: date
    last: date


Judge = Callable[[WaitingSend], Judged]


class JourneyStore(Protocol):
    """Everything that journeys remember; every change appends to the audit log."""

    def salt(self) -> bytes:
        """Return the project's salt, made at the first call and the same ever after."""
        ...

    def known(self) -> Known:
        """Return active passages, last endings, and arms."""
        ...

    def apply(self, plan: JourneyPlan, at: datetime, *, by: str) -> Applied:
        """Store a plan at once; a passage that another run moved since stays as that run left it.

        No step of a passage is stored twice.
        """
        ...

    def due_accounts(self) -> frozenset[str]:
        """Return the accounts that have mails to be sent."""
        ...

    def lease(self, now: datetime, owner: str, caps: Caps, judge: Judge) -> LeasedSend | Idle:
        """Take the next message that may go now, for a limited time.

        Opt-outs, bounces, caps, quiet hours and the passage's end are looked at here, in the same
        transaction: whoever opted out before this moment is not written to.
        """
        ...

    def mark(
        self,
        leased: LeasedSend,
        owner: str,
        answer: Answer,
        fate: Fate,
        at: datetime,
        *,
        is_bounced: bool = False,
    ) -> str:
        """Store what an attempt came to and return the message's status.

        `is_bounced`: the mailbox does not exist; it is suppressed in the same transaction.
        """
        ...

    def withhold(self, leased: LeasedSend, owner: str, reason: str) -> None:
        """Store that a leased message was not sent, and why."""
        ...

    def note_sending(self, counted: Mapping[str, int], at: datetime, *, by: str) -> None:
        """Append one line on what was sent to the audit log."""
        ...

    def obstacle(
        self,
        account_id: str,
        address_hash: str | None,
        caps: Caps,
        now: datetime,
        also: tuple[int, int] = (0, 0),
    ) -> str:
        """Return why a message could not go now (opted_out, bounced, capped); empty if it could.

        `also`: messages to the account and to the address that are to be counted as sent now.
        """
        ...

    def suppress(
        self, address_hash: str, reason: str, *, by: str, at: datetime, source: str
    ) -> bool:
        """Write to an address no more; false when that was so already."""
        ...

    def release(self, address_hash: str, *, by: str, at: datetime) -> bool:
        """Allow an address again; false when it was not suppressed."""
        ...

    def suppressed(self) -> Mapping[str, int]:
        """Return how many addresses are suppressed, by reason."""
        ...

    def feed(self, account_id: str, *, all_entries: bool = False) -> tuple[FeedEntry, ...]:
        """Return an account's feed, newest first; dismissed entries only if asked for."""
        ...

    def mark_feed(
        self, account_id: str, entry_id: int, *, is_dismissed: bool, by: str, at: datetime
    ) -> None:
        """Mark an entry as read or dismissed. Errors: NotFound."""
        ...

    def seen_items(self) -> Mapping[str, frozenset[str]]:
        """Return the content that each account was shown or sent."""
        ...

    def counts(self) -> tuple[JourneyCount, ...]:
        """Return where passages and steps stand, by journey."""
        ...

    def groups(self) -> tuple[HoldoutGroup, ...]:
        """Return the groups of all holdouts."""
        ...

    def assignments(self, subject: str) -> tuple[tuple[date, Assignment], ...]:
        """Return the accounts of one subject with the day of their assignment."""
        ...

    def assign(
        self, subject: str, share: float, arms: Sequence[Assignment], *, by: str, at: datetime
    ) -> None:
        """Store arms of a subject; one that is stored is replaced only by an exemption."""
        ...


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What a channel answered; `is_gone`: the mailbox does not exist."""

    answer: Answer
    is_gone: bool = False


class JourneyMailer(Protocol):
    """Sends one mail of a journey; never raises for what the other side says."""

    def send(
        self, leased: LeasedSend, letter: Letter, address: str, opt_out_link: str | None
    ) -> Dispatched:
        """Send the letter to the address."""
        ...


class JourneyCaller(Protocol):
    """Brings one step to a system or a person; never raises for what the other side says."""

    def call(self, leased: LeasedSend, step: Step) -> Answer:
        """Bring the step there, under its idempotency key."""
        ...
