"""Rows that the outlook computed in memory, as typed tables of the engine."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_type_hints

import pyarrow as pa

from keepwell.ports import Engine

_TYPES: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    str | None: pa.string(),
    int | None: pa.int64(),
    float | None: pa.float64(),
}


def row_table(rows: Sequence[Any], kind: type) -> pa.Table:
    """Return frozen rows of one dataclass as an Arrow table, one column per field."""
    hints = get_type_hints(kind)
    schema = pa.schema([(f.name, _TYPES[hints[f.name]]) for f in fields(kind)])
    columns = {f.name: [getattr(r, f.name) for r in rows] for f in fields(kind)}
    return pa.table(columns, schema=schema)


def store_rows(engine: Engine, name: str, rows: Sequence[Any], kind: type) -> None:
    """Store rows as table `name` of the engine."""
    engine.read_arrow(name, row_table(rows, kind))
