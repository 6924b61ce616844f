"""Typed Arrow batches as text batches with an ordinal; rows that are not text are set aside."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from keepwell.adapters.sources.cell_text import column_text, is_nested
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.text_batches import text_schema


def as_text_batches(
    batches: Iterable[pa.RecordBatch], names: Sequence[str], log: FileLog
) -> Iterator[pa.RecordBatch]:
    """Return the same rows as text, `_row` counting from 1; notes nested columns."""
    schema, ordinal, accepted = text_schema(names), 1, 0
    nested: dict[str, int] = {}
    for batch in batches:
        _count_nested(batch, names, nested)
        made = _text_batch(batch, schema, ordinal, log)
        ordinal += batch.num_rows
        accepted += made.num_rows
        if made.num_rows:
            yield made
    if nested:
        log.note("nested_values", max(nested.values()), found=", ".join(list(nested)[:5]))
    if not accepted:
        if log.rejected:
            raise log.mostly_unreadable(len(log.rejected))
        raise rejection(log.table, "header_only", found=", ".join(names[:5]))


def _count_nested(batch: pa.RecordBatch, names: Sequence[str], nested: dict[str, int]) -> None:
    for name, column in zip(names, batch.columns, strict=True):
        if is_nested(column.type):
            nested[name] = nested.get(name, 0) + len(column) - column.null_count


def _text_batch(
    batch: pa.RecordBatch, schema: pa.Schema, ordinal: int, log: FileLog
) -> pa.RecordBatch:
    faults: dict[int, str] = {}
    columns = [_checked(column, faults) for column in batch.columns]
    rows = pa.array(range(ordinal, ordinal + batch.num_rows), pa.int64())
    made = pa.RecordBatch.from_arrays([*columns, rows], schema=schema)
    if not faults:
        return made
    for at, reason in sorted(faults.items()):
        shown = (c[at].as_py() for c in columns)
        log.set_aside(ordinal + at, ",".join("" if v is None else v for v in shown), reason)
    keep = pa.array([i not in faults for i in range(batch.num_rows)])
    return made.filter(keep)


def _checked(column: pa.Array, faults: dict[int, str]) -> pa.Array:
    """Return a column as text; rows with binary content or NUL are added to `faults`."""
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or _is_fixed_binary(kind):
        return _decoded(column, faults)
    text = column_text(column)
    has_nul = pc.match_substring(text, "\0")
    if pc.any(has_nul).as_py():
        faults.update({i: "nul_byte" for i, bad in enumerate(has_nul.to_pylist()) if bad})
    return text


def _is_fixed_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_fixed_size_binary(kind))


def _decoded(column: pa.Array, faults: dict[int, str]) -> pa.Array:
    values: list[str | None] = []
    for at, value in enumerate(column.to_pylist()):
        try:
            text = None if value is None else bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            text = bytes(value).hex()
            faults[at] = "blob_cell"
        if text is not None and "\0" in text:
            faults[at] = "blob_cell"
        values.append(text)
    return pa.array(values, pa.string())
