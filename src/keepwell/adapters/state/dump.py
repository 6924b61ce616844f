"""The whole state as plain lines of JSON, out of either database and into either."""

import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, Table, func, select, text

from keepwell.adapters.state.migrating import upgrade_on
from keepwell.adapters.state.models import StateTable
from keepwell.adapters.state.revisions import VERSION_TABLE

_ROWS = 2_000


def own_tables() -> frozenset[str]:
    """Return the names of all tables of the state."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.endswith("_models"):
            importlib.import_module(f"{__package__}.{module.name}")
    return frozenset(StateTable.metadata.tables)


def reflected(connection: Connection) -> tuple[Table, ...]:
    """Return our tables as the database has them, those that others refer to first."""
    found, own = MetaData(), own_tables()
    found.reflect(connection, only=lambda name, _: name in own)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=bool(column.nullable))
    return tuple(found.sorted_tables)


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each of our tables has."""
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in reflected(connection)
    }


def lines_of(connection: Connection, table: Table) -> Iterator[str]:
    """Yield the names of the columns, then each row by its key, as one JSON list a line."""
    yield json.dumps([c.name for c in table.columns])
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_ROWS).execute(ordered):
        yield json.dumps([_plain(v) for v in row], ensure_ascii=False)


def replace_tables(
    connection: Connection, revision: str, lines: Mapping[str, Iterable[str]]
) -> None:
    """Put rows in the place of all that is there, and bring them to the newest shape.

    `revision`: the version of the tables that the lines come from.
    """
    for table in reversed(reflected(connection)):
        table.drop(connection)
    connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))
    upgrade_on(connection, revision)
    for table in reflected(connection):
        if table.name in lines:
            _load(connection, table, iter(lines[table.name]))
    upgrade_on(connection, "head")


def _load(connection: Connection, table: Table, lines: Iterator[str]) -> None:
    columns = [table.columns[name] for name in json.loads(next(lines))]
    while some := list(islice(lines, _ROWS)):
        rows = [
            {c.name: _typed(c.type, v) for c, v in zip(columns, json.loads(line), strict=True)}
            for line in some
        ]
        connection.execute(table.insert(), rows)
    if connection.dialect.name == "postgresql":
        _set_sequences(connection, table)


def _set_sequences(connection: Connection, table: Table) -> None:
    """Let new rows be numbered after those that came with their numbers."""
    for column in table.primary_key.columns:
        named = {"named": f'"{table.name}"', "key": column.name}
        found = text("SELECT pg_get_serial_sequence(:named, :key)")
        sequence = connection.scalar(found, named)
        if sequence is not None:
            last = connection.scalar(select(func.max(column)))
            given = {"sequence": sequence, "last": last or 1, "is_used": last is not None}
            connection.execute(text("SELECT setval(:sequence, :last, :is_used)"), given)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _typed(kind: object, value: Any) -> Any:
    if isinstance(value, str) and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    return value
