"""What a test session with all states on PostgreSQL begins with, leaves out and clears away."""

from collections.abc import Generator, Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest

import kept_on_server
from postgres_server import running_server, server_binaries

_open = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server that all workers share."""
    if not kept_on_server.is_asked() or hasattr(config, "workerinput"):
        return
    binaries = server_binaries()
    assert binaries is not None, "no PostgreSQL binaries: set KEEPWELL_TEST_PG_BIN"
    kept_on_server.begin(_open.enter_context(running_server(binaries)).url())


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server."""
    _open.close()


def about_files(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests about a state in a file, where there is none in this session."""
    if not kept_on_server.is_asked():
        return []
    return [item for item in items if item.get_closest_marker("sqlite_file")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Drop the databases of a test's projects; none of them kept its state in a file."""
    folder: Path | None = getattr(item, "funcargs", {}).get("tmp_path")
    yield
    kept_on_server.drop_momentary()
    if kept_on_server.is_asked() and folder is not None:
        kept_on_server.drop_all_below(folder)
        files = [f for f in folder.rglob("state.db") if f.parent.name == ".keepwell"]
        assert not files, f"a state in a file: {files}"
