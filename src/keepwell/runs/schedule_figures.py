"""The figures that a scheduler shows to whoever watches it from outside."""

from datetime import datetime
from typing import Literal

from keepwell.ports import ScheduleStore
from keepwell.runs.schedule import PlannedJob
from keepwell.schedule import Figure

# What is under way may still become anything: a counter must not go down.
ENDED = ("done", "failed", "missed")
HELP = {
    "scheduler_last_turn_timestamp_seconds": "When the scheduler last looked for due jobs.",
    "job_due_times_total": "Due times that were acted on, by job and what came of them.",
    "job_last_success_timestamp_seconds": "When the job was last done.",
    "job_last_duration_seconds": "How long the newest attempt that was done took.",
    "job_next_due_timestamp_seconds": "When the job is due next.",
    "job_is_failed": "1 if the newest due time of the job failed for good, else 0.",
    "jobs_under_way": "Due times that a scheduler works on, or that wait for another try.",
}


Samples = list[tuple[dict[str, str], float]]


def schedule_figures(
    store: ScheduleStore, jobs: tuple[PlannedJob, ...], now: datetime
) -> tuple[Figure, ...]:
    """Return what is due, done and failed, by job; moments are seconds since 1970."""
    done, open_runs = sorted(store.newest("done").items()), store.open_runs()
    samples: dict[str, Samples] = {
        "scheduler_last_turn_timestamp_seconds": [({}, now.timestamp())],
        "job_due_times_total": [
            ({"job": job, "status": status}, float(n))
            for job, status, n in store.totals()
            if status in ENDED
        ],
        "job_last_success_timestamp_seconds": [
            ({"job": name}, run.ended_at.timestamp()) for name, run in done if run.ended_at
        ],
        "job_last_duration_seconds": [
            ({"job": name}, (run.ended_at - run.started_at).total_seconds())
            for name, run in done
            if run.ended_at
        ],
        "job_next_due_timestamp_seconds": [
            ({"job": p.job}, p.next_due.timestamp()) for p in jobs if p.next_due
        ],
        "job_is_failed": [({"job": p.job}, float(_is_failed(p))) for p in jobs],
        "jobs_under_way": [
            ({"status": status}, float(sum(r.status == status for r in open_runs)))
            for status in ("running", "waiting")
        ],
    }
    return tuple(_figure(name, samples[name]) for name in HELP)


def _figure(name: str, samples: Samples) -> Figure:
    kind: Literal["counter", "gauge"] = "counter" if name.endswith("_total") else "gauge"
    return Figure(f"keepwell_{name}", HELP[name], kind, tuple(samples))


def is_all_well(jobs: tuple[PlannedJob, ...]) -> bool:
    """Say whether no job's newest due time failed for good."""
    return not any(map(_is_failed, jobs))


def _is_failed(job: PlannedJob) -> bool:
    return job.newest is not None and job.newest.status == "failed"
