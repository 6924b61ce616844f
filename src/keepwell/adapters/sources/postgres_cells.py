"""Columns of a PostgreSQL table as cells: which the server writes as text, which come typed."""

from dataclasses import dataclass

import psycopg
import pyarrow as pa
from psycopg import sql

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typname, t.typcategory
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True, slots=True)
class CellColumn:
    """One column: its type as the server says it, the SQL that gives its cells, their Arrow type.

    `is_nested`: several values in one cell, written as JSON.
    """

    name: str
    type: str
    cell: sql.Composable
    arrow: pa.DataType
    is_nested: bool = False

    @property
    def is_binary(self) -> bool:
        """Say whether the cells arrive as hexadecimal digits of bytes."""
        return bool(self.arrow == pa.binary())


def cell_columns(connection: psycopg.Connection, place: sql.Identifier) -> tuple[CellColumn, ...]:
    """Return the columns of a table or view, in order."""
    shown = place.as_string(connection)
    found = connection.execute(_COLUMNS, (shown,)).fetchall()
    return tuple(_column(str(n), str(f), str(t), _letter(c)) for n, f, t, c in found)


def _column(name: str, formatted: str, kind: str, category: str) -> CellColumn:
    column = sql.Identifier(name)
    match kind, category:
        case "float8", _:
            return CellColumn(name, formatted, column, pa.float64())
        case "float4", _:
            return CellColumn(name, formatted, column, pa.float32())
        case "bytea", _:
            digits = sql.SQL("encode({}, 'hex')").format(column)
            return CellColumn(name, formatted, digits, pa.binary())
        case "timestamptz", _:
            moment = sql.SQL("CAST({} AT TIME ZONE 'UTC' AS text) || '+00:00'").format(column)
            return CellColumn(name, formatted, moment, pa.string())
        case (("json" | "jsonb"), _):
            return CellColumn(name, formatted, _text(column), pa.string(), is_nested=True)
        case _, ("A" | "C"):
            nested = sql.SQL("CAST(to_json({}) AS text)").format(column)
            return CellColumn(name, formatted, nested, pa.string(), is_nested=True)
    return CellColumn(name, formatted, _text(column), pa.string())


def _text(column: sql.Identifier) -> sql.Composed:
    return sql.SQL("CAST({} AS text)").format(column)


def _letter(category: object) -> str:
    return category.decode() if isinstance(category, bytes) else str(category)


def wire_types(columns: tuple[CellColumn, ...]) -> list[pa.DataType]:
    """Return the types in which the cells are streamed."""
    return [pa.string() if c.is_binary else c.arrow for c in columns]


def arrived(batch: pa.RecordBatch, columns: tuple[CellColumn, ...]) -> pa.RecordBatch:
    """Return a streamed batch with its binary cells as bytes."""
    arrays = [
        _bytes(array) if column.is_binary else array
        for array, column in zip(batch.columns, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=[c.name for c in columns])


def _bytes(digits: pa.Array) -> pa.Array:
    values = [None if d is None else bytes.fromhex(d) for d in digits.to_pylist()]
    return pa.array(values, pa.binary())
