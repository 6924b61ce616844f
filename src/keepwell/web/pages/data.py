"""Data: where they come from, how fresh they are, what is wrong with them, and what can be done."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.ports.hand_jobs import HandJobKind
from keepwell.vocabulary import KeepwellProblem, NotFound, Severity
from keepwell.web.moments import length_text, size_text
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.data_view import data_view, run_views
from keepwell.wiring.hand_jobs import hand_jobs, newest_result, start_job
from keepwell.wiring.uploads import UploadDesk

data = APIRouter()
MOST_FINDINGS = 60
SOME_JOBS = 8
# What a form may start; the others have a page of their own.
StartKind = Annotated[HandJobKind, Form()]


@data.get("/data")
def data_page(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show the data of the project."""
    note_view(visit, "data")
    project = visit.desk.project
    found = data_view(project)
    header = visit.desk.header()
    grave = [f for f in found.findings if f.kind.severity is not Severity.INFO]
    values = {
        "found": found,
        "findings": found.findings[:MOST_FINDINGS],
        "grave": len(grave),
        "errors": sum(f.kind.severity is Severity.ERROR for f in found.findings),
        "runs": run_views(project),
        "as_of": header.as_of if header else None,
        "doctor": _doctor(visit),
        "uploads": UploadDesk(project).waiting(),
        **job_values(visit),
    }
    return page(request, "data.html", visit, values)


@data.get("/data/job")
def job_part(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show what is under way, for a page that asks again."""
    return page(request, "job_part.html", visit, job_values(visit))


@data.post("/data/jobs")
def start(kind: StartKind, visit: Visit = needs("configure")) -> Response:
    """Start a job in the background. Errors: InputProblem while another one is under way."""
    require_plain(kind)
    start_job(visit.desk.project, kind, by=visit.person.login)
    return RedirectResponse("/data#job", 303)


def require_plain(kind: HandJobKind) -> None:
    """Refuse what another page starts. Errors: NotFound."""
    if kind in ("backup", "verify", "example"):
        raise NotFound(f"`{kind}` does not start here.", cure="Start it on its own page.")


def job_values(visit: Visit) -> dict[str, Any]:
    """Return what the part of jobs shows."""
    jobs = hand_jobs(visit.desk.project).jobs(limit=SOME_JOBS)
    return {
        "jobs": jobs,
        "open_job": next((j for j in jobs if j.is_open), None),
        "length": length_text,
        "size_text": size_text,
    }


def _doctor(visit: Visit) -> Any:
    try:
        return newest_result(visit.desk.project, "doctor")
    except KeepwellProblem:
        return None
