"""Jobs that a person starts from the web app: one at a time, done by a process of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from keepwell.ports.scheduling import JobStatus

HandJobKind = Literal["run", "check", "doctor", "replay", "backup", "verify", "example"]
HAND_JOB_KINDS: tuple[HandJobKind, ...] = (
    "run", "check", "doctor", "replay", "backup", "verify", "example"
)  # fmt: skip
# No job of keepwell.yml can bear this name: it has a hyphen.
BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class HandJob:
    """One job that somebody started. `steps`: those begun so far, the last one under way.

    `arguments` and `result` are JSON values; `result` is empty until it was done.
    """

    id: int
    kind: HandJobKind
    asked_by: str
    arguments: Mapping[str, Any]
    status: JobStatus
    steps: tuple[str, ...]
    error: str
    result: Mapping[str, Any]
    started_at: datetime
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Say whether it is under way."""
        return self.status == "running"

    @property
    def length_s(self) -> float | None:
        """Return how long it took; None while it is under way."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


class HandJobStore(Protocol):
    """Jobs started by hand, beside those of the schedule; each method is one transaction."""

    def start(
        self,
        kind: HandJobKind,
        arguments: Mapping[str, Any],
        *,
        by: str,
        at: datetime,
        lease_s: float,
    ) -> HandJob:
        """Put a job on record as under way. Errors: InputProblem while another one is."""
        ...

    def end_lost(self, at: datetime) -> None:
        """End the jobs whose process is gone: nothing waits for them any more."""
        ...

    def job(self, job_id: int) -> HandJob:
        """Return one job. Errors: NotFound."""
        ...

    def jobs(self, kind: HandJobKind | None = None, limit: int = 20) -> tuple[HandJob, ...]:
        """Return jobs, newest first."""
        ...

    def step(self, job_id: int, name: str) -> None:
        """Store that a step of a job began."""
        ...

    def beat(self, job_id: int, at: datetime, lease_s: float) -> None:
        """Store that the process of a job lives."""
        ...

    def end(self, job_id: int, error: str, result: Mapping[str, Any], at: datetime) -> None:
        """Store what a job came to: done, or failed when there is an error."""
        ...
