"""The schedule on the database of a state store; every method is one transaction.

Writers take turns (decision 36), so that what is read before a claim still holds when it is made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.schedule_models import JobRunRow, ScheduleRuleRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_rows import SYSTEM
from keepwell.adapters.state.webhook_facts import job_failed
from keepwell.ports import JobRun, JobStatus
from keepwell.schedule import Occasion

OPEN = ("running", "waiting")


class SqlScheduleStore:
    """Fulfils `ports.ScheduleStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def since(self, job: str, rule: str, now: datetime) -> datetime:
        """Return when this rule of a job was first seen; due times before it do not count."""
        with self._state.session() as session:
            found = session.get(ScheduleRuleRow, (job, rule))
            if found is not None:
                return found.since
        with self._state.session(is_writing=True) as session:
            found = session.get(ScheduleRuleRow, (job, rule))
            if found is None:
                found = ScheduleRuleRow(job=job, rule=rule, since=now)
                session.add(found)
                add_audit(session, now, SYSTEM, "job_scheduled", job, {"rule": rule})
            return found.since

    def known(self, job: str, since: datetime) -> frozenset[datetime]:
        """Return the due times after a moment that somebody acts or acted on."""
        wanted = select(JobRunRow.due_at).where(JobRunRow.job == job, JobRunRow.due_at > since)
        with self._state.session() as session:
            return frozenset(session.scalars(wanted))

    def claim(self, due: Occasion, owner: str, now: datetime, lease_s: float) -> JobRun | None:
        """Take a due time; None when it is taken, or the job is under way or waits."""
        with self._state.session(is_writing=True) as session:
            is_same = JobRunRow.due_at == due.due_at
            is_busy = JobRunRow.status.in_(OPEN)
            taken = select(JobRunRow.id).where(JobRunRow.job == due.job, is_same | is_busy)
            if session.scalars(taken.limit(1)).first() is not None:
                return None
            row = JobRunRow(
                job=due.job,
                due_at=due.due_at,
                as_of=due.as_of,
                status="missed" if due.is_too_late else "running",
                owner=owner,
                attempts=0 if due.is_too_late else 1,
                beat=0,
                alive_until=None if due.is_too_late else now + timedelta(seconds=lease_s),
                steps_done=[],
                missed=due.missed,
                error="",
                started_at=now,
                ended_at=now if due.is_too_late else None,
            )
            session.add(row)
            session.flush()
            if due.is_too_late:
                add_audit(session, now, SYSTEM, "job_missed", due.job, {"due": due.due_at})
            return _record(row)

    def open_runs(self) -> tuple[JobRun, ...]:
        """Return what is under way or waits, oldest due time first."""
        wanted = select(JobRunRow).where(JobRunRow.status.in_(OPEN)).order_by(JobRunRow.due_at)
        with self._state.session() as session:
            return tuple(map(_record, session.scalars(wanted)))

    def take_up(self, run: JobRun, owner: str, now: datetime, lease_s: float) -> JobRun | None:
        """Take what waits, or what its owner left; None if anything about it has changed."""
        values = {
            "status": "running",
            "owner": owner,
            "attempts": run.attempts + 1,
            "alive_until": now + timedelta(seconds=lease_s),
            "again_at": None,
            "started_at": now,
        }
        with self._state.session(is_writing=True) as session:
            is_same = (JobRunRow.status == run.status, JobRunRow.beat == run.beat)
            if not _change(session, run, values, *is_same):
                return None
            if run.status == "running":
                left = {"due": run.due_at, "from": run.owner, "by": owner}
                add_audit(session, now, SYSTEM, "job_taken_over", run.job, left)
            row = session.get(JobRunRow, run.id, populate_existing=True)
            return None if row is None else _record(row)

    def beat(self, run: JobRun, now: datetime, lease_s: float) -> bool:
        """Say that the owner lives; false when the claim is no longer its own."""
        values = {"beat": JobRunRow.beat + 1, "alive_until": now + timedelta(seconds=lease_s)}
        with self._state.session(is_writing=True) as session:
            return _change(session, run, values, *_own(run))

    def step_done(self, run: JobRun, step: str) -> bool:
        """Store that a step was done; false when the claim is no longer the owner's."""
        with self._state.session(is_writing=True) as session:
            row = session.scalars(select(JobRunRow).where(JobRunRow.id == run.id)).one()
            done = [*row.steps_done, step]
            return _change(session, run, {"steps_done": done}, *_own(run))

    def end(
        self, run: JobRun, status: JobStatus, error: str, again_at: datetime | None, at: datetime
    ) -> bool:
        """Store what an attempt came to; false when the claim is no longer the owner's."""
        values = {
            "status": status,
            "error": error,
            "again_at": again_at,
            "alive_until": None,
            "ended_at": at,
        }
        with self._state.session(is_writing=True) as session:
            if not _change(session, run, values, *_own(run)):
                return False
            details = {"due": run.due_at, "attempt": run.attempts, "error": error}
            add_audit(session, at, SYSTEM, f"job_{status}", run.job, details)
            if status == "failed":
                job_failed(session, run.job, "scheduled", run.id, run.due_at, at)
            return True

    def history(self, job: str | None = None, limit: int = 100) -> tuple[JobRun, ...]:
        """Return due times that were acted on, newest first."""
        wanted = select(JobRunRow).order_by(JobRunRow.due_at.desc(), JobRunRow.id.desc())
        if job is not None:
            wanted = wanted.where(JobRunRow.job == job)
        with self._state.session() as session:
            return tuple(map(_record, session.scalars(wanted.limit(limit))))

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Return how many due times of each job stand in each status."""
        wanted = select(JobRunRow.job, JobRunRow.status, func.count())
        grouped = wanted.group_by(JobRunRow.job, JobRunRow.status)
        with self._state.session() as session:
            found = session.execute(grouped.order_by(JobRunRow.job, JobRunRow.status))
            return [(job, status, int(n)) for job, status, n in found]

    def newest(self, status: JobStatus | None = None) -> Mapping[str, JobRun]:
        """Return the newest due time of each job, of those in one status if it is given."""
        latest = select(JobRunRow.job, func.max(JobRunRow.due_at).label("due_at"))
        if status is not None:
            latest = latest.where(JobRunRow.status == status)
        last = latest.group_by(JobRunRow.job).subquery()
        is_last = (last.c.job == JobRunRow.job) & (last.c.due_at == JobRunRow.due_at)
        with self._state.session() as session:
            found = session.scalars(select(JobRunRow).join(last, is_last))
            return {row.job: _record(row) for row in found}


def _own(run: JobRun) -> tuple[Any, ...]:
    return JobRunRow.status == "running", JobRunRow.owner == run.owner


def _change(session: Session, run: JobRun, values: Mapping[str, Any], *conditions: Any) -> bool:
    """Change a due time while the token of the claim still holds; say whether it did."""
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(JobRunRow)
        .where(JobRunRow.id == run.id, JobRunRow.attempts == run.attempts, *conditions)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def _record(row: JobRunRow) -> JobRun:
    return JobRun(
        id=row.id,
        job=row.job,
        due_at=row.due_at,
        as_of=row.as_of,
        status=row.status,  # type: ignore[arg-type]
        owner=row.owner,
        attempts=row.attempts,
        beat=row.beat,
        alive_until=row.alive_until,
        again_at=row.again_at,
        steps_done=tuple(str(s) for s in row.steps_done),
        missed=row.missed,
        error=row.error,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
