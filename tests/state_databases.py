"""State databases for tests: every test that asks for one runs on SQLite and on PostgreSQL.

`state_database` is brought up to date, `bare_database` is empty. Both are the test's own.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from keepwell.adapters.state import SqlStateStore, StatePlace, sqlite_url
from keepwell.adapters.state.database import open_engine
from postgres_server import PostgresServer

KINDS = ("sqlite", "postgres")
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


def on_server(server: PostgresServer, template: str | None = None) -> StateDatabase:
    """Return a database of its own on the server, a copy of `template` if there is one."""
    url = server.url(database=server.add_database(template))
    return StateDatabase(StatePlace(url, variable=VARIABLE), server)


@pytest.fixture(scope="session")
def state_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that is brought up to date, to be copied."""
    path = tmp_path_factory.mktemp("state") / "state.db"
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
