"""What keeps success plans and the care of accounts: stages, diagnoses, requests, reviews."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from keepwell.actions import (
    Diagnosis,
    HelpRequest,
    Outcome,
    ProgrammeEntry,
    StageMove,
    SuccessPlan,
)

PlanChange = Callable[[SuccessPlan], SuccessPlan]
RequestChange = Callable[[HelpRequest], HelpRequest]
EntryChange = Callable[[ProgrammeEntry | None], ProgrammeEntry]
# Stage before and the id of the account's open rescue plan, if any -> the move.
StageChange = Callable[[str, int | None], StageMove]


@dataclass(frozen=True, slots=True)
class Deed:
    """Who changes something, when, and as what it goes into the audit log."""

    by: str
    at: datetime
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One change of an account's risk stage as it was stored."""

    account_id: str
    step: int
    before: str
    stage: str
    reason: str
    on: date
    plan_id: int | None
    evidence: Mapping[str, Any] | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the team of a plan."""

    function: str
    person: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class CareNotice:
    """What people are told of a plan, a request or a review: an alert like others.

    `key`: the same for the same happening. `run_id`: whose digest it joins, NO_RUN for none.
    """

    key: str
    trigger: str
    account_id: str
    csm_id: str | None
    run_id: str
    as_of: date
    priority: str
    urgency: str
    facts: Mapping[str, Any]


PlanTell = Callable[[SuccessPlan, SuccessPlan], CareNotice | None]
RequestTell = Callable[[HelpRequest], CareNotice | None]
# The run id of alerts that no run made.
NO_RUN = "-"


class PlanStore(Protocol):
    """Success plans with their team and outcomes. Every change goes into the audit log."""

    def open_plan(self, plan: SuccessPlan, *, at: datetime) -> SuccessPlan:
        """Store a new plan, and the stages that a rescue leads to.

        Errors: InputProblem when the account has an open plan of the kind.
        """
        ...

    def plan(self, plan_id: int) -> SuccessPlan:
        """Return one plan. Errors: NotFound."""
        ...

    def plans(
        self, *, status: str | None = None, account_id: str | None = None, limit: int = 1000
    ) -> tuple[SuccessPlan, ...]:
        """Return plans, the newest first."""
        ...

    def change(
        self,
        plan_id: int,
        change: PlanChange,
        deed: Deed,
        on: date,
        tell: PlanTell | None = None,
    ) -> SuccessPlan:
        """Store what `change` makes of a plan, with the stage that follows; nothing when equal.

        `tell`: what people are told of the change, stored in the same transaction.
        """
        ...

    def team(self, plan_id: int) -> tuple[Member, ...]:
        """Return the present team of a plan. Errors: NotFound."""
        ...

    def join(self, plan_id: int, function: str, person: str, deed: Deed) -> None:
        """Put a person into a plan's team. Errors: InputProblem when they are in it."""
        ...

    def leave(self, plan_id: int, function: str, person: str, deed: Deed) -> None:
        """Take a person out of a plan's team. Errors: NotFound."""
        ...

    def add_outcome(self, outcome: Outcome, deed: Deed) -> Outcome:
        """Store an outcome and return it with its number."""
        ...

    def outcomes(self, account_id: str | None = None) -> tuple[Outcome, ...]:
        """Return outcomes, oldest first."""
        ...


class CareStore(Protocol):
    """Risk stages, diagnoses, help requests, reviews and programmes."""

    def stage_history(self, account_id: str) -> tuple[StageRecord, ...]:
        """Return an account's stages, oldest first."""
        ...

    def stages(self) -> Mapping[str, StageRecord]:
        """Return where every account with a stage stands."""
        ...

    def move_stage(self, account_id: str, change: StageChange, deed: Deed, on: date) -> StageRecord:
        """Store the move that `change` decides on."""
        ...

    def add_diagnoses(self, found: Sequence[Diagnosis], deed: Deed) -> None:
        """Store causes of an account, at once."""
        ...

    def diagnoses(
        self, *, since: date | None = None, until: date | None = None, account_id: str | None = None
    ) -> tuple[Diagnosis, ...]:
        """Return diagnoses of a period, oldest first."""
        ...

    def add_request(self, request: HelpRequest, deed: Deed) -> HelpRequest:
        """Store a request and return it with its number."""
        ...

    def requests(
        self, *, open_only: bool = False, account_id: str | None = None, limit: int = 1000
    ) -> tuple[HelpRequest, ...]:
        """Return requests, the earliest due first."""
        ...

    def request(self, request_id: int) -> HelpRequest:
        """Return one request. Errors: NotFound."""
        ...

    def change_request(
        self, request_id: int, change: RequestChange, deed: Deed, tell: RequestTell | None = None
    ) -> HelpRequest:
        """Store what `change` makes of a request; nothing when equal. Errors: NotFound.

        `tell`: what people are told when its level rises, stored in the same transaction.
        """
        ...

    def add_review(self, account_id: str, held_on: date, note: str, deed: Deed) -> None:
        """Store a review that was held. Errors: InputProblem when that day is on record."""
        ...

    def tell(self, notices: Sequence[CareNotice], at: datetime) -> int:
        """Store what people are told, each once; return how many are new."""
        ...

    def end_reviews_of_gone(self, known: Collection[str], on: date, at: datetime) -> None:
        """End the alerts on due reviews of accounts that are not `known` any more."""
        ...

    def last_reviews(self) -> Mapping[str, date]:
        """Return the day of each account's last review."""
        ...

    def entries(
        self, *, programme: str | None = None, account_id: str | None = None
    ) -> tuple[ProgrammeEntry, ...]:
        """Return programme entries by programme and account."""
        ...

    def change_entry(
        self, account_id: str, programme: str, change: EntryChange, deed: Deed
    ) -> ProgrammeEntry:
        """Store what `change` makes of an account's entry."""
        ...
