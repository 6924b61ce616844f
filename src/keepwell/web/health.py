"""Signs of life: `/healthz` says the process answers, `/readyz` that it can show something."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from keepwell.vocabulary import KeepwellProblem
from keepwell.wiring.web_desk import WebDesk

health = APIRouter(tags=["health"])


@health.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@health.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Say whether the state answers and the current run is ready to be shown; 503 if not."""
    desk: WebDesk = request.app.state.desk
    try:
        ready = desk.readiness()
    except KeepwellProblem:
        return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": ready}, 503 if ready == "staging" else 200)
