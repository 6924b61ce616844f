"""What the early-warning loop keeps: alarms, alerts, gates of runs, the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from keepwell.actions import RunActions
from keepwell.warning import Decisions, Gate, StoredAlarm, Transition

Verdict = Literal["approved", "discarded"]


@dataclass(frozen=True, slots=True)
class AlertMeans:
    """How the alerts of one trigger are to be delivered; `told_to`: in place of the CSM.

    `told_as`: named as an account, or in one line of the digest as a count.
    """

    priority: str
    urgency: str
    told_to: str | None = None
    told_as: str = "account"


@dataclass(frozen=True, slots=True)
class RunWarning:
    """What one run decided, stored in the transaction that publishes the run.

    `definition`: hash of everything that defines scores and triggers. `means`: by trigger.
    `new_faults`: source faults that the last run did not have; each makes one alert.
    `actions`: what it means for people's work; None where nothing is decided of it.
    `unserved`:   triggers that could not be looked at, with the columns that nothing is known of.
    """

    gate: Gate
    definition: str
    decisions: Decisions
    means: Mapping[str, AlertMeans]
    new_faults: tuple[str, ...] = ()
    transitions: tuple[Transition, ...] = ()
    actions: RunActions | None = None
    unserved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransitionRecord:
    """One transition as stored, with its run and day."""

    run_id: str
    as_of: date
    transition: Transition


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert as stored; `account_id` is None for an alert on a source."""

    id: int
    key: str
    account_id: str | None
    trigger: str
    run_id: str
    as_of: date
    status: str
    priority: str
    urgency: str
    csm_id: str | None
    is_proxy: bool
    at_stake_amount: float | None
    facts: Mapping[str, Any]
    ended_on: date | None
    end_cause: str | None


@dataclass(frozen=True, slots=True)
class GateRecord:
    """The gate of one run as stored, with a person's verdict if it was held."""

    run_id: str
    gate: Gate
    definition: str
    verdict: Verdict | None
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit log."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: str


@dataclass(frozen=True, slots=True)
class AuditFault:
    """The first place where the audit log does not hold together, and what is wrong there."""

    sequence: int
    what: Literal["missing", "edited"]


class WarningStore(Protocol):
    """Alarms, alerts and gates beside the runs (design D6, D7)."""

    def alarms(self) -> Mapping[tuple[str, str], StoredAlarm]:
        """Return all stored alarms by account and trigger."""
        ...

    def alerts(
        self,
        *,
        statuses: Sequence[str] = (),
        account_id: str | None = None,
        person: str | None = None,
        limit: int = 1000,
    ) -> tuple[AlertRecord, ...]:
        """Return alerts, newest first; all statuses when none is named.

        `person`: those of accounts whose CSM it is, and those that a message told it of.
        """
        ...

    def alert(self, alert_id: int) -> AlertRecord:
        """Return one alert. Errors: NotFound."""
        ...

    def alert_counts(self) -> Mapping[str, int]:
        """Return how many alerts stand in each status."""
        ...

    def transitions(self, account_id: str) -> tuple[TransitionRecord, ...]:
        """Return an account's transitions, oldest first; a day run again counts as run last."""
        ...

    def gates(self) -> tuple[GateRecord, ...]:
        """Return the gates of all runs, newest first."""
        ...

    def judge(
        self,
        run_id: str,
        verdict: Verdict,
        *,
        by: str,
        at: datetime,
        actions: RunActions | None = None,
    ) -> int:
        """Approve or discard what a run held; return the alerts concerned. Errors: NotFound.

        `actions`: CTAs that the approved alerts open, stored in the same transaction.
        """
        ...

    def source_alert(self, fault: str, as_of: date, at: datetime) -> bool:
        """Store an alert on a source outside any run; false when that day has it already."""
        ...

    def audit(self, limit: int = 1000) -> tuple[AuditLine, ...]:
        """Return the newest lines of the audit log, newest first."""
        ...

    def audit_faults(self) -> tuple[AuditFault, ...]:
        """Return where the audit log is broken; empty when it holds together."""
        ...
