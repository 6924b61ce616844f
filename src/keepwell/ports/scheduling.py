"""What schedulers share: which job is done by whom, so that a due time is acted on once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from keepwell.schedule import Occasion

JobStatus = Literal["running", "waiting", "done", "failed", "missed"]


@dataclass(frozen=True, slots=True)
class JobRun:
    """One due time of a job. `attempts` is also the token of the claim: a later one voids it.

    `status`: waiting ones were released or failed and are taken up again at `again_at`.
    `beat`: grows while its owner lives. `steps_done`: what need not be done again.
    `missed`: earlier due times that this one stands for.
    """

    id: int
    job: str
    due_at: datetime
    as_of: date | None
    status: JobStatus
    owner: str
    attempts: int
    beat: int
    alive_until: datetime | None
    again_at: datetime | None
    steps_done: tuple[str, ...]
    missed: int
    error: str
    started_at: datetime
    ended_at: datetime | None


class ScheduleStore(Protocol):
    """Due times and who acts on them; each method is one transaction over all schedulers."""

    def since(self, job: str, rule: str, now: datetime) -> datetime:
        """Return when this rule of a job was first seen; due times before it do not count."""
        ...

    def known(self, job: str, since: datetime) -> frozenset[datetime]:
        """Return the due times after a moment that somebody acts or acted on."""
        ...

    def claim(self, due: Occasion, owner: str, now: datetime, lease_s: float) -> JobRun | None:
        """Take a due time; None when it is taken, or the job is under way or waits."""
        ...

    def open_runs(self) -> tuple[JobRun, ...]:
        """Return what is under way or waits, oldest due time first."""
        ...

    def take_up(self, run: JobRun, owner: str, now: datetime, lease_s: float) -> JobRun | None:
        """Take what waits, or what its owner left; None if anything about it has changed."""
        ...

    def beat(self, run: JobRun, now: datetime, lease_s: float) -> bool:
        """Say that the owner lives; false when the claim is no longer its own."""
        ...

    def step_done(self, run: JobRun, step: str) -> bool:
        """Store that a step was done; false when the claim is no longer the owner's."""
        ...

    def end(
        self, run: JobRun, status: JobStatus, error: str, again_at: datetime | None, at: datetime
    ) -> bool:
        """Store what an attempt came to; false when the claim is no longer the owner's."""
        ...

    def history(self, job: str | None = None, limit: int = 100) -> tuple[JobRun, ...]:
        """Return due times that were acted on, newest first."""
        ...

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Return how many due times of each job stand in each status."""
        ...

    def newest(self, status: JobStatus | None = None) -> Mapping[str, JobRun]:
        """Return the newest due time of each job, of those in one status if it is given."""
        ...
