"""Serving the web app: worker processes that each open the project for themselves."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from keepwell.vocabulary import OutsideProblem
from keepwell.wiring.project import Project
from keepwell.wiring.web_desk import web_desk
from keepwell.wiring.worker_processes import is_forking, listening, serve_in_processes

# A name, not an import: the wiring does not know the doors.
APP = "keepwell.web.app:app_of_environment"
# How worker processes are told which project is theirs.
PROJECT_VARIABLE = "KEEPWELL_SERVED_PROJECT"


def serve(folder: Path, host: str, port: int, workers: int) -> None:
    """Serve a project until told to stop.

    Errors: NotFound, ConfigInvalid, OutsideProblem for a port that is taken, before it serves.
    """
    import uvicorn

    project = Project(folder)
    desk = web_desk(project)
    desk.prepare()
    desk.close()
    os.environ[PROJECT_VARIABLE] = str(project.layout.root)
    settings: dict[str, Any] = {
        "factory": True,
        "host": host,
        "port": port,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        # Headers of a proxy are believed when it is on this machine.
        "proxy_headers": True,
    }
    if workers == 1 or not is_forking():
        uvicorn.run(APP, workers=workers, **settings)
        return
    # Loaded before the processes part, so that they share it.
    import_module(APP.partition(":")[0])
    try:
        port_of_all = listening(host, port)
    except OSError as problem:
        raise OutsideProblem(
            f"Cannot listen on {host}:{port}: {problem.strerror}.",
            cure="Choose another --port, or end what uses it.",
        ) from problem
    server = uvicorn.Server(uvicorn.Config(APP, **settings))
    serve_in_processes(lambda: server.run(sockets=[port_of_all]), workers)
