"""Tests with the state of every project on PostgreSQL: KEEPWELL_TEST_STATE=postgres.

A project whose keepwell.yml names no `state:` is led as if it named a database of its own there. A
copy of its folder gets a copy of that database, as it would of the file. Child processes take part
(tests/children). A state in a SQLite file is refused meanwhile: a test that is about the file says
so with the marker `sqlite_file` and is left out.
"""

import fcntl
import importlib.abc
import importlib.machinery
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

ASKED, SERVER = "KEEPWELL_TEST_STATE", "KEEPWELL_TEST_STATE_SERVER"
# Beside where the file would be; tests that remove or leave out `state.db*` treat it alike.
MARK = "state.db.on_server"
EMPTY = "kept_empty"
CHILDREN = Path(__file__).parent / "children"
_IN_USE, _PATIENCE_S = "55006", 20
# Stand-ins of states in memory: a test that makes many uses a few at once.
_MOMENTS = 40
_for_a_moment: list[str] = []


def is_asked() -> bool:
    """Say whether projects keep their state on a server in these tests."""
    return os.environ.get(ASKED) == "postgres"


def begin(url: str) -> None:
    """Let this process and its children keep projects on the server at an admin's address."""
    from keepwell.adapters.state import SqlStateStore, StatePlace

    os.environ[SERVER] = url
    _made(None, EMPTY)
    SqlStateStore(StatePlace(url_of(EMPTY))).close()
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(CHILDREN), *([known] if known else [])])


def url_of(database: str) -> str:
    """Return the address of one database on the server."""
    return f"{os.environ[SERVER].rpartition('/')[0]}/{database}"


def variable_of(folder: Path) -> str:
    """Return the variable that holds the address of a project's database, which is made first."""
    hidden = folder.resolve() / ".keepwell"
    hidden.mkdir(parents=True, exist_ok=True)
    mark = hidden / MARK
    with _alone():
        kept = json.loads(mark.read_text("utf-8")) if mark.exists() else None
        if kept is None or kept["folder"] != str(hidden):
            kept = {"folder": str(hidden), "database": new_database(kept and kept["database"])}
            mark.write_text(json.dumps(kept), encoding="utf-8")
    name: str = kept["database"]
    variable = f"STATE_OF_{name.upper()}"
    os.environ[variable] = url_of(name)
    return variable


def new_database(like: str | None = None) -> str:
    """Make a database like another one, by default one that is up to date and empty."""
    return _made(like or EMPTY, f"kept_{uuid4().hex[:12]}")


def drop_momentary() -> None:
    """Drop the databases that stood in for states in memory."""
    while _for_a_moment:
        drop(_for_a_moment.pop())


def drop_all_below(folder: Path) -> None:
    """Drop the databases of all projects in a folder."""
    for mark in folder.rglob(MARK):
        kept = json.loads(mark.read_text("utf-8"))
        # A copy that nobody has opened has none of its own.
        if kept["folder"] == str(mark.resolve().parent):
            drop(kept["database"])


def drop(database: str) -> None:
    """Drop a database, whoever is still connected."""
    with _admin() as session:
        session.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _made(like: str | None, name: str) -> str:
    end = time.monotonic() + _PATIENCE_S
    words = f'CREATE DATABASE "{name}" TEMPLATE "{like or "template1"}"'
    with _admin() as session:
        if session.info.server_version >= 150_000:
            words += " STRATEGY file_copy"
        while True:
            # Whoever is connected to the original would be in the way; stores connect anew.
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (like,)
            )
            try:
                session.execute(words)
            except Exception as problem:
                if getattr(problem, "sqlstate", "") != _IN_USE or time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return name


def _admin() -> Any:
    import psycopg

    return psycopg.connect(url_of("postgres"), autocommit=True)


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / "keepwell-tests-kept.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lead_to_server(module: Any) -> None:
    """Let `state_place` read a project without `state:` as one that names its database."""
    from keepwell.config import Config, StateSettings
    from keepwell.runs.layout import ProjectLayout

    told = module.state_place

    def state_place(config: Config, layout: ProjectLayout) -> object:
        if config.state is None:
            settings = StateSettings(url_env=variable_of(layout.root))
            config = config.model_copy(update={"state": settings})
        return told(config, layout)

    module.state_place = state_place


def _refuse_files(module: Any) -> None:
    """Let no state be opened in a file; one in memory lies on the server too."""
    told = module.open_engine

    def open_engine(place: Any) -> object:
        if place.url == "sqlite://":
            _for_a_moment.append(new_database())
            place = module.StatePlace(url_of(_for_a_moment[-1]), place.schema)
            if len(_for_a_moment) > _MOMENTS:
                drop(_for_a_moment.pop(0))
        elif not place.is_postgres:
            raise AssertionError(f"A state in a file, where all are on a server: {place.url}")
        return told(place)

    module.open_engine = open_engine


_CHANGES: dict[str, Callable[[Any], None]] = {
    "keepwell.wiring.keeping": _lead_to_server,
    "keepwell.adapters.state.database": _refuse_files,
}


class _Changed(importlib.machinery.SourceFileLoader):
    """Loads a module and changes it before anybody takes names from it."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _CHANGES[module.__name__](module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _CHANGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Changed(fullname, spec.origin)
        return spec


def install() -> None:
    """Change what this process is going to import. To be called before it imports keepwell."""
    loaded = [name for name in _CHANGES if name in sys.modules]
    assert not loaded, f"imported too early to be changed: {loaded}"
    sys.meta_path.insert(0, _Finder())


if is_asked():
    install()
