"""PostgreSQL as an engine: working tables in a schema of our own, streamed in and out by COPY."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from keepwell.adapters.engines.parquet_files import ParquetTarget, parquet_batches
from keepwell.adapters.engines.postgres_schema import WorkSchema
from keepwell.adapters.postgres import (
    Column,
    Query,
    columns_of,
    connect,
    copy_in,
    copy_out,
    settled,
    sql_word,
    stored_type,
    told_as_ours,
)
from keepwell.adapters.process_memory import peak_process_mb
from keepwell.config import PostgresSettings
from keepwell.measures import translate
from keepwell.ports import ResourceUse
from keepwell.vocabulary import InputProblem

_LONGEST_NAME_BYTES = 62
_BYTES = sql.SQL(' COLLATE "C"')
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


class PostgresEngine:
    """Fulfils `ports.Engine` on a schema of a PostgreSQL server; one session, one run at a time.

    Text is stored and ordered by its bytes, whatever the collation of the database.
    Errors: SourceUnavailable when the server is not reached or the schema is held by another run.
    """

    dialect = "postgres"

    def __init__(self, url: str, settings: PostgresSettings) -> None:
        self._views: dict[str, Query] = {}
        self._connection = connect(url, settings.url_env, _limits(settings))
        self._connection.prepare_threshold = None
        self._schema = WorkSchema(self._connection, settings.work_schema)
        try:
            self._schema.take()
        except BaseException:
            self._connection.close()
            raise

    def run(self, sql_text: str) -> None:
        """Run one statement that returns nothing."""
        self._execute(_translated(sql_text), "a statement")

    def create_table(self, name: str, select: str) -> None:
        """Store the result of `select` under `name`, replacing what was there."""
        query = self._ordered_by_bytes(_translated(select), name)
        self._replace(name, sql.SQL("CREATE UNLOGGED TABLE {} AS {}"), query)
        self._views.pop(name, None)
        self._restore_views()

    def create_view(self, name: str, select: str) -> None:
        """Name the result of `select` without storing it, replacing what was there."""
        query = self._ordered_by_bytes(_translated(select), name)
        self._replace(name, sql.SQL("CREATE VIEW {} AS {}"), query)
        self._views[name] = query
        self._restore_views()

    def drop(self, name: str) -> None:
        """Forget the table or view `name`; nothing happens when there is none."""
        self._views.pop(name, None)
        with told_as_ours(f"dropping {name}"):
            self._drop(name)

    def read_parquet(self, name: str, path: Path) -> None:
        """Load a Parquet file, or a folder of them in the order of their names, as table `name`."""
        schema, batches = parquet_batches(path)
        self._load(name, schema, batches)

    def read_arrow(self, name: str, table: pa.Table) -> None:
        """Store an Arrow table as table `name`."""
        self._load(name, table.schema, table.to_batches())

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result as one Parquet file, rows in the given order, same bytes every time."""
        self._write(_translated(select), path)

    def write_table(self, name: str, path: Path, *, key: str | None = None) -> None:
        """Write a table as one Parquet file, rows in the order of `key`, a unique column."""
        query: Query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
        if key is not None:
            query += sql.SQL(" ORDER BY {}").format(sql.Identifier(key))
        self._write(query, path)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        found = self._execute(_translated(select), "a query").fetchall()
        return [tuple(map(_whole, row)) for row in found]

    def arrow(self, select: str) -> pa.Table:
        """Return the result as an Arrow table."""
        query = _translated(select)
        with told_as_ours("a query"):
            columns = settled(self._connection, query)
            batches = copy_out(self._connection, query, [c.arrow for c in columns])
            return pa.Table.from_batches(_named(batches, columns), schema=_schema(columns))

    def columns(self, name: str) -> dict[str, str]:
        """Return column names and SQL types of a table, in order; empty when it is missing."""
        with told_as_ours(f"describing {name}"):
            place = sql.Identifier(name).as_string(self._connection)
            found = self._connection.execute(_COLUMNS, (place,)).fetchall()
        return {str(column): sql_word(str(formatted)) for column, formatted in found}

    def quantiles(self, table: str, column: str, shares: Sequence[float]) -> list[float | None]:
        """Return, for each share 0-1, the least value that at least that share does not exceed."""
        wrong = [s for s in shares if not 0 <= s <= 1]
        if wrong:
            raise ValueError(f"a quantile's share lies in 0..1, not {wrong}")
        if not shares:
            return []
        names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
        count = sql.SQL("SELECT count({column}) FROM {table}").format(**names)
        values = sql.SQL(
            "SELECT percentile_disc(%s::float8[]) WITHIN GROUP "
            "(ORDER BY CAST({column} AS double precision)) FROM {table}"
        ).format(**names)
        with told_as_ours(f"quantiles of {column}"):
            rows = int((self._connection.execute(count).fetchone() or (0,))[0])
            if not rows:
                return [None] * len(shares)
            # The rank is counted in decimals: as doubles, 0.55 of 100 rows is one rank too high.
            ranks = [max(1, math.ceil(Decimal(repr(s)) * rows)) for s in shares]
            middles = [(rank - 0.5) / rows for rank in ranks]
            found = self._connection.execute(values, (middles,)).fetchone()
        return list(found[0]) if found else []

    def distinct_days(self, day: str, *, table: str, column: str, last: date) -> str:  # noqa: ARG002
        """Return SQL of an aggregate: how many distinct dates `day` has."""
        return f"COUNT(DISTINCT {day})"

    def portions(self, table: str, key: str) -> list[str]:  # noqa: ARG002
        """Return one portion: this engine's joins bound their memory by themselves."""
        return ["TRUE"]

    def used(self) -> ResourceUse:
        """Return what this process used; the server does not tell."""
        return ResourceUse(None, None, None, peak_process_mb())

    def close(self) -> None:
        """Drop the working tables and end the session."""
        if not self._connection.closed:
            with suppress(psycopg.Error):
                self._schema.clear()
            self._connection.close()

    def _execute(self, query: Query, what: str) -> psycopg.Cursor[Any]:
        with told_as_ours(what):
            return self._connection.execute(query)

    def _replace(self, name: str, create: sql.SQL, query: Query) -> None:
        """Make it under another name first, so that a failure leaves the old one."""
        made = sql.Identifier(f"_new_{name}")
        with told_as_ours(f"table {name}"), self._connection.transaction():
            self._connection.execute(create.format(made, query))
            self._drop(name)
            what = sql.SQL("VIEW" if "VIEW" in create.as_string(None) else "TABLE")
            self._connection.execute(
                sql.SQL("ALTER {} {} RENAME TO {}").format(what, made, sql.Identifier(name))
            )

    def _load(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        made, kept = sql.Identifier(f"_new_{name}"), sql.Identifier(name)
        fields = [
            sql.SQL("{} {}").format(sql.Identifier(f.name), sql.SQL(stored_type(f.type)))
            for f in schema
        ]
        create = sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(made, sql.SQL(", ").join(fields))
        with told_as_ours(f"loading {name}"), self._connection.transaction():
            self._connection.execute(create)
            copy_in(self._connection, made, batches)
            self._drop(name)
            self._connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(made, kept))
            self._connection.execute(sql.SQL("ANALYZE {}").format(kept))
        self._views.pop(name, None)
        self._restore_views()

    def _drop(self, name: str) -> None:
        for found, kind in self._schema.objects():
            if found == name:
                what = sql.SQL("VIEW" if kind == "v" else "TABLE")
                statement = sql.SQL("DROP {} {} CASCADE").format(what, sql.Identifier(name))
                self._connection.execute(statement)

    def _restore_views(self) -> None:
        """Make the views again that went with a table they read; one may wait for another."""
        there = {name for name, _ in self._schema.objects()}
        waiting = [name for name in self._views if name not in there]
        is_moving = True
        while waiting and is_moving:
            failed = [name for name in waiting if not self._is_restored(name)]
            is_moving, waiting = len(failed) < len(waiting), failed

    def _is_restored(self, name: str) -> bool:
        create = sql.SQL("CREATE VIEW {} AS {}").format(sql.Identifier(name), self._views[name])
        with told_as_ours(f"view {name}"):
            try:
                self._connection.execute(create)
            except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
                return False
        return True

    def _ordered_by_bytes(self, query: Query, name: str) -> Query:
        """Return the query with its text in the order of its bytes."""
        with told_as_ours(f"table {name}"):
            columns = columns_of(self._connection, query)
        for column in columns:
            if len(column.name.encode()) > _LONGEST_NAME_BYTES:
                raise InputProblem(
                    f"Column `{column.name}` of {name} is too long for PostgreSQL.",
                    cure=f"Give the measure or dimension a name that stays within "
                    f"{_LONGEST_NAME_BYTES} bytes.",
                    column=column.name,
                )
        parts = [
            sql.SQL("q.{}{} AS {}").format(
                sql.Identifier(c.name), _BYTES if c.is_text else sql.SQL(""), sql.Identifier(c.name)
            )
            for c in columns
        ]
        return sql.SQL("SELECT {} FROM ({}\n) AS q").format(sql.SQL(", ").join(parts), query)

    def _write(self, query: Query, path: Path) -> None:
        with told_as_ours(f"writing {path.name}"):
            columns = settled(self._connection, query)
            batches = copy_out(self._connection, query, [c.arrow for c in columns])
            with ParquetTarget(path, _schema(columns)) as target:
                for batch in _named(batches, columns):
                    target.write(batch)


def _limits(settings: PostgresSettings) -> dict[str, str]:
    limits = {
        "statement_timeout": f"{settings.statement_timeout_s}s",
        "work_mem": f"{settings.work_mem_mb}MB",
    }
    if settings.temp_file_limit_mb is not None:
        limits["temp_file_limit"] = f"{settings.temp_file_limit_mb}MB"
    return limits


def _translated(text: str) -> Query:
    # Regenerated from the parsed tree; a percent sign is safe, for no parameters are passed.
    return sql.SQL(translate(text, "postgres"))


def _whole(value: Any) -> Any:
    """Return sums of integers, which the server gives as numeric, as integers."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        return int(value)
    return value


def _schema(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(c.name, c.arrow) for c in columns])


def _named(
    batches: Iterator[pa.RecordBatch], columns: Sequence[Column]
) -> Iterator[pa.RecordBatch]:
    schema = _schema(columns)
    for batch in batches:
        yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
