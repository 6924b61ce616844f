"""COPY in both directions as a stream of Arrow batches: memory holds one block at a time."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from keepwell.adapters.postgres.types import Query

_BLOCK_BYTES = 8 * 1024 * 1024
_WRITE = csv.WriteOptions(include_header=False, quoting_style="all_valid")


def copy_in(
    connection: psycopg.Connection, table: sql.Identifier, batches: Iterable[pa.RecordBatch]
) -> None:
    """Append Arrow batches to a table; NULL and the empty text stay apart."""
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(table)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in batches:
            block = io.BytesIO()
            csv.write_csv(_plain(batch), block, _WRITE)
            copy.write(block.getvalue())


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with the columns that CSV cannot carry cast to those that it can."""
    kinds = [_written_as(field.type) for field in batch.schema]
    arrays = [c.cast(kind) for c, kind in zip(batch.columns, kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _written_as(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _written_as(kind.value_type)
    if pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return pa.string()
    return kind


def copy_out(
    connection: psycopg.Connection, query: Query, kinds: Sequence[pa.DataType]
) -> Iterator[pa.RecordBatch]:
    """Return the result of a query as batches, columns named by their position."""
    statement = sql.SQL("COPY ({}\n) TO STDOUT (FORMAT csv)").format(query)
    names = [str(i) for i in range(len(kinds))]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        stream = _CopyStream(copy)
        if stream.is_empty():
            return
        reader = csv.open_csv(
            io.BufferedReader(stream, _BLOCK_BYTES),
            csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)),
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        yield from reader


class _CopyStream(io.RawIOBase):
    """The bytes of a COPY as a file that pyarrow reads."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy
        self._kept = memoryview(b"")

    def readable(self) -> bool:
        return True

    def is_empty(self) -> bool:
        self._fill()
        return not self._kept

    def readinto(self, target: Any) -> int:
        self._fill()
        taken = min(len(target), len(self._kept))
        target[:taken] = self._kept[:taken]
        self._kept = self._kept[taken:]
        return taken

    def _fill(self) -> None:
        if not self._kept:
            self._kept = memoryview(bytes(self._copy.read()))
