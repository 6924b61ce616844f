"""What SQLite, DuckDB and PostgreSQL do alike with a delivery: one transaction, plain SQL."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, ClassVar

import pyarrow as pa

from keepwell.adapters.targets.ownership import not_ours
from keepwell.ports.delivering import (
    AS_OF,
    CHANGE,
    CHANGES,
    ROW_HASH,
    ColumnKind,
    DeliveredColumn,
    DeliveredCount,
    DeliveredTable,
    Delivery,
)

STAGE = "keepwell_stage"
READY = "keepwell_ready"


class SqlTarget(ABC):
    """Fulfils `ports.ResultTarget` over a session that the subclasses give."""

    types: ClassVar[Mapping[ColumnKind, str]]

    @property
    @abstractmethod
    def place(self) -> str:
        """Return where it is, as a message says it."""

    @abstractmethod
    def session(self) -> AbstractContextManager["Session"]:
        """Give a session in one transaction: kept when the block ends well, else undone."""

    def deliver(self, delivery: Delivery) -> tuple[DeliveredCount, ...]:
        """Deliver in one transaction; see ports.ResultTarget."""
        with self.session() as session:
            for table in delivery.tables:
                self._own(session, table)
            return tuple(self._write(session, table, delivery) for table in delivery.tables)

    def _own(self, session: "Session", table: DeliveredTable) -> None:
        """Create the table and its view of changes, or see that those there are ours."""
        columns = table.stored_columns
        for name, wanted in ((table.name, columns), (table.name + CHANGES, (CHANGE, *columns))):
            found = session.columns(name)
            if found and sorted(found) != sorted(c.name for c in wanted):
                raise not_ours(name, self.place, found, [c.name for c in wanted])
        if not session.columns(table.name):
            key = ", ".join(quoted(c) for c in (*table.key, AS_OF.name))
            parts = [self._declared(c, table) for c in columns]
            text = (
                f"CREATE TABLE {session.path(table.name)} ({', '.join(parts)}, PRIMARY KEY ({key}))"
            )
            session.run(text)
        if not session.columns(table.name + CHANGES):
            view = session.path(table.name + CHANGES)
            session.run(f"CREATE VIEW {view} AS {changes_select(table, session.path(table.name))}")

    def _declared(self, column: DeliveredColumn, table: DeliveredTable) -> str:
        is_key = column.name in (*table.key, AS_OF.name)
        return f"{quoted(column.name)} {self.types[column.kind]}{' NOT NULL' if is_key else ''}"

    def _write(
        self, session: "Session", table: DeliveredTable, delivery: Delivery
    ) -> DeliveredCount:
        path = session.path(table.name)
        day = f"CAST({literal(delivery.as_of)} AS {self.types['date']})"
        staged = (*table.columns, ROW_HASH)
        fields = ", ".join(f"{quoted(c.name)} {self.types[c.kind]}" for c in staged)
        session.run(f"CREATE TEMPORARY TABLE {STAGE} ({fields})")
        for part in table.parts():
            session.load(STAGE, part.select([c.name for c in staged]))
        session.run(
            f"CREATE TEMPORARY TABLE {READY} AS {ready_select(table, path, delivery, self.types)}"
        )
        same = _joined("t", "s", table.key)
        gone = (
            f"FROM {path} AS t WHERE t.as_of = {day} "
            f"AND NOT EXISTS (SELECT 1 FROM {STAGE} AS s WHERE {same})"
        )
        counts = [
            session.number(f"SELECT count(*) {gone}"),
            session.number(f"SELECT count(*) FROM {READY}"),
            session.number(f"SELECT count(*) FROM {STAGE}"),
        ]
        removed, written, rows = counts
        if removed:
            session.run(f"DELETE {gone}")
        if written:
            session.run(self._upsert(table, path))
        session.run(f"DROP TABLE {READY}")
        session.run(f"DROP TABLE {STAGE}")
        return DeliveredCount(table.name, rows, written, removed)

    def _upsert(self, table: DeliveredTable, path: str) -> str:
        names = [c.name for c in table.stored_columns]
        every = ", ".join(map(quoted, names))
        key = (*table.key, AS_OF.name)
        changed = ", ".join(f"{quoted(n)} = excluded.{quoted(n)}" for n in names if n not in key)
        # `WHERE true` tells SQLite that ON CONFLICT is not a join condition.
        return (
            f"INSERT INTO {path} ({every}) SELECT {every} FROM {READY} WHERE true "
            f"ON CONFLICT ({', '.join(map(quoted, key))}) DO UPDATE SET {changed}"
        )


class Session(ABC):
    """One transaction on a database."""

    @abstractmethod
    def run(self, text: str) -> None:
        """Run one statement."""

    @abstractmethod
    def number(self, text: str) -> int:
        """Return the one number of a query."""

    @abstractmethod
    def load(self, table: str, rows: pa.Table) -> None:
        """Append rows to a temporary table, columns in its order."""

    @abstractmethod
    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of a table or view of the target, none when it is missing."""

    @abstractmethod
    def path(self, name: str) -> str:
        """Return the quoted name of a table of the target."""


