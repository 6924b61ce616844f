"""Uploads as a program sends them: the file is the body, its name stands in the address."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from keepwell.web.security import Visit, needs
from keepwell.wiring.uploads import UploadDesk

uploads = APIRouter(tags=["data"])
UploadId = Annotated[str, Path(min_length=1, max_length=64)]


@uploads.get("/uploads", response_model=None)
def waiting(visit: Visit = needs("configure")) -> dict[str, Any]:
    """Return the files that wait, each with its tables or with what is wrong."""
    return {"uploads": [asdict(u) for u in UploadDesk(visit.desk.project).waiting()]}


@uploads.post(
    "/uploads",
    response_model=None,
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def send(
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=200)],
    visit: Visit = needs("configure"),
) -> dict[str, Any]:
    """Send one file of at most 500 MB; it is checked and waits. 422 for a name of no use."""
    desk = UploadDesk(visit.desk.project)
    taken = await desk.take_stream(name, request.stream(), visit.person.login)
    checked = await run_in_threadpool(desk.checked, taken)
    return {"upload": asdict(checked)}


@uploads.post("/uploads/{upload_id}/confirm", response_model=None)
def confirm(upload_id: UploadId, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Put a file where the source is read, in the place of one of its name."""
    target = UploadDesk(visit.desk.project).confirm(upload_id, visit.person.login)
    return {"id": upload_id, "file": target.name}


@uploads.delete("/uploads/{upload_id}", response_model=None)
def discard(upload_id: UploadId, visit: Visit = needs("configure")) -> dict[str, Any]:
    """Forget a file that waits."""
    UploadDesk(visit.desk.project).discard(upload_id, visit.person.login)
    return {"id": upload_id, "discarded": True}
