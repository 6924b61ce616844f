"""Serving the web app: worker processes that each open the project for themselves."""

import os
from pathlib import Path

from keepwell.wiring.project import Project
from keepwell.wiring.web_desk import web_desk

# A name, not an import: the wiring does not know the doors.
APP = "keepwell.web.app:app_of_environment"
# How worker processes are told which project is theirs.
PROJECT_VARIABLE = "KEEPWELL_SERVED_PROJECT"


def serve(folder: Path, host: str, port: int, workers: int) -> None:
    """Serve a project until told to stop. Errors: NotFound, ConfigInvalid before anything opens."""
    import uvicorn

    project = Project(folder)
    desk = web_desk(project)
    desk.prepare()
    desk.close()
    os.environ[PROJECT_VARIABLE] = str(project.layout.root)
    uvicorn.run(
        APP,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        server_header=False,
        # Headers of a proxy are believed when it is on this machine.
        proxy_headers=True,
    )
