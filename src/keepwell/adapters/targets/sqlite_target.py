"""Deliveries into a SQLite file, through Python's driver."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from keepwell.adapters.targets.sql_target import Session, SqlTarget, quoted, rows_of
from keepwell.ports.delivering import ColumnKind
from keepwell.vocabulary import InputProblem, InternalProblem, KeepwellProblem, SourceUnavailable

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_REFUSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_OUTSIDE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_PATIENCE_S = 10


class SqliteTarget(SqlTarget):
    """Fulfils `ports.ResultTarget` on a SQLite file; days and moments are ISO text, flags 0 or 1.

    The file is created when it is missing, its folder is not.
    """

    types: ClassVar[Mapping[ColumnKind, str]] = {
        "text": "TEXT",
        "double": "REAL",
        "integer": "INTEGER",
        "flag": "INTEGER",
        "date": "TEXT",
        "moment": "TEXT",
    }

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """Return the file."""
        return str(self._path)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session in one transaction that no other writer shares."""
        with _told_as_ours(self._path):
            connection = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)
            with closing(connection):
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield _SqliteSession(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")


class _SqliteSession(Session):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, text: str) -> None:
        self._connection.execute(text)

    def number(self, text: str) -> int:
        return int(self._connection.execute(text).fetchone()[0])

    def load(self, table: str, rows: pa.Table) -> None:
        marks = ", ".join("?" * rows.num_columns)
        text = f"INSERT INTO {quoted(table)} VALUES ({marks})"
        for some in rows_of(rows):
            self._connection.executemany(text, [tuple(map(_plain, row)) for row in some])

    def columns(self, name: str) -> tuple[str, ...]:
        found = self._connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
        return tuple(str(column) for (column,) in found.fetchall())

    def path(self, name: str) -> str:
        return f"main.{quoted(name)}"


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat(" ") if isinstance(value, datetime) else _day(value)


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def _told_as_ours(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise _fault(path, problem) from problem


def _fault(path: Path, problem: sqlite3.Error) -> KeepwellProblem:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code in _REFUSED:
        return InputProblem(
            f"SQLite file {path} may only be read: {problem}. Nothing was written.",
            cure="Give keepwell the right to write to the file and its folder, or name another "
            "`writeback.path`.",
            path=str(path),
        )
    if code in _BUSY:
        return SourceUnavailable(
            f"SQLite file {path} is held by another program: {problem}. Nothing was written.",
            cure="Close the program that writes to it, then run `keepwell writeback` again.",
            path=str(path),
        )
    if code in _OUTSIDE:
        return SourceUnavailable(
            f"SQLite file {path} could not be written: {problem}. Nothing was written.",
            cure="Check that the folder is there and has free space, then run "
            "`keepwell writeback` again.",
            path=str(path),
        )
    if code == sqlite3.SQLITE_NOTADB:
        return InputProblem(
            f"{path} is no SQLite file.", cure="Name a SQLite file in `writeback.path`."
        )
    return InternalProblem(
        f"Writing to {path} failed: {problem}.",
        cure="Run again with KEEPWELL_DEBUG=1 and report the trace.",
    )
