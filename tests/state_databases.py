"""State databases for tests.

`state_database`, which is brought up to date, and `bare_database`, which is empty, run a test on
SQLite and on PostgreSQL. `own_database` and `place_of` are for tests that are about something else:
SQLite, or PostgreSQL where the session says so (kept_on_server). All are the test's own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

import kept_on_server
from keepwell.adapters.state import SqlStateStore, StatePlace, sqlite_url
from keepwell.adapters.state.database import open_engine
from keepwell.adapters.state.dump import lines_of, reflected
from postgres_server import PostgresServer

KINDS = ("postgres",) if kept_on_server.is_asked() else ("sqlite", "postgres")
VARIABLE = "KEEPWELL_STATE_URL"


@dataclass(frozen=True)
class StateDatabase:
    """One database of one test; `server` holds it unless it is a file."""

    place: StatePlace
    server: PostgresServer | None = None

    @property
    def name(self) -> str:
        return self.place.url.rpartition("/")[2]

    def open(self) -> SqlStateStore:
        """Return a store of its own on the database, as another process would have."""
        return SqlStateStore(self.place)

    def engine(self) -> Engine:
        """Return the bare engine, to look at tables past the stores."""
        return open_engine(self.place)


def place_of(folder: Path) -> StatePlace:
    """Return where a project's state is if its keepwell.yml does not say it."""
    if kept_on_server.is_asked():
        variable = kept_on_server.variable_of(folder)
        return StatePlace(os.environ[variable], variable=variable)
    return StatePlace(sqlite_url(folder / ".keepwell" / "state.db"))


def give_state(folder: Path, state_file: Path) -> None:
    """Give a project a state that is brought up to date, so that opening it need not."""
    # On a server every project begins with one.
    if not kept_on_server.is_asked():
        shutil.copy(state_file, folder / ".keepwell" / "state.db")


def state_bytes(folder: Path) -> bytes:
    """Return all that a project's state holds: the bytes of the file, or all rows as text."""
    if not kept_on_server.is_asked():
        return b"".join(f.read_bytes() for f in (folder / ".keepwell").glob("state.db*"))
    with state_sql(folder) as connection:
        return "\n".join(r for t in reflected(connection) for r in lines_of(connection, t)).encode()


@contextmanager
def state_sql(folder: Path) -> Iterator[Connection]:
    """Give one transaction on a project's state, to look at its tables or change them by SQL."""
    engine = open_engine(place_of(folder))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def on_server(server: PostgresServer, template: str | None = None) -> StateDatabase:
    """Return a database of its own on the server, a copy of `template` if there is one."""
    url = server.url(database=server.add_database(template))
    return StateDatabase(StatePlace(url, variable=VARIABLE), server)


@pytest.fixture(scope="session")
def state_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that is brought up to date, to be copied."""
    path = tmp_path_factory.mktemp("state") / "state.db"
    # There is none where all states are on a server; what uses it there asks `give_state`.
    if not kept_on_server.is_asked():
        SqlStateStore(sqlite_url(path)).close()
    return path


@pytest.fixture(scope="session")
def state_template(postgres_server: PostgresServer) -> str:
    """Give the name of a database that is brought up to date, to be copied."""
    made = on_server(postgres_server)
    made.open().close()
    return made.name


@pytest.fixture(params=KINDS)
def state_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateDatabase]:
    """Give a database that is brought up to date."""
    yield from fresh_database(request, tmp_path, str(request.param))


@pytest.fixture
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateDatabase]:
    """Give a database that is brought up to date, of the kind of the session."""
    if not kept_on_server.is_asked():
        yield from fresh_database(request, tmp_path, "sqlite")
        return
    name = kept_on_server.new_database()
    yield StateDatabase(StatePlace(kept_on_server.url_of(name), variable=VARIABLE))
    kept_on_server.drop(name)


@pytest.fixture(params=KINDS)
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateDatabase]:
    """Give a database without any table."""
    if request.param == "sqlite":
        yield StateDatabase(StatePlace(sqlite_url(tmp_path / "state.db")))
    else:
        yield from _dropped_after(on_server(request.getfixturevalue("postgres_server")))


def fresh_database(
    request: pytest.FixtureRequest, folder: Path, kind: str
) -> Iterator[StateDatabase]:
    """Give a copy of the database that the session keeps brought up to date."""
    if kind == "sqlite":
        path = folder / "state.db"
        shutil.copy(request.getfixturevalue("state_file"), path)
        yield StateDatabase(StatePlace(sqlite_url(path)))
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("state_template")
        yield from _dropped_after(on_server(server, template))


def _dropped_after(made: StateDatabase) -> Iterator[StateDatabase]:
    yield made
    assert made.server is not None
    made.server.drop_database(made.name)
