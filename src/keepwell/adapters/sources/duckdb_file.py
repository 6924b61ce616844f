"""A DuckDB file as a source, read-only, without extensions or access to other files."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from keepwell.adapters.sources.containers import StableFile
from keepwell.adapters.sources.database_files import file_digest, missing_table, table_digest
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.typed_batches import as_text_batches
from keepwell.config import Feed
from keepwell.ports import RawTable, SourceTable
from keepwell.vocabulary import NotFound, SourceUnavailable

_LISTED = """
SELECT CASE WHEN schema_name = 'main' THEN name ELSE schema_name || '.' || name END AS shown,
       schema_name, name, definition
FROM (SELECT schema_name, table_name AS name, sql AS definition, internal FROM duckdb_tables()
      UNION ALL
      SELECT schema_name, view_name, sql, internal FROM duckdb_views())
WHERE NOT internal
ORDER BY shown
"""
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "1",
}
# Arrow carries these exactly; every other type is written by DuckDB itself.
_KEPT = ("DOUBLE", "FLOAT", "DECIMAL", "TIMESTAMP", "BLOB")


class DuckdbSource:
    """Reads the tables and views of a DuckDB file, as ports.SourceReader."""

    def __init__(self, path: Path, limits: ReadLimits | None = None) -> None:
        self._path = path
        self._limits = limits or ReadLimits()
        self._digest = ""

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if not self._path.is_file():
            raise NotFound(
                f"No DuckDB file at {self._path}.",
                cure="Mend `source.path` in keepwell.yml.",
                path=str(self._path),
            )
        try:
            return duckdb.connect(str(self._path), read_only=True, config=_SETTINGS)
        except duckdb.Error as problem:
            raise self._unopened(problem) from problem

    def _unopened(self, problem: duckdb.Error) -> Exception:
        text = str(problem).partition("\n")[0][:200]
        if "lock" in text.lower():
            return SourceUnavailable(
                f"DuckDB file {self._path} is open in another program.",
                cure="Close that program, then run `keepwell check` again.",
                path=str(self._path),
            )
        return rejection(self._path.name, "corrupt_file", found=text)

    def _listed(self) -> dict[str, tuple[str, str, str]]:
        with closing(self._connect()) as connection:
            found = connection.execute(_LISTED).fetchall()
        return {shown: (schema, name, sql or "") for shown, schema, name, sql in found}

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables and views, sorted by name. Errors: SourceRejected, NotFound."""
        return tuple(SourceTable(name, f"{self._path}:{name}") for name in sorted(self._listed()))

    def open(self, name: str, feed: Feed | None = None) -> RawTable:  # noqa: ARG002 - port
        """Open one table or view. Errors: NotFound, SourceRejected."""
        listed = self._listed()
        if name not in listed:
            raise missing_table(name, sorted(listed), self._path)
        schema, table, definition = listed[name]
        log = FileLog(name, f"{self._path.name}:{name}", self._limits.set_aside_bytes)
        self._digest = self._digest or file_digest(self._path, (".wal",))
        place = f"{_quoted(schema)}.{_quoted(table)}"
        try:
            with closing(self._connect()) as connection:
                described = connection.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()  # noqa: S608
        except duckdb.Error as problem:
            raise _unreadable(name, problem) from problem
        columns = clean_names([row[0] for row in described], log)
        query = _query(place, [(row[0], row[1]) for row in described])
        return RawTable(
            name=name,
            file=log.file,
            columns=columns,
            batches=as_text_batches(self._batches(name, query), columns, log),
            findings=log.findings,
            rejected=log.rejected,
            fingerprint=table_digest(self._digest, name, definition),
        )

    def _batches(self, name: str, query: str) -> Iterator[pa.RecordBatch]:
        file = StableFile(self._path, name)
        try:
            with closing(self._connect()) as connection:
                relation = connection.sql(query)
                reader: pa.RecordBatchReader = relation.to_arrow_reader(self._limits.batch_rows)
                yield from reader
        except (duckdb.Error, pa.ArrowException) as problem:
            raise _unreadable(name, problem) from problem
        file.check()


def _unreadable(name: str, problem: Exception) -> Exception:
    return rejection(name, "view_unreadable", found=str(problem).partition("\n")[0][:200])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _query(place: str, columns: Sequence[tuple[str, str]]) -> str:
    chosen = []
    for name, kind in columns:
        is_nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
        is_kept = is_nested or kind.startswith(_KEPT)
        column = _quoted(name)
        chosen.append(column if is_kept else f"CAST({column} AS VARCHAR) AS {column}")
    return f"SELECT {', '.join(chosen)} FROM {place}"  # noqa: S608
