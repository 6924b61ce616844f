"""The process of one job that a person started: python -m keepwell.wiring.hand_job_worker DIR N."""

import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from keepwell.adapters.state import SqlHandJobStore
from keepwell.adapters.stopping import beating
from keepwell.ports.hand_jobs import HandJob, HandJobKind
from keepwell.vocabulary import KeepwellProblem, Lang
from keepwell.wiring.backing_up import back_up, verify_archive, verify_project
from keepwell.wiring.backups import archive_of, new_archive
from keepwell.wiring.examine import examine
from keepwell.wiring.example_room import EXAMPLE_ACCOUNTS, build_room
from keepwell.wiring.hand_jobs import LEASE_S
from keepwell.wiring.project import Project
from keepwell.wiring.served import served_project
from keepwell.wiring.writing_back import run_and_deliver

BEAT_S = 20.0
Result = dict[str, Any]


class Steps:
    """Fulfils `ports.Progress`: each step goes on record, for whoever looks at the page."""

    def __init__(self, store: SqlHandJobStore, job_id: int) -> None:
        self._store = store
        self._job_id = job_id

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:  # noqa: ARG002
        """Store that a step began; the job goes on where that cannot be stored now."""
        with suppress(KeepwellProblem):
            self._store.step(self._job_id, key)

    def expect(self, parts: int) -> None:
        """Do nothing: steps are shown, not their parts."""

    def advance(self, parts: int = 1) -> None:
        """Do nothing: steps are shown, not their parts."""


def carry_out(root: Path, job_id: int) -> None:
    """Do a job and store what it came to; whatever fails, it does not stay under way."""
    plain = served_project(root)
    store = SqlHandJobStore(plain.state)
    job = store.job(job_id)
    project = served_project(root, Steps(store, job_id))

    def show_life() -> None:
        store.beat(job_id, project.now, LEASE_S)

    error, result = "", {}
    try:
        with beating(show_life, every_s=BEAT_S):
            result = DEEDS[job.kind](project, job)
    except KeepwellProblem as problem:
        error = f"{problem.what} {problem.cure}".strip()
    except Exception as fault:  # noqa: BLE001 - this is the door of a process
        traceback.print_exc()
        error = f"A fault of keepwell: {type(fault).__name__}. The trace is in .keepwell/logs."
    store.end(job_id, error, result, project.now)


def _run(project: Project, _: HandJob) -> Result:
    done = run_and_deliver(project).run
    return {
        "run_id": done.run_id,
        "as_of": done.as_of.isoformat(),
        "accounts": done.accounts,
        "is_new": done.is_new,
        "findings": len(done.findings),
    }


def _check(project: Project, _: HandJob) -> Result:
    imported = project.check()
    return {"is_accepted": imported.is_accepted, "findings": len(imported.findings)}


def _doctor(project: Project, _: HandJob) -> Result:
    return {"examinations": [asdict(e) for e in examine(project.layout.root)]}


def _replay(project: Project, _: HandJob) -> Result:
    done = project.replay()
    return {"tried": done.tried, "released": done.released, "remaining": done.remaining}


def _backup(project: Project, _: HandJob) -> Result:
    target = new_archive(project)
    done = back_up(project, target, force=True)
    return {"file": target.name, "size": done.size, "snapshots": done.snapshots}


def _verify(project: Project, job: HandJob) -> Result:
    name = str(job.arguments.get("file", ""))
    done = verify_archive(archive_of(project, name)) if name else verify_project(project)
    faults = [f"{f.kind}: {f.what}" for f in done.faults]
    return {"file": name, "snapshots": done.snapshots, "faults": faults}


def _example(project: Project, job: HandJob) -> Result:
    lang: Lang = "zh" if job.arguments.get("lang") == "zh" else "en"
    accounts = int(job.arguments.get("accounts", EXAMPLE_ACCOUNTS))
    build_room(project.layout, accounts, lang, project.progress)
    return {"accounts": accounts}


DEEDS: Mapping[HandJobKind, Callable[[Project, HandJob], Result]] = {
    "run": _run,
    "check": _check,
    "doctor": _doctor,
    "replay": _replay,
    "backup": _backup,
    "verify": _verify,
    "example": _example,
}


if __name__ == "__main__":
    carry_out(Path(sys.argv[1]), int(sys.argv[2]))
