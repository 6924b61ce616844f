"""Deliveries into a schema of a PostgreSQL server, streamed in by COPY."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import ClassVar

import psycopg
import pyarrow as pa
from psycopg import errors, sql

from keepwell.adapters.postgres import connect, copy_in, told_as_ours
from keepwell.adapters.targets.sql_target import Session, SqlTarget, quoted
from keepwell.ports.delivering import ColumnKind
from keepwell.vocabulary import InputProblem

_COLUMNS = """
SELECT a.attname FROM pg_catalog.pg_attribute AS a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


class PostgresTarget(SqlTarget):
    """Fulfils `ports.ResultTarget` on a schema, which is created when it is missing.

    `variable`: the environment variable that holds `url`; messages name it, never the address.
    """

    types: ClassVar[Mapping[ColumnKind, str]] = {
        "text": "text",
        "double": "double precision",
        "integer": "bigint",
        "flag": "boolean",
        "date": "date",
        "moment": "timestamp",
    }

    def __init__(self, url: str, variable: str, in_schema: str) -> None:
        self._url = url
        self._variable = variable
        self._in_schema = in_schema

    @property
    def place(self) -> str:
        """Return the schema."""
        return f"schema `{self._in_schema}` of PostgreSQL"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session in one transaction."""
        with closing(connect(self._url, self._variable, {})) as connection:
            connection.prepare_threshold = None
            with self._told_as_ours(), connection.transaction():
                session = _PostgresSession(connection, self._in_schema)
                session.make_schema()
                yield session

    @contextmanager
    def _told_as_ours(self) -> Iterator[None]:
        with told_as_ours("writing results back"):
            try:
                yield
            except (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege) as problem:
                said = str(problem).splitlines()[0]
                raise InputProblem(
                    f"PostgreSQL does not let keepwell write to {self.place}: {said}. "
                    "Nothing was written.",
                    cure=f"Name a role in {self._variable} that may write there: GRANT USAGE, "
                    f'CREATE ON SCHEMA "{self._in_schema}" TO its role.',
                    in_schema=self._in_schema,
                ) from problem


class _PostgresSession(Session):
    def __init__(self, connection: psycopg.Connection, in_schema: str) -> None:
        self._connection = connection
        self._in_schema = in_schema

    def make_schema(self) -> None:
        """Create the schema where it is missing; one that is there needs no right to create it."""
        found = self._connection.execute(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s", (self._in_schema,)
        )
        if found.fetchone() is None:
            self._connection.execute(
                sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self._in_schema))
            )

    def run(self, text: str) -> None:
        self._connection.execute(text.encode())

    def number(self, text: str) -> int:
        found = self._connection.execute(text.encode()).fetchone()
        return int(found[0]) if found else 0

    def load(self, table: str, rows: pa.Table) -> None:
        copy_in(self._connection, sql.Identifier(table), rows.to_batches(max_chunksize=50_000))

    def columns(self, name: str) -> tuple[str, ...]:
        found = self._connection.execute(_COLUMNS, (self.path(name),)).fetchall()
        return tuple(str(column) for (column,) in found)

    def path(self, name: str) -> str:
        return f"{quoted(self._in_schema)}.{quoted(name)}"
