"""Sources, findings, runs and jobs as JSON; a job is started and looked after."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from keepwell.ports.hand_jobs import HandJob
from keepwell.runs.importing_record import finding_to_json
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import require
from keepwell.wiring.data_view import data_view, run_views
from keepwell.wiring.hand_jobs import hand_jobs, start_job

data = APIRouter(tags=["data"])


class NewJob(BaseModel):
    """What to do in the background."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["run", "check", "doctor", "replay", "backup"]


@data.get("/sources", response_model=None)
def sources(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return the tables with their rows, newest day and mapping, as last taken in."""
    found = data_view(visit.desk.project)
    return {
        "kind": found.kind,
        "place": found.place,
        "checked_on": found.newest.checked_on if found.newest else None,
        "is_accepted": found.newest.is_accepted if found.newest else None,
        "quarantined": found.quarantined,
        "tables": [asdict(t) for t in found.tables],
    }


@data.get("/findings", response_model=None)
def findings(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return what the newest check found, the gravest first, in both languages."""
    found = data_view(visit.desk.project)
    told = [
        finding_to_json(f)
        | {"message": {"zh": f.message("zh"), "en": f.message("en")},
           "cure": {"zh": f.cure("zh"), "en": f.cure("en")}}
        for f in found.findings
    ]  # fmt: skip
    return {"import_id": found.newest.import_id if found.newest else None, "findings": told}


@data.get("/runs", response_model=None)
def runs(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return the newest runs with their cause and length."""
    return {
        "runs": [
            {"run_id": r.run.run_id, "as_of": r.run.as_of, "started_at": r.run.started_at,
             "accounts": r.run.accounts, "cause": r.cause, "who": r.who, "length_s": r.length_s}
            for r in run_views(visit.desk.project)
        ]
    }  # fmt: skip


@data.get("/jobs", response_model=None)
def jobs(
    limit: Annotated[int, Query(ge=1, le=200)] = 20, visit: Visit = needs("configure")
) -> dict[str, Any]:
    """Return jobs that were started by hand, newest first."""
    return {"jobs": [_job(j) for j in hand_jobs(visit.desk.project).jobs(limit=limit)]}


@data.get("/jobs/{job_id}", response_model=None)
def job(job_id: Number, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return one job with its steps and, once done, its result."""
    return {"job": _job(hand_jobs(visit.desk.project).job(job_id))}


@data.post("/jobs", response_model=None, status_code=202)
def start(wish: NewJob, visit: Visit = needs("configure"), key: IdempotencyKey = None) -> Response:
    """Start a job in the background. 422 while another one is under way; backups are for admins."""
    if wish.kind == "backup":
        require(visit, "admin")

    def write() -> Answer:
        started = start_job(visit.desk.project, wish.kind, by=visit.person.login)
        return Answer(202, {"job": _job(started)})

    return once(visit, key, ["job", wish.kind], write)


def _job(found: HandJob) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "by": found.asked_by,
        "status": found.status,
        "steps": list(found.steps),
        "error": found.error,
        "result": dict(found.result),
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "length_s": found.length_s,
    }
