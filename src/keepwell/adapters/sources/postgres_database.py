"""Schemas of a PostgreSQL database as a source: read-only, one moment for all tables, streamed."""

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pyarrow as pa
from psycopg import errors, sql

from keepwell.adapters.postgres import connect, copy_out, fault_of, first_line
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.postgres_cells import (
    CellColumn,
    arrived,
    cell_columns,
    wire_types,
)
from keepwell.adapters.sources.typed_batches import as_text_batches
from keepwell.config import Feed, Source
from keepwell.ports import RawTable, SourceTable
from keepwell.vocabulary import InputProblem, NotFound

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LISTED = """
SELECT n.nspname, c.relname, has_table_privilege(c.oid, 'SELECT'),
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) END
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
ORDER BY array_position(%s::name[], n.nspname), c.relname
"""
_KEY = """
SELECT a.attname FROM pg_catalog.pg_index AS i
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indisprimary AND i.indrelid = to_regclass(%s) ORDER BY k.place
"""
# Two sums of 64-bit hashes of whole rows: whatever the order of rows, a change changes them.
_DIGEST = """
SELECT count(*), sum(hashtextextended(CAST(r AS text), 0)),
       sum(hashtextextended(CAST(r AS text), 20)) FROM {} AS r
"""
# Classes of faults that are the server's or the role's; any other is the table's or view's own.
_NOT_ITS_OWN = ("08", "40", "53", "57", "58", "XX")


@dataclass(frozen=True, slots=True)
class _Relation:
    schema: str
    name: str
    is_readable: bool
    size_bytes: int | None

    @property
    def place(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


class PostgresSource:
    """Reads tables and views of a database, as ports.SourceReader.

    Tables of the first schema go by their bare names, others as `schema.table`. All are read in
    one read-only transaction, so that they show the same moment.
    """

    def __init__(self, url: str, source: Source, limits: ReadLimits | None = None) -> None:
        self._url = url
        self._source = source
        self._limits = limits or ReadLimits()
        self._opened: psycopg.Connection | None = None
        self._digests: dict[str, str] = {}

    def __del__(self) -> None:
        """End the session."""
        self._end()

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables and views that may be read, sorted by name."""
        readable = {n: r for n, r in self._relations().items() if r.is_readable}
        return tuple(
            SourceTable(name, f"{r.schema}.{r.name}", r.size_bytes)
            for name, r in sorted(readable.items())
        )

    def open(self, name: str, feed: Feed | None = None) -> RawTable:  # noqa: ARG002 - port
        """Open one table or view.

        Errors: NotFound, InputProblem without the right to read it, SourceRejected for a view
        that fails, SourceUnavailable when the server is gone or too slow.
        """
        relation = self._readable(name)
        log = FileLog(name, f"{relation.schema}.{relation.name}", self._limits.set_aside_bytes)
        with self._reading(name):
            cells = cell_columns(self._session(), relation.place)
            digest = self._digest(name, relation, cells)
        columns = clean_names([c.name for c in cells], log)
        return RawTable(
            name=name,
            file=log.file,
            columns=columns,
            batches=as_text_batches(self._batches(name, relation, cells, log), columns, log),
            findings=log.findings,
            rejected=log.rejected,
            fingerprint=digest,
        )

    def _batches(
        self, name: str, relation: _Relation, cells: tuple[CellColumn, ...], log: FileLog
    ) -> Iterator[pa.RecordBatch]:
        nested: dict[str, int] = {}
        is_whole = False
        try:
            with self._reading(name):
                session = self._session()
                query = _query(session, relation, cells)
                for block in copy_out(session, query, wire_types(cells)):
                    _count_nested(block, cells, nested)
                    for start in range(0, block.num_rows, self._limits.batch_rows):
                        yield arrived(block.slice(start, self._limits.batch_rows), cells)
            is_whole = True
        finally:
            if not is_whole:
                # A stream that is left half-read ends the transaction, and with it the moment.
                self._end()
        if nested:
            log.note("nested_values", max(nested.values()), found=", ".join(list(nested)[:5]))

    def _digest(self, name: str, relation: _Relation, cells: tuple[CellColumn, ...]) -> str:
        if name not in self._digests:
            query = sql.SQL(_DIGEST).format(relation.place)
            content = self._session().execute(query).fetchone()
            shape = [(c.name, c.type) for c in cells]
            told = repr((relation.schema, relation.name, shape, content))
            self._digests[name] = hashlib.sha256(told.encode()).hexdigest()
        return self._digests[name]

    def _relations(self) -> dict[str, _Relation]:
        schemas = list(self._source.schemas)
        with self._reading("the list of tables"):
            found = self._session().execute(_LISTED, (schemas, schemas)).fetchall()
        return {
            name if schema == schemas[0] else f"{schema}.{name}": _Relation(
                str(schema), str(name), bool(is_readable), size
            )
            for schema, name, is_readable, size in found
        }

    def _readable(self, name: str) -> _Relation:
        relations = self._relations()
        if name not in relations:
            names = sorted(relations)
            near = difflib.get_close_matches(name, names, 3) or names[:10]
            raise NotFound(
                f"No table `{name}` in schemas {', '.join(self._source.schemas)}.",
                cure=f"Found: {', '.join(near) or 'nothing'}. Mend `source:` in keepwell.yml.",
                name=name,
                found=names,
            )
        relation = relations[name]
        if not relation.is_readable:
            role = self._session().info.user
            place = f"{relation.schema}.{relation.name}"
            raise InputProblem(
                f"Role `{role}` may not read {place}; the last good snapshot stays.",
                cure=f"Let its owner run: GRANT SELECT ON {place} TO {role};",
                table=place,
            )
        return relation

    def _session(self) -> psycopg.Connection:
        if self._opened is None:
            limit = {"statement_timeout": f"{self._source.statement_timeout_s}s"}
            self._opened = connect(self._url, self._source.url_env, limit)
            self._opened.execute(_BEGIN)
        return self._opened

    def _end(self) -> None:
        opened, self._opened = self._opened, None
        self._digests.clear()
        if opened is not None:
            opened.close()

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Tell the server's faults as ours, and begin anew after one."""
        try:
            yield
        except psycopg.Error as problem:
            self._end()
            is_refused = isinstance(problem, errors.InsufficientPrivilege)
            state = problem.sqlstate
            if state and not is_refused and not state.startswith(_NOT_ITS_OWN):
                found = first_line(problem)[:200]
                raise rejection(name, "view_unreadable", found=found) from problem
            raise fault_of(problem, f"reading {name}") from problem


def _query(
    connection: psycopg.Connection, relation: _Relation, cells: Sequence[CellColumn]
) -> sql.Composed:
    """Return the cells of all rows, in the order of the primary key where there is one."""
    chosen = sql.SQL(", ").join([c.cell for c in cells])
    query = sql.SQL("SELECT {} FROM {}").format(chosen, relation.place)
    key = connection.execute(_KEY, (relation.place.as_string(connection),)).fetchall()
    if not key:
        return query
    return query + sql.SQL(" ORDER BY {}").format(
        sql.SQL(", ").join([sql.Identifier(str(name)) for (name,) in key])
    )


def _count_nested(
    block: pa.RecordBatch, cells: Sequence[CellColumn], nested: dict[str, int]
) -> None:
    for column, cell in zip(block.columns, cells, strict=True):
        if cell.is_nested and column.null_count < len(column):
            nested[cell.name] = nested.get(cell.name, 0) + len(column) - column.null_count
