"""Schedule: take due times that nobody acts on, do their jobs, and say what came of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from keepwell.ports import JobRun, JobStatus, ScheduleStore
from keepwell.schedule import Job, ScheduleSettings, Step, again_at, next_due, occasion
from keepwell.vocabulary import InputProblem, KeepwellProblem

# A claim that does not show life for this long is taken over.
LEASE_S = 120.0
BEAT_S = 20.0
# A stepped clock and an edited configuration are noticed within this time.
TICK_S = 15.0


@dataclass(frozen=True, slots=True)
class Scheduler:
    """What scheduling needs of the outside.

    `settings`: the section of keepwell.yml as it is now. `time_zone`: the project's.
    `perform`: does one step, as of a day. `give_up`: tells people of a job that failed for good.
    `monotonic`: seconds that no step of the clock changes. `beating`: calls an action every so
    often while its block runs. `pulse`: shows life to whoever watches from outside.
    `trusts_clock`: takes over by the clock alone, for a process that does not stay to watch.
    """

    store: ScheduleStore
    settings: Callable[[], ScheduleSettings]
    time_zone: str
    owner: str
    perform: Callable[[Step, date | None], None]
    give_up: Callable[[JobRun], None]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    is_stopping: Callable[[], bool]
    beating: Callable[[Callable[[], None]], AbstractContextManager[None]]
    pulse: Callable[[], None] = lambda: None
    lease_s: float = LEASE_S
    trusts_clock: bool = False
    watched: dict[int, tuple[tuple[int, int], float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What came of one attempt: `lost` when another scheduler had taken it over."""

    run: JobRun
    came_to: JobStatus | Literal["released", "lost"]


def zone_of(job: Job, settings: ScheduleSettings, project_zone: str) -> str:
    """Return the time zone of a job's rule."""
    return job.time_zone or settings.time_zone or project_zone


def turn(scheduler: Scheduler) -> JobOutcome | None:
    """Do one job whose time has come; None when there is nothing to do."""
    run = _left_over(scheduler) or _newly_due(scheduler)
    return None if run is None else _do(scheduler, run)


def serve(
    scheduler: Scheduler,
    wait: Callable[[float], None],
    tell: Callable[[JobOutcome | KeepwellProblem], None],
) -> None:
    """Take turns until stopping is asked for. A database out of reach is told and tried again."""
    while not scheduler.is_stopping():
        try:
            outcome = turn(scheduler)
            if outcome is not None:
                tell(outcome)
            scheduler.pulse()
            pause_s = 0.0 if outcome is not None else _until_next(scheduler)
        except KeepwellProblem as problem:
            tell(problem)
            pause_s = TICK_S
        if pause_s:
            wait(pause_s)


def _until_next(scheduler: Scheduler) -> float:
    now, settings = scheduler.now(), scheduler.settings()
    found = [next_due(j, zone_of(j, settings, scheduler.time_zone), now) for j in settings.jobs]
    waits = [(due - now).total_seconds() for due in found if due is not None]
    return max(min([TICK_S, *waits]), 0.01)


def _left_over(scheduler: Scheduler) -> JobRun | None:
    """Take up a job that waits for its next try, or that a dead scheduler left."""
    now = scheduler.now()
    for run in scheduler.store.open_runs():
        is_due = run.status == "waiting" and run.again_at is not None and run.again_at <= now
        if is_due or (run.status == "running" and _is_abandoned(scheduler, run, now)):
            taken = scheduler.store.take_up(run, scheduler.owner, now, scheduler.lease_s)
            if taken is not None:
                return taken
    return None


def _is_abandoned(scheduler: Scheduler, run: JobRun, now: datetime) -> bool:
    """Say whether a claim showed no life for a whole lease, whatever the clock did meanwhile."""
    if scheduler.trusts_clock:
        return run.alive_until is not None and run.alive_until < now
    sign, moment = (run.attempts, run.beat), scheduler.monotonic()
    seen = scheduler.watched.get(run.id)
    if seen is None or seen[0] != sign:
        scheduler.watched[run.id] = (sign, moment)
        return False
    return moment - seen[1] >= scheduler.lease_s