def quoted(name: str) -> str:
    """Return a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: date | str) -> str:
    """Return a date or moment as a text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def _joined(left: str, right: str, key: Sequence[str]) -> str:
    return " AND ".join(f"{left}.{quoted(k)} = {right}.{quoted(k)}" for k in key)


def ready_select(
    table: DeliveredTable, path: str, delivery: Delivery, types: Mapping[ColumnKind, str]
) -> str:
    """Return the rows whose content is not stored for the day, with day, run and changed_at."""
    day = f"CAST({literal(delivery.as_of)} AS {types['date']})"
    moment = f"CAST({literal(delivery.at.isoformat(' '))} AS {types['moment']})"
    before = f"(SELECT max(as_of) FROM {path} WHERE as_of < {day})"
    split = len(table.key)
    content = [f"s.{quoted(c.name)}" for c in table.columns]
    chosen = [
        *content[:split],
        f"{day} AS as_of",
        *content[split:],
        f"CAST({literal(delivery.run_id)} AS {types['text']}) AS run_id",
        "s.row_hash",
        f"CASE WHEN p.row_hash = s.row_hash THEN p.changed_at ELSE {moment} END AS changed_at",
    ]
    return (
        f"SELECT {', '.join(chosen)} FROM {STAGE} AS s "
        f"LEFT JOIN {path} AS t ON {_joined('t', 's', table.key)} AND t.as_of = {day} "
        f"LEFT JOIN {path} AS p ON {_joined('p', 's', table.key)} AND p.as_of = {before} "
        "WHERE t.row_hash IS NULL OR t.row_hash <> s.row_hash"
    )


def changes_select(table: DeliveredTable, path: str) -> str:
    """Return the view: rows of the newest day that are new, changed or gone."""
    newest = f"(SELECT max(as_of) FROM {path})"
    before = f"(SELECT max(as_of) FROM {path} WHERE as_of < {newest})"
    names = [c.name for c in table.stored_columns]
    now = ", ".join(f"n.{quoted(c)}" for c in names)
    then = ", ".join(f"p.{quoted(c)}" for c in names)
    same = _joined("n", "p", table.key)
    return (
        f"SELECT CASE WHEN p.row_hash IS NULL THEN 'new' ELSE 'changed' END AS change, {now} "
        f"FROM {path} AS n LEFT JOIN {path} AS p ON {same} AND p.as_of = {before} "
        f"WHERE n.as_of = {newest} AND (p.row_hash IS NULL OR p.row_hash <> n.row_hash) "
        f"UNION ALL SELECT 'gone' AS change, {then} FROM {path} AS p "
        f"LEFT JOIN {path} AS n ON {same} AND n.as_of = {newest} "
        f"WHERE p.as_of = {before} AND n.row_hash IS NULL"
    )


def rows_of(table: pa.Table, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
    """Return the rows of an Arrow table as tuples, some at a time."""
    for batch in table.to_batches(max_chunksize=size):
        yield list(zip(*(c.to_pylist() for c in batch.columns), strict=True))
