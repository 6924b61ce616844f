"""Parquet in and out in batches, for engines that do not read files themselves."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.vocabulary import NotFound, SourceRejected, SourceUnavailable

ROW_GROUP = 122_880
_BATCH_ROWS = 65_536


def parquet_batches(path: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the schema and the batches of a file, or of a folder's files in order of their names.

    Errors: NotFound, SourceRejected for what is not Parquet.
    """
    if not path.exists():
        raise NotFound(f"No Parquet file at {path}.", cure="Run `keepwell check` first.")
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise NotFound(f"No Parquet file in {path}.", cure="Run `keepwell check` first.")
    try:
        schema = pq.read_schema(files[0])
    except (pa.ArrowException, OSError) as problem:
        raise _unreadable(files[0], problem) from problem
    return schema, _batches(files)


def _batches(files: list[Path]) -> Iterator[pa.RecordBatch]:
    for file in files:
        try:
            with pq.ParquetFile(file) as opened:
                yield from opened.iter_batches(_BATCH_ROWS)
        except (pa.ArrowException, OSError) as problem:
            raise _unreadable(file, problem) from problem


def _unreadable(file: Path, problem: Exception) -> SourceRejected:
    first = (str(problem).splitlines() or [type(problem).__name__])[0]
    return SourceRejected(
        f"{file} is not readable Parquet: {first}.", cure="Run `keepwell check` to write it again."
    )


class ParquetTarget:
    """One Parquet file written in row groups of equal size, so that its bytes repeat.

    A block that ends in an error leaves no file. Errors: SourceUnavailable for a full disk.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._kept: list[pa.RecordBatch] = []
        self._rows = 0

    def __enter__(self) -> Self:
        """Open the file."""
        try:
            self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        except OSError as problem:
            raise self._disk(problem) from problem
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._kept.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROW_GROUP:
            self._flush(self._rows - self._rows % ROW_GROUP)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file, or remove it after an error."""
        try:
            if kind is None:
                self._flush(self._rows)
            self._writer.close()
        except OSError as fault:
            self._remove()
            raise self._disk(fault) from fault
        if kind is not None:
            self._remove()

    def _flush(self, rows: int) -> None:
        if not rows:
            return
        table = pa.Table.from_batches(self._kept, schema=self._schema)
        try:
            self._writer.write_table(table.slice(0, rows).combine_chunks(), ROW_GROUP)
        except OSError as problem:
            raise self._disk(problem) from problem
        rest = table.slice(rows)
        self._kept, self._rows = rest.combine_chunks().to_batches(), rest.num_rows

    def _remove(self) -> None:
        with suppress(OSError):
            self._path.unlink()

    def _disk(self, problem: OSError) -> SourceUnavailable:
        return SourceUnavailable(
            f"Disk: {self._path.name}: {problem.strerror or problem}.",
            cure="Check space and rights of the folder.",
        )
