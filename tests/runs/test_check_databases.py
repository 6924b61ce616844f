"""Database files are checked whatever their size, and their faults are findings."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.sources import DuckdbSource, SqliteSource
from keepwell.ports import SourceReader
from keepwell.runs.check import check_project
from runs.check_world import TODAY, config, found

MANY = 5_000
FEEDS: dict[str, dict[str, object]] = {
    "accounts": {"account_id": "id", "name": "name"},
    "activities": {"activity_id": "id", "account_id": "account", "occurred_at": "at"},
}
TABLES = (
    "CREATE TABLE accounts (id TEXT, name TEXT)",
    "CREATE TABLE activities (id TEXT, account TEXT, at TEXT)",
)
ACCOUNTS = [(f"A{i}", f"Company {i}") for i in range(MANY)]
ACTIVITIES = [(f"E{i}", f"A{i % MANY}", f"2026-01-{i % 28 + 1:02d}") for i in range(10 * MANY)]


def sqlite_source(folder: Path) -> SourceReader:
    with closing(sqlite3.connect(folder / "s.db")) as connection, connection:
        for table in TABLES:
            connection.execute(table)
        connection.executemany("INSERT INTO accounts VALUES (?, ?)", ACCOUNTS)
        connection.executemany("INSERT INTO activities VALUES (?, ?, ?)", ACTIVITIES)
    return SqliteSource(folder / "s.db")


def duckdb_source(folder: Path) -> SourceReader:
    with closing(duckdb.connect(str(folder / "d.duckdb"))) as connection:
        connection.execute(
            f"CREATE TABLE accounts AS SELECT 'A' || i AS id, 'Company ' || i AS name "
            f"FROM range({MANY}) t(i); "
            f"CREATE TABLE activities AS SELECT 'E' || i AS id, 'A' || (i % {MANY}) AS account, "
            f"DATE '2026-01-01' + (i % 28)::INT AS at FROM range({10 * MANY}) t(i)"
        )
    return DuckdbSource(folder / "d.duckdb")


@pytest.mark.parametrize("make", [sqlite_source, duckdb_source])
def test_a_database_with_thousands_of_rows_is_taken_in(
    make: Callable[[Path], SourceReader], tmp_path: Path
) -> None:
    imported = check_project(
        config(FEEDS, threads=2), make(tmp_path), ImportFolders(tmp_path / "imports"), TODAY
    )
    assert {c.table: c.accepted for c in imported.counts} == {
        "accounts": MANY,
        "activities": 10 * MANY,
    }
    assert imported.is_accepted


def test_a_table_that_fails_while_it_is_read_is_a_finding_of_its_own(tmp_path: Path) -> None:
    source = sqlite_source(tmp_path)
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection, connection:
        connection.execute("DELETE FROM activities")
    imported = check_project(config(FEEDS), source, ImportFolders(tmp_path / "imports"), TODAY)
    assert found(imported, "table_empty").table == "activities"
    assert imported.is_accepted
