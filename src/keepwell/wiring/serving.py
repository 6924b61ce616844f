"""Serving the web app: worker processes that each open the project for themselves."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from keepwell.vocabulary import OutsideProblem
from keepwell.wiring.served import served_project
from keepwell.wiring.web_desk import web_desk
from keepwell.wiring.worker_processes import is_forking, listening, serve_in_processes

# A name, not an import: the wiring does not know the doors.
APP = "keepwell.web.app:app_of_environment"
# How worker processes are told which project is theirs.
PROJECT_VARIABLE = "KEEPWELL_SERVED_PROJECT"


FIRST_ADMIN = "admin"


def ready_to_serve(folder: Path) -> str:
    """Bring a project into the shape that pages read; return the secret of a first admin's link.

    An empty folder will do: a project begins in it from the browser. The secret is empty where
    people are let in already. Errors: NotFound, ConfigInvalid.
    """
    desk = web_desk(served_project(folder))
    try:
        desk.prepare()
        if desk.people.people():
            return ""
        return desk.invite(FIRST_ADMIN, "admin", by="keepwell serve")
    finally:
        desk.close()


def serve(folder: Path, host: str, port: int, workers: int) -> None:
    """Serve a project until told to stop.

    Errors: NotFound, OutsideProblem for a port that is taken, before it serves.
    """
    import uvicorn

    project = served_project(folder)
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
