"""Part files of one ordered result, joined into one Parquet file of even row groups."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 122_880
_BATCH = 16_384


def part_files(folder: Path) -> list[Path]:
    """Return the part files of a folder in the order of their rows."""
    return sorted(folder.glob("*.parquet"))


def join_parts(parts: Sequence[Path], schema: pa.Schema, path: Path) -> None:
    """Write the rows of all parts, in order, to one file; equal rows give equal bytes.

    `schema`: of the result, taken when there is no part; columns may always be NULL.
    """
    taken = plain_schema(pq.read_schema(parts[0]) if parts else schema)
    with pq.ParquetWriter(path, taken, compression="zstd") as writer:
        for table in _even(_batches(parts, taken), taken):
            writer.write_table(table, row_group_size=ROW_GROUP)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema without notes of its writer, every column nullable."""
    return pa.schema([pa.field(f.name, f.type) for f in schema])


def _batches(parts: Sequence[Path], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for part in parts:
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


def _even(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROW_GROUP:
            table = pa.Table.from_batches(held, schema)
            yield table.slice(0, ROW_GROUP).combine_chunks()
            rest = table.slice(ROW_GROUP)
            held, rows = rest.to_batches(), rest.num_rows
    if rows:
        yield pa.Table.from_batches(held, schema).combine_chunks()
