"""What people's work needs to be kept: CTAs with their moves, plays and tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from keepwell.actions import (
    CtaChange,
    CtaState,
    DueCheck,
    NewCta,
    NewPlay,
    OnSignal,
    TaskMove,
    Work,
)
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class CtaRecord:
    """One CTA as stored.

    `signal`: `on` while an alert that it answers holds, else why none does any more; None
    without alerts. `alerts`: keys of the alerts that it answers.
    """

    id: int
    account_id: str
    type: str
    reason: str
    state: CtaState
    priority: str
    owner: str | None
    due_on: date | None
    source: str
    ref: str
    opened_on: date
    opened_by: str
    at_stake_amount: float | None
    hours: float
    signal: str | None
    signal_on: date | None
    facts: Mapping[str, Any]
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CtaEvent:
    """One line of a CTA's history: who did what, when and why."""

    cta_id: int
    at: datetime
    actor: str
    move: str
    before: str
    after: str
    why: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlayRecord:
    """One play that runs or ran for a CTA, and how many of its tasks stand in each status."""

    id: int
    play: str
    cta_id: int
    account_id: str
    status: str
    started_on: date
    started_by: str
    ended_on: date | None
    end_cause: str | None
    tasks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task as stored. `reading`: what its check found on its day; None before."""

    id: int
    play_id: int
    cta_id: int
    account_id: str
    step: str
    place: int
    title: Bilingual
    action: Bilingual
    template: str | None
    role: str
    owner: str | None
    status: str
    due_on: date
    check: Mapping[str, Any] | None
    reading: Mapping[str, Any] | None
    settled_on: date | None
    settled_by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class CtaFilter:
    """Which CTAs are asked for; what is left out does not narrow."""

    statuses: Sequence[str] = ()
    owner: str | None = None
    account_id: str | None = None
    due_until: date | None = None
    type: str | None = None
    is_unassigned: bool = False
    limit: int = 100


class ActionStore(Protocol):
    """CTAs, plays and tasks; every method that writes is one transaction with its audit line."""

    def add(
        self, new: NewCta, play: NewPlay | None, *, by: str, at: datetime, why: str = ""
    ) -> int:
        """Open a CTA and return its number. Errors: InputProblem naming the open one like it."""
        ...

    def cta(self, cta_id: int) -> CtaRecord:
        """Return one CTA. Errors: NotFound."""
        ...

    def ctas(self, wanted: CtaFilter) -> tuple[CtaRecord, ...]:
        """Return CTAs: the most urgent first, then by due day, amount at stake and number."""
        ...

    def cta_counts(self) -> Mapping[str, int]:
        """Return how many CTAs stand in each status."""
        ...

    def events(self, cta_id: int) -> tuple[CtaEvent, ...]:
        """Return the history of a CTA, oldest first."""
        ...

    def move(self, cta_id: int, change: CtaChange, *, by: str, at: datetime) -> CtaRecord:
        """Move a CTA; closing it ends its plays and tasks. Errors: NotFound, IllegalMove."""
        ...

    def assign(self, cta_id: int, owner: str, *, by: str, at: datetime, why: str = "") -> CtaRecord:
        """Give an open CTA, with the open tasks of its old owner, to a person."""
        ...

    def wake(self, today: date, at: datetime) -> int:
        """Bring back the CTAs whose snooze is over; return how many."""
        ...

    def start_play(self, cta_id: int, play: NewPlay, *, by: str, at: datetime) -> int:
        """Start a play on an open CTA and return its number. Errors: NotFound, InputProblem."""
        ...

    def stop_play(self, play_id: int, why: str, *, by: str, on: date, at: datetime) -> PlayRecord:
        """Stop a play; its open tasks are cancelled. Errors: NotFound, IllegalMove."""
        ...

    def plays(
        self, *, statuses: Sequence[str] = (), account_id: str | None = None, limit: int = 100
    ) -> tuple[PlayRecord, ...]:
        """Return plays, newest first."""
        ...

    def play(self, play_id: int) -> PlayRecord:
        """Return one play. Errors: NotFound."""
        ...

    def tasks(
        self, *, cta_id: int | None = None, play_id: int | None = None, owner: str | None = None
    ) -> tuple[TaskRecord, ...]:
        """Return tasks by due day and place."""
        ...

    def task(self, task_id: int) -> TaskRecord:
        """Return one task. Errors: NotFound."""
        ...

    def move_task(
        self, task_id: int, move: TaskMove, *, why: str, by: str, on: date, at: datetime
    ) -> TaskRecord:
        """Move a task; the first that is done starts its CTA, the last settled ends its play.

        Errors: NotFound, IllegalMove.
        """
        ...

    def loads(self) -> Mapping[str, float]:
        """Return hours a month that each person's open CTAs take; an account counts once."""
        ...

    def work(self, alerts: Sequence[str], on: date) -> Work:
        """Return what a run of a day has to know before it opens CTAs for these alerts."""
        ...

    def signals(self) -> tuple[OnSignal, ...]:
        """Return the alerts that are on and answered by an open CTA."""
        ...

    def open_accounts(self) -> Mapping[int, str]:
        """Return the accounts of open CTAs, by CTA."""
        ...

    def unowned(self) -> Mapping[int, str]:
        """Return the accounts of open CTAs without owner, by CTA."""
        ...

    def running(self) -> tuple[tuple[int, str, str], ...]:
        """Return the plays that run: number, name, account."""
        ...

    def due_checks(self, on: date) -> tuple[DueCheck, ...]:
        """Return the tasks whose check is due and has not been read."""
        ...

    def asked_lately(self, reason: str, kind: str, since: date) -> frozenset[str]:
        """Return who has had a CTA for this reason since a day, or has an open one of the kind.

        `since`: included. `kind`: type of CTA.
        """
        ...

    def asked_on(self, reason: str, on: date) -> int:
        """Return how many CTAs runs have opened for this reason on a day."""
        ...

    def backlog(
        self, triggers: Sequence[str], before: date
    ) -> tuple[tuple[str, str, str, Mapping[str, Any]], ...]:
        """Return alerts that hold since before a day and that no CTA answers.

        Each as key, account, trigger, facts; not those held or discarded.
        """
        ...
