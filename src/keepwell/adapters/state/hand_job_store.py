"""Jobs started by hand over SQLAlchemy: rows of the schedule with who asked and what came of it.

Writers take turns (decision 36): what is read before a job starts still holds when it does.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.hand_job_models import HandJobRow
from keepwell.adapters.state.schedule_models import JobRunRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.webhook_facts import job_failed
from keepwell.ports.hand_jobs import BY_HAND, HAND_JOB_KINDS, HandJob, HandJobKind
from keepwell.vocabulary import InputProblem, NotFound

WITHOUT_A_WORD = "Its process ended without a word."


class SqlHandJobStore:
    """Fulfils `ports.hand_jobs.HandJobStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

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
        with self._state.session(is_writing=True) as session:
            _require_none(session, at)
            run = JobRunRow(
                job=BY_HAND, due_at=at, as_of=None, status="running", owner=by[:64], attempts=1,
                beat=0, alive_until=at + timedelta(seconds=lease_s), again_at=None, steps_done=[],
                missed=0, error="", started_at=at, ended_at=None,
            )  # fmt: skip
            session.add(run)
            session.flush()
            asked = HandJobRow(
                job_run_id=run.id, kind=kind, asked_by=by, arguments=dict(arguments), result={}
            )
            session.add(asked)
            add_audit(session, at, by, "job_started", kind, {"job": run.id, **arguments})
            return _job(run, asked)

    def end_lost(self, at: datetime) -> None:
        """End the jobs whose process is gone: nothing waits for them any more."""
        with self._state.session() as session:
            if not _open(session, at)[1]:
                return
        with self._state.session(is_writing=True) as session:
            for run in _open(session, at)[1]:
                _end(session, run, session.get_one(HandJobRow, run.id), WITHOUT_A_WORD, at)

    def job(self, job_id: int) -> HandJob:
        """Return one job. Errors: NotFound."""
        with self._state.session() as session:
            return _job(*_known(session, job_id))

    def jobs(self, kind: HandJobKind | None = None, limit: int = 20) -> tuple[HandJob, ...]:
        """Return jobs, newest first."""
        wanted = select(JobRunRow, HandJobRow).join(
            HandJobRow, HandJobRow.job_run_id == JobRunRow.id
        )
        if kind is not None:
            wanted = wanted.where(HandJobRow.kind == kind)
        with self._state.session() as session:
            rows = session.execute(wanted.order_by(JobRunRow.id.desc()).limit(limit))
            return tuple(_job(run, asked) for run, asked in rows)

    def step(self, job_id: int, name: str) -> None:
        """Store that a step of a job began."""
        with self._state.session(is_writing=True) as session:
            run, _ = _known(session, job_id)
            run.steps_done = [*run.steps_done, name]

    def beat(self, job_id: int, at: datetime, lease_s: float) -> None:
        """Store that the process of a job lives."""
        lives = {"beat": JobRunRow.beat + 1, "alive_until": at + timedelta(seconds=lease_s)}
        with self._state.session(is_writing=True) as session:
            session.execute(
                update(JobRunRow)
                .where(JobRunRow.id == job_id, JobRunRow.status == "running")
                .values(lives)
            )

    def end(self, job_id: int, error: str, result: Mapping[str, Any], at: datetime) -> None:
        """Store what a job came to: done, or failed when there is an error."""
        with self._state.session(is_writing=True) as session:
            run, asked = _known(session, job_id)
            if run.status == "running":
                asked.result = dict(result)
                _end(session, run, asked, error, at)


def _open(session: Session, at: datetime) -> tuple[list[JobRunRow], list[JobRunRow]]:
    """Return the jobs under way that live, and those whose process is gone."""
    wanted = select(JobRunRow).where(JobRunRow.job == BY_HAND, JobRunRow.status == "running")
    live: list[JobRunRow] = []
    lost: list[JobRunRow] = []
    for run in session.scalars(wanted):
        lives = run.alive_until is not None and run.alive_until >= at
        (live if lives else lost).append(run)
    return live, lost


def _require_none(session: Session, at: datetime) -> None:
    """Refuse while another job is under way; one whose process is gone ends here."""
    live, lost = _open(session, at)
    for run in live:
        asked = session.get_one(HandJobRow, run.id)
        raise InputProblem(
            f"`{asked.kind}` is under way since {run.started_at:%H:%M} UTC, for {asked.asked_by}.",
            cure="One job runs at a time; start this one when that has ended.",
            job=run.id,
        )
    for run in lost:
        _end(session, run, session.get_one(HandJobRow, run.id), WITHOUT_A_WORD, at)


def _end(session: Session, run: JobRunRow, asked: HandJobRow, error: str, at: datetime) -> None:
    run.status = "failed" if error else "done"
    run.error, run.alive_until, run.ended_at = error, None, at
    details = {"job": run.id, "error": error}
    add_audit(session, at, asked.asked_by, f"job_{run.status}", asked.kind, details)
    if error:
        job_failed(session, asked.kind, "by_hand", run.id, run.due_at, at)


def _known(session: Session, job_id: int) -> tuple[JobRunRow, HandJobRow]:
    run, asked = session.get(JobRunRow, job_id), session.get(HandJobRow, job_id)
    if run is None or asked is None:
        raise NotFound(f"There is no job {job_id}.", cure="The page Data lists them.")
    return run, asked


def _job(run: JobRunRow, asked: HandJobRow) -> HandJob:
    return HandJob(
        run.id,
        next(k for k in HAND_JOB_KINDS if k == asked.kind),
        asked.asked_by,
        asked.arguments,
        run.status,  # type: ignore[arg-type]
        tuple(str(s) for s in run.steps_done),
        run.error,
        asked.result,
        run.started_at,
        run.ended_at,
    )