def _newly_due(scheduler: Scheduler) -> JobRun | None:
    settings, store = scheduler.settings(), scheduler.store
    for job in settings.jobs:
        now, zone = scheduler.now(), zone_of(job, settings, scheduler.time_zone)
        since = store.since(job.job, f"{job.rule} {zone}", now)
        since = max(since, now - timedelta(days=settings.catch_up_days))
        due = occasion(job, zone, since, store.known(job.job, since), now)
        if due is None:
            continue
        run = store.claim(due, scheduler.owner, now, scheduler.lease_s)
        if run is not None and run.status == "running":
            return run
    return None


def _do(scheduler: Scheduler, run: JobRun) -> JobOutcome:
    job = next((j for j in scheduler.settings().jobs if j.job == run.job), None)
    if job is None:
        return _end(scheduler, run, "failed", f"keepwell.yml has no job `{run.job}` any more.")
    if run.attempts > job.retries + 2:
        gone = f"Given up: {run.attempts - 1} attempts, the last one ended without a word."
        return _end(scheduler, run, "failed", gone)

    def show_life() -> None:
        scheduler.store.beat(run, scheduler.now(), scheduler.lease_s)
        scheduler.pulse()

    try:
        with scheduler.beating(show_life):
            return _steps(scheduler, run, job)
    except KeyboardInterrupt:
        _release(scheduler, run)
        raise
    except KeepwellProblem as problem:
        return _failed(scheduler, run, job, f"{problem.what} {problem.cure}".strip())
    except Exception as fault:  # noqa: BLE001 - a scheduler outlives whatever a job does
        return _failed(scheduler, run, job, f"{type(fault).__name__}: {fault}")


def _steps(scheduler: Scheduler, run: JobRun, job: Job) -> JobOutcome:
    """Do the steps that are not done; between two steps a job can be released."""
    done = len(run.steps_done)
    first = done if job.do[:done] == run.steps_done else 0
    for step in job.do[first:]:
        if scheduler.is_stopping():
            return _release(scheduler, run)
        scheduler.perform(step, run.as_of)
        if not scheduler.store.step_done(run, step):
            return JobOutcome(run, "lost")
    return _end(scheduler, run, "done", "")


def _release(scheduler: Scheduler, run: JobRun) -> JobOutcome:
    now = scheduler.now()
    is_ours = scheduler.store.end(run, "waiting", "", now, now)
    return JobOutcome(run, "released" if is_ours else "lost")


def _failed(scheduler: Scheduler, run: JobRun, job: Job, error: str) -> JobOutcome:
    now = scheduler.now()
    again = again_at(job, run.attempts, now)
    if again is None:
        return _end(scheduler, run, "failed", error)
    is_ours = scheduler.store.end(run, "waiting", error, again, now)
    told = replace(run, error=error, again_at=again)
    return JobOutcome(told, "waiting" if is_ours else "lost")


def _end(
    scheduler: Scheduler, run: JobRun, status: Literal["done", "failed"], error: str
) -> JobOutcome:
    if not scheduler.store.end(run, status, error, None, scheduler.now()):
        return JobOutcome(run, "lost")
    told = replace(run, error=error)
    if status == "failed":
        scheduler.give_up(told)
    return JobOutcome(told, status)


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job with its rule, its next due time and what came of the newest one."""

    job: str
    do: tuple[Step, ...]
    rule: str
    time_zone: str
    next_due: datetime | None
    newest: JobRun | None


def planned_jobs(
    store: ScheduleStore, settings: ScheduleSettings, project_zone: str, now: datetime
) -> tuple[PlannedJob, ...]:
    """Return the jobs of keepwell.yml, each with what is next and what was last."""
    newest = store.newest()
    return tuple(
        PlannedJob(j.job, j.do, j.rule, zone, next_due(j, zone, now), newest.get(j.job))
        for j in settings.jobs
        for zone in [zone_of(j, settings, project_zone)]
    )


def require_jobs(settings: ScheduleSettings) -> None:
    """Refuse to schedule nothing. Errors: InputProblem."""
    if not settings.jobs:
        raise InputProblem(
            "keepwell.yml has no `schedule:` with jobs.",
            cure='Add `schedule: {jobs: [{job: morning, daily: "06:30", do: [run, deliver]}]}`.',
        )
