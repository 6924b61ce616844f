"""Rows as a program sends them: the batch is the body, its table stands in the address."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, Response

from keepwell.adapters.batch_rows import BatchFormat
from keepwell.vocabulary import InputProblem
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.security import Visit, needs
from keepwell.wiring.batches import BatchDesk

imports = APIRouter(tags=["data"])
TableName = Annotated[str, Path(min_length=1, max_length=64)]
BatchId = Annotated[str, Path(min_length=1, max_length=64)]
NDJSON = "application/x-ndjson"
KINDS: dict[str, BatchFormat] = {
    NDJSON: "ndjson", "application/jsonl": "ndjson", "text/csv": "csv"
}  # fmt: skip


@imports.post(
    "/import/{table}",
    response_model=None,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {k: {"schema": {"type": "string"}} for k in KINDS},
        }
    },
)
async def take(
    request: Request,
    table: TableName,
    key: IdempotencyKey = None,
    visit: Visit = needs("deliver"),
) -> Response:
    """Merge rows into a table by their keys, at most 500 MB of JSON Lines or CSV at once.

    Rows of no use are set aside and counted. 404 for a table that keepwell.yml lets nobody fill.
    """
    kind = _kind(request)
    desk, by = BatchDesk(visit.desk.project), visit.person.login
    declared = desk.declared(table)

    def merge(receiving: Any, sha256: str) -> Response:
        asked = ["import", table, kind, sha256]
        return once(
            visit, key, asked,
            lambda: Answer(200, {"import": desk.merge(declared, receiving, kind, by)}),
        )  # fmt: skip

    answer: Response = await desk.take(request.stream(), merge)
    return answer


@imports.get("/imports", response_model=None)
def kept(visit: Visit = needs("deliver")) -> dict[str, Any]:
    """Return the batches with rows that were set aside, the newest first."""
    return {"imports": [asdict(b) for b in BatchDesk(visit.desk.project).kept()]}


@imports.get("/imports/{batch_id}/rows", response_class=FileResponse)
def rows(batch_id: BatchId, visit: Visit = needs("deliver")) -> FileResponse:
    """Return the rows that a batch left behind as JSON Lines, each with its line and reason."""
    file = BatchDesk(visit.desk.project).rows(batch_id)
    return FileResponse(file, media_type=NDJSON, filename=f"set-aside-{batch_id}.ndjson")


@imports.delete("/imports/{batch_id}", response_model=None)
def discard(batch_id: BatchId, visit: Visit = needs("deliver")) -> dict[str, Any]:
    """Forget the rows that a batch left behind."""
    BatchDesk(visit.desk.project).discard(batch_id, visit.person.login)
    return {"id": batch_id, "discarded": True}


def _kind(request: Request) -> BatchFormat:
    given = request.headers.get("content-type", NDJSON).partition(";")[0].strip().lower()
    packed = request.headers.get("content-encoding", "identity").lower()
    if given not in KINDS or packed != "identity":
        told = given if given not in KINDS else f"packed by {packed}"
        raise InputProblem(
            f"Rows do not come as `{told[:60]}`.",
            cure=f"Send plain UTF-8 with `Content-Type: {'` or `'.join(KINDS)}`.",
        )
    return KINDS[given]
