"""Starting a job by hand: it goes on record, then a process of its own does it."""

from collections.abc import Callable, Mapping
from typing import Any

from keepwell.adapters.child_process import start_module
from keepwell.adapters.state import SqlHandJobStore
from keepwell.ports.hand_jobs import HandJob, HandJobKind
from keepwell.vocabulary import NotFound
from keepwell.wiring.project import Project

LEASE_S = 120.0
WORKER = "keepwell.wiring.hand_job_worker"


def start_job(
    project: Project,
    kind: HandJobKind,
    arguments: Mapping[str, Any] | None = None,
    *,
    by: str,
    start: Callable[[Project, HandJob], object] | None = None,
) -> HandJob:
    """Start a job in the background. Errors: InputProblem while another one is under way."""
    store = SqlHandJobStore(project.state)
    job = store.start(kind, arguments or {}, by=by, at=project.now, lease_s=LEASE_S)
    try:
        (start or start_worker)(project, job)
    except OSError as problem:
        store.end(job.id, f"Its process did not start: {problem}", {}, project.now)
    return store.job(job.id)


def start_worker(project: Project, job: HandJob) -> None:
    """Start the process that does a job."""
    log = project.layout.hidden / "logs" / "jobs.log"
    start_module(WORKER, [str(project.layout.root), str(job.id)], log)


def hand_jobs(project: Project) -> SqlHandJobStore:
    """Return the jobs of a project that were started by hand; those without a process ended."""
    store = SqlHandJobStore(project.state)
    store.end_lost(project.now)
    return store


def newest_result(project: Project, kind: HandJobKind) -> HandJob:
    """Return the newest job of a kind that was done. Errors: NotFound."""
    found = hand_jobs(project).jobs(kind)
    done = next((j for j in found if j.status == "done"), None)
    if done is None:
        raise NotFound(f"No `{kind}` was done from here yet.", cure="Start one.")
    return done
