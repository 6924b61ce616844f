"""A SQLite file as a source, read through Python's driver, read-only and in batches."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from keepwell.adapters.sources.cell_text import number_text
from keepwell.adapters.sources.database_files import file_digest, missing_table, table_digest
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.text_batches import text_batch, text_schema
from keepwell.config import Feed
from keepwell.ports import RawTable, SourceTable
from keepwell.vocabulary import InternalProblem, NotFound, SourceUnavailable

_LISTED = (
    "SELECT name, coalesce(sql, '') FROM sqlite_master "
    "WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
)
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}
_ESCAPED = "surrogateescape"


def _text(data: bytes) -> str:
    return data.decode("utf-8", _ESCAPED)


class SqliteSource:
    """Reads the tables and views of a SQLite file, as ports.SourceReader."""

    def __init__(self, path: Path, limits: ReadLimits | None = None) -> None:
        self._path = path
        self._limits = limits or ReadLimits()
        self._digest = ""

    def _connect(self) -> sqlite3.Connection:
        if not self._path.is_file():
            raise NotFound(
                f"No SQLite file at {self._path}.",
                cure="Mend `source.path` in keepwell.yml.",
                path=str(self._path),
            )
        uri = f"file:{quote(str(self._path.resolve()))}?mode=ro"
        # Batches are pulled one at a time, but from whichever thread of the engine asks for them.
        connection = sqlite3.connect(uri, uri=True, timeout=10, check_same_thread=False)
        connection.text_factory = _text
        return connection

    def _problem(self, table: str, problem: sqlite3.Error) -> Exception:
        if isinstance(problem, (sqlite3.ProgrammingError, sqlite3.InterfaceError)):
            return InternalProblem(
                f"Reading `{table}` of {self._path} failed: {problem}",
                cure="Run again with KEEPWELL_DEBUG=1 and report the trace.",
                table=table,
            )
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return SourceUnavailable(
                f"SQLite file {self._path} could not be read: {problem}.",
                cure="Close the program that writes to it, then run `keepwell check` again.",
                table=table,
            )
        kind = (
            "corrupt_file"
            if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
            else "view_unreadable"
        )
        return rejection(table, kind, found=problem)

    def _listed(self) -> dict[str, str]:
        try:
            with closing(self._connect()) as connection:
                return dict(connection.execute(_LISTED).fetchall())
        except sqlite3.Error as problem:
            raise self._problem(self._path.name, problem) from problem

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables and views, sorted by name. Errors: SourceRejected, NotFound."""
        return tuple(SourceTable(name, f"{self._path}:{name}") for name in sorted(self._listed()))

    def open(self, name: str, feed: Feed | None = None) -> RawTable:  # noqa: ARG002 - port
        """Open one table or view. Errors: NotFound, SourceRejected."""
        listed = self._listed()
        if name not in listed:
            raise missing_table(name, sorted(listed), self._path)
        log = FileLog(name, f"{self._path.name}:{name}", self._limits.set_aside_bytes)
        self._digest = self._digest or file_digest(self._path, ("-wal",))
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")  # noqa: S608
                names = [column[0] for column in cursor.description]
        except sqlite3.Error as problem:
            raise self._problem(name, problem) from problem
        columns = clean_names(names, log)
        return RawTable(
            name=name,
            file=log.file,
            columns=columns,
            batches=self._batches(name, columns, log),
            findings=log.findings,
            rejected=log.rejected,
            fingerprint=table_digest(self._digest, name, listed[name]),
        )

    def _batches(self, name: str, columns: Sequence[str], log: FileLog) -> Iterator[pa.RecordBatch]:
        schema, ordinal, accepted = text_schema(columns), 1, 0
        try:
            with closing(self._connect()) as connection:
                cursor = connection.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608
                while rows := cursor.fetchmany(self._limits.batch_rows):
                    texts, ordinals = _whole_rows(rows, ordinal, log)
                    ordinal += len(rows)
                    accepted += len(texts)
                    if texts:
                        yield text_batch(schema, texts, ordinals)
        except sqlite3.Error as problem:
            raise self._problem(name, problem) from problem
        if not accepted:
            if log.rejected:
                raise log.mostly_unreadable(len(log.rejected))
            raise rejection(name, "header_only", found=", ".join(columns[:5]))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return number_text(value) if isinstance(value, float) else str(value)


def _whole_rows(
    rows: list[tuple[object, ...]], ordinal: int, log: FileLog
) -> tuple[list[list[str | None]], list[int]]:
    """Return the rows that are text all through, with their ordinals; the others are set aside."""
    texts: list[list[str | None]] = []
    ordinals: list[int] = []
    for number, row in enumerate(rows, start=ordinal):
        reason = _fault(row)
        if reason:
            log.set_aside(number, ",".join(map(_shown, row)), reason)
        else:
            texts.append([_cell(value) for value in row])
            ordinals.append(number)
    return texts, ordinals


def _fault(row: tuple[object, ...]) -> str:
    for value in row:
        if isinstance(value, bytes):
            return "blob_cell"
        if isinstance(value, str):
            if "\0" in value:
                return "nul_byte"
            if not value.isascii() and any("\udc80" <= c <= "\udcff" for c in value):
                return "invalid_bytes"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return value.encode("utf-8", _ESCAPED).decode("utf-8", "backslashreplace")
    return _cell(value) or ""
