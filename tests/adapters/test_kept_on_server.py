"""The session with all states on PostgreSQL: a project has a database, its copy another."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

import kept_on_server
from postgres_server import PostgresServer


def ask(variable: str, words: str) -> list[tuple[object, ...]]:
    with psycopg.connect(os.environ[variable], autocommit=True) as session:
        found = session.execute(words)
        return found.fetchall() if found.description else []


def test_a_copied_project_has_a_copy_of_its_originals_state(
    postgres_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (kept_on_server.SERVER, "PYTHONPATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    kept_on_server.begin(postgres_server.url())
    first = kept_on_server.variable_of(tmp_path / "one")
    # It begins up to date; whoever is still connected is not in the way of a copy.
    assert ask(first, "SELECT count(*) FROM keepwell_state.runs") == [(0,)]
    held = psycopg.connect(os.environ[first])
    ask(first, "CREATE TABLE noted AS SELECT 1 AS what")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    second = kept_on_server.variable_of(tmp_path / "two")
    held.close()
    assert kept_on_server.variable_of(tmp_path / "one") == first != second
    ask(second, "UPDATE noted SET what = 2")
    assert [ask(v, "SELECT what FROM noted") for v in (first, second)] == [[(1,)], [(2,)]]
    shutil.copytree(tmp_path / "two", tmp_path / "never opened")
    kept_on_server.drop_all_below(tmp_path)
    for variable in (first, second):
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            ask(variable, "SELECT 1")
        del os.environ[variable]
