"""Rows of text gathered into record batches: every cell VARCHAR, plus the line of each row."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from keepwell.ports import ROW_COLUMN


def text_schema(names: Sequence[str]) -> pa.Schema:
    """Return the schema of a source table opened as text."""
    fields = [pa.field(name, pa.string()) for name in names]
    return pa.schema([*fields, pa.field(ROW_COLUMN, pa.int64(), nullable=False)])


def text_batch(
    schema: pa.Schema, rows: Sequence[Sequence[str | None]], lines: Sequence[int]
) -> pa.RecordBatch:
    """Return a batch of `rows`, cells beyond the schema's columns left out."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(schema) - 1)
    arrays = [pa.array(columns[i], pa.string()) for i in range(len(schema) - 1)]
    return pa.RecordBatch.from_arrays([*arrays, pa.array(lines, pa.int64())], schema=schema)


def text_batches(
    schema: pa.Schema, rows: Sequence[Sequence[str | None]], lines: Sequence[int], size: int
) -> Iterator[pa.RecordBatch]:
    """Return the rows in batches of at most `size`."""
    for start in range(0, len(rows), size):
        yield text_batch(schema, rows[start : start + size], lines[start : start + size])
