"""The web app of one project: routes, errors and headers put together; it keeps no global."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from keepwell import __version__
from keepwell.vocabulary import KeepwellProblem
from keepwell.web.api import API
from keepwell.web.errors import REFUSALS, add_error_pages
from keepwell.web.health import health
from keepwell.web.pages import PAGES
from keepwell.web.security import BodyLimit, SecurityHeaders
from keepwell.wiring.account_view import reason_titles
from keepwell.wiring.served import served_project
from keepwell.wiring.serving import PROJECT_VARIABLE
from keepwell.wiring.web_desk import WebDesk, web_desk

STATIC = Path(__file__).parent / "static"
FLUSHED_EVERY_S = 5.0


class _App(FastAPI):
    """An app whose every answer passes the headers, those of faults too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the whole, with the headers around what answers a fault."""
        return SecurityHeaders(super().build_middleware_stack())


def create_app(desk: WebDesk) -> FastAPI:
    """Return the app over one project's desk."""
    app = _App(
        title="keepwell",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan,
        # An address with a slash too many is not there; leading it on would trust its Host.
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.add_middleware(BodyLimit)
    add_error_pages(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(health)
    # Programs ask often: their calls are looked for first.
    for router in API:
        app.include_router(router, prefix="/api/v1", responses=REFUSALS)
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    return app


def app_of_environment() -> FastAPI:
    """Return the app of the project that the environment names: what a worker starts with."""
    return create_app(web_desk(served_project(Path(os.environ[PROJECT_VARIABLE]))))


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: WebDesk = app.state.desk
    await asyncio.to_thread(desk.prepare)
    flushing = asyncio.create_task(_flush_views(desk))
    warming = asyncio.create_task(asyncio.to_thread(_warm, desk))
    try:
        yield
    finally:
        await warming
        flushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await flushing
        await asyncio.to_thread(desk.views.flush)
        desk.close()


def _warm(desk: WebDesk) -> None:
    """Read what the first page would wait for; what is wrong with it, that page says."""
    with contextlib.suppress(KeepwellProblem):
        reason_titles(desk)


async def _flush_views(desk: WebDesk) -> None:
    while True:
        await asyncio.sleep(FLUSHED_EVERY_S)
        # The views wait on while the database is away.
        with contextlib.suppress(KeepwellProblem):
            await asyncio.to_thread(desk.views.flush)
