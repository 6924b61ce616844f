"""Deliveries into a DuckDB file, without extensions or access to other files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa

from keepwell.adapters.targets.sql_target import Session, SqlTarget, quoted
from keepwell.ports.delivering import ColumnKind
from keepwell.vocabulary import InputProblem, InternalProblem, KeepwellProblem, SourceUnavailable

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "1",
}


class DuckDbTarget(SqlTarget):
    """Fulfils `ports.ResultTarget` on a DuckDB file, which is created when it is missing."""

    types: ClassVar[Mapping[ColumnKind, str]] = {
        "text": "VARCHAR",
        "double": "DOUBLE",
        "integer": "BIGINT",
        "flag": "BOOLEAN",
        "date": "DATE",
        "moment": "TIMESTAMP",
    }

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """Return the file."""
        return str(self._path)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session in one transaction; DuckDB lets one program write at a time."""
        with _told_as_ours(self._path):
            connection = duckdb.connect(str(self._path), config=_SETTINGS)
            with closing(connection):
                connection.execute("BEGIN TRANSACTION")
                try:
                    yield DuckDbSession(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")


class DuckDbSession(Session):
    """One transaction on a DuckDB database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def arrow(self, text: str) -> pa.Table:
        """Return the result of a query."""
        return self._connection.sql(text).to_arrow_table()

    def adopt(self, name: str, schema: pa.Schema, key: Sequence[str]) -> None:
        """Make an empty table of a schema, with its key."""
        self._connection.register("_rows", schema.empty_table())
        self._connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM _rows")
        self._connection.unregister("_rows")
        if set(key) <= set(schema.names):
            columns = ", ".join(map(quoted, key))
            self._connection.execute(f"ALTER TABLE {quoted(name)} ADD PRIMARY KEY ({columns})")

    def run(self, text: str) -> None:
        """Run one statement."""
        self._connection.execute(text)

    def number(self, text: str) -> int:
        found = self._connection.execute(text).fetchone()
        return int(found[0]) if found else 0

    def load(self, table: str, rows: pa.Table) -> None:
        self._connection.register("_rows", rows)
        self._connection.execute(f"INSERT INTO {quoted(table)} SELECT * FROM _rows")
        self._connection.unregister("_rows")

    def columns(self, name: str) -> tuple[str, ...]:
        found = self._connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? "
            "AND schema_name = current_schema() AND database_name = current_database() "
            "ORDER BY column_index",
            [name],
        )
        return tuple(str(column) for (column,) in found.fetchall())

    def path(self, name: str) -> str:
        return quoted(name)


@contextmanager
def _told_as_ours(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as problem:
        raise _fault(path, problem) from problem


def _fault(path: Path, problem: duckdb.Error) -> KeepwellProblem:
    said = str(problem).partition("\n")[0][:200]
    lowered = said.lower()
    if "read-only" in lowered or "permission denied" in lowered:
        return InputProblem(
            f"DuckDB file {path} may only be read: {said}. Nothing was written.",
            cure="Give keepwell the right to write to the file, or name another `writeback.path`.",
            path=str(path),
        )
    if "lock" in lowered or "different configuration" in lowered:
        return SourceUnavailable(
            f"DuckDB file {path} is open in another program. Nothing was written.",
            cure="Close that program, then run `keepwell writeback` again.",
            path=str(path),
        )
    if isinstance(problem, duckdb.IOException | duckdb.OutOfMemoryException):
        return SourceUnavailable(
            f"DuckDB file {path} could not be written: {said}. Nothing was written.",
            cure="Check that it is a DuckDB file in a folder with free space, then run "
            "`keepwell writeback` again.",
            path=str(path),
        )
    return InternalProblem(
        f"Writing to {path} failed: {said}.",
        cure="Run again with KEEPWELL_DEBUG=1 and report the trace.",
    )
