"""Types on both sides: what PostgreSQL returns as Arrow, and what Arrow is stored as."""

from dataclasses import dataclass

import psycopg
import pyarrow as pa
from psycopg import postgres, sql

Query = sql.SQL | sql.Composed
_MOST_DIGITS = 38
_ARROW: dict[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int2": pa.int32(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float64(),
    "float8": pa.float64(),
    "text": pa.string(),
    "varchar": pa.string(),
    "bpchar": pa.string(),
    "name": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
_NAMES = {postgres.types[name].oid: name for name in (*_ARROW, "numeric", "bytea", "json", "jsonb")}
# format_type's words as DuckDB's, the words of the port.
_WORDS = {
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "double precision": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A result column: its name, the server's type, and the Arrow type it is read as.

    `arrow` is None for numbers without a declared scale and for types without an Arrow word.
    """

    name: str
    kind: str
    arrow: pa.DataType | None

    @property
    def is_text(self) -> bool:
        """Say whether it is text, which has a collation."""
        return self.kind in ("text", "varchar", "bpchar")


def columns_of(connection: psycopg.Connection, query: Query) -> tuple[Column, ...]:
    """Return the columns that a query gives, without running it to the end."""
    shape = sql.SQL("SELECT * FROM ({}\n) AS shape LIMIT 0").format(query)
    with connection.execute(shape) as cursor:
        return tuple(_column(c) for c in cursor.description or ())


def _column(found: psycopg.Column) -> Column:
    kind = _NAMES.get(found.type_code, "other")
    if kind != "numeric":
        return Column(found.name, kind, _ARROW.get(kind))
    if found.precision is None or found.precision > _MOST_DIGITS:
        return Column(found.name, kind, None)
    return Column(found.name, kind, pa.decimal128(found.precision, found.scale or 0))


def sql_word(formatted: str) -> str:
    """Return the server's word for a type as DuckDB's.

    >>> sql_word("numeric(24,6)"), sql_word("double precision")
    ('DECIMAL(24,6)', 'DOUBLE')
    """
    if formatted.startswith("numeric"):
        return formatted.replace("numeric", "DECIMAL")
    return _WORDS.get(formatted, formatted.upper())


def stored_type(kind: pa.DataType) -> str:
    """Return the type that an Arrow column is stored as; text in the order of its bytes."""
    types = pa.types
    if types.is_dictionary(kind):
        return stored_type(kind.value_type)
    if types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    tests = (
        (types.is_boolean, "boolean"),
        (types.is_floating, "double precision"),
        (_is_narrow, "integer"),
        (types.is_integer, "bigint"),
        (types.is_date, "date"),
        (types.is_timestamp, "timestamp"),
    )
    return next((word for test, word in tests if test(kind)), 'text COLLATE "C"')


def _is_narrow(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind)) and (kind.bit_width < 32 or kind == pa.int32())


def settled(connection: psycopg.Connection, query: Query) -> tuple[Column, ...]:
    """Return the columns of a query, each with an Arrow type; scales that differ are looked up."""
    columns = columns_of(connection, query)
    open_scales = [c for c in columns if c.arrow is None and c.kind == "numeric"]
    if not open_scales:
        return columns
    widest = [sql.SQL("max(scale({}))").format(sql.Identifier(c.name)) for c in open_scales]
    select = sql.SQL("SELECT {} FROM ({}\n) AS q").format(sql.SQL(", ").join(widest), query)
    found = connection.execute(select).fetchone() or ()
    scales = {c.name: int(s or 0) for c, s in zip(open_scales, found, strict=True)}
    return tuple(
        Column(c.name, c.kind, pa.decimal128(_MOST_DIGITS, scales[c.name]))
        if c.name in scales
        else c
        for c in columns
    )
