"""Sample a source table in bounded memory: its head, rows spread over the rest, its categories."""

import pyarrow as pa
import pyarrow.compute as pc

from keepwell.intake import SampledTable
from keepwell.ports import ROW_COLUMN, SourceReader

_HEAD = 1_000
_SPREAD = 1_000
_MOST_ROWS = 300_000
_FEW = 60


def sample_table(reader: SourceReader, name: str) -> SampledTable:
    """Return a sample of at most 3,000 rows; `row_count` is None for a table not read to its end.

    Errors: SourceRejected when the table cannot be read.
    """
    raw = reader.open(name)
    picker = _Picker()
    seen: dict[str, dict[str, None]] = {c: {} for c in raw.columns}
    is_whole = True
    for batch in raw.batches:
        if picker.count >= _MOST_ROWS:
            is_whole = False
            break
        picker.take(batch, raw.columns)
        _collect(batch, seen)
    return SampledTable(
        name=name,
        columns=raw.columns,
        rows=tuple(picker.rows()),
        row_count=picker.count if is_whole else None,
        categories={c: tuple(values) for c, values in seen.items()},
    )


def _collect(batch: pa.RecordBatch, seen: dict[str, dict[str, None]]) -> None:
    """Add distinct values; a column with many is no category and is forgotten."""
    for column in list(seen):
        values = pc.unique(batch.column(column))
        if len(values) > _FEW:
            del seen[column]
            continue
        seen[column].update(dict.fromkeys(v for v in values.to_pylist() if v))
        if len(seen[column]) > _FEW:
            del seen[column]


class _Picker:
    """Takes the first rows and every n-th after them, n doubling so that memory is bounded."""

    def __init__(self) -> None:
        self.count = 0
        self._head: list[tuple[str | None, ...]] = []
        self._spread: list[tuple[str | None, ...]] = []
        self._stride = 1

    def take(self, batch: pa.RecordBatch, columns: tuple[str, ...]) -> None:
        wanted = [i for i in range(batch.num_rows) if self._wants(self.count + i)]
        picked = batch.take(pa.array(wanted, pa.int64()))
        cells = [picked.column(c).to_pylist() for c in columns if c != ROW_COLUMN]
        for place, row in zip(wanted, zip(*cells, strict=True), strict=True):
            (self._head if self.count + place < _HEAD else self._spread).append(row)
        self.count += batch.num_rows
        while len(self._spread) > 2 * _SPREAD:
            self._spread = self._spread[::2]
            self._stride *= 2

    def _wants(self, row: int) -> bool:
        return row < _HEAD or (row - _HEAD) % self._stride == 0

    def rows(self) -> list[tuple[str | None, ...]]:
        return self._head + self._spread
