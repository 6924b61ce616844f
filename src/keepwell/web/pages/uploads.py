"""Uploads: files come in, are checked apart, and wait until somebody confirms them."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from keepwell.vocabulary import InputProblem
from keepwell.web.pages.signing import way_back
from keepwell.web.security import Visit, needs
from keepwell.wiring.uploads import UploadDesk, pieces

uploads = APIRouter()


@uploads.post("/data/uploads")
async def send(request: Request, visit: Visit = needs("configure")) -> Response:
    """Take files in. The form is read only now: nobody who may not send has a body read."""
    try:
        form = await request.form(max_files=20, max_fields=10)
        files = [f for f in form.getlist("file") if isinstance(f, UploadFile) and f.filename]
        if not files:
            raise InputProblem("No file was chosen.", cure="Choose one or more, then send them.")
        desk, by = UploadDesk(visit.desk.project), visit.person.login
        for file in files:
            await run_in_threadpool(desk.take, file.filename or "", pieces(file.file), by)
        return RedirectResponse(way_back(str(form.get("back", "/data"))), 303)
    finally:
        await request.close()


@uploads.post("/data/uploads/{upload_id}/confirm")
def confirm(upload_id: str, visit: Visit = needs("configure")) -> Response:
    """Put a file where the source is read. Errors: NotFound, InputProblem."""
    UploadDesk(visit.desk.project).confirm(upload_id, visit.person.login)
    return RedirectResponse("/data#uploads", 303)


@uploads.post("/data/uploads/{upload_id}/discard")
def discard(upload_id: str, visit: Visit = needs("configure")) -> Response:
    """Forget a file. Errors: NotFound."""
    UploadDesk(visit.desk.project).discard(upload_id, visit.person.login)
    return RedirectResponse("/data#uploads", 303)
