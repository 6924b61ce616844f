"""Admin: backups are made and verified here; restoring stays a command."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.web.pages.data import job_values
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.backups import archive_folder, archive_of, archives
from keepwell.wiring.hand_jobs import start_job

admin_backups = APIRouter()


@admin_backups.get("/admin/backups")
def backups_page(request: Request, visit: Visit = needs("admin")) -> Response:
    """Show the archives that are there."""
    note_view(visit, "admin")
    project, shown = visit.desk.project, job_values(visit)
    checked = [j for j in shown["jobs"] if j.kind == "verify" and j.status == "done"]
    values = {
        **shown,
        "area": "backups",
        "archives": archives(project),
        "folder": str(archive_folder(project)),
        "checked": checked[0] if checked else None,
    }
    return page(request, "admin_backups.html", visit, values)


@admin_backups.post("/admin/backups")
def make(
    kind: Annotated[str, Form(pattern="^(backup|verify)$")],
    file: Annotated[str, Form(max_length=130)] = "",
    visit: Visit = needs("admin"),
) -> Response:
    """Start a backup, or the verification of one, in the background. Errors: NotFound."""
    project, by = visit.desk.project, visit.person.login
    if kind == "backup":
        start_job(project, "backup", by=by)
    else:
        start_job(project, "verify", {"file": archive_of(project, file).name}, by=by)
    return RedirectResponse("/admin/backups", 303)
