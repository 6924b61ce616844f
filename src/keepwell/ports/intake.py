"""Where tables come from, and where an import works and is kept."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from keepwell.config import Feed
from keepwell.vocabulary import Finding

ROW_COLUMN = "_row"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table found at a source: `name` as keepwell.yml writes it, where it is, how large."""

    name: str
    place: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be split into cells: its place, raw text and the code of the reason."""

    file: str
    row: int
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawTable:
    """A source table opened as text.

    `columns`:  source column names, cleaned of blanks and byte-order marks.
    `batches`:  record batches, every column VARCHAR with cells as written, plus `_row` (BIGINT,
                the 1-based line or row in the file, as an editor shows it). Read once, in order.
    `findings` and `rejected` are complete only after `batches` is exhausted.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]
    findings: list[Finding]
    rejected: list[RejectedRow]
    fingerprint: str


class SourceReader(Protocol):
    """A place that holds tables. Opening a table that must not be read raises SourceRejected."""

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables at the source, sorted by name."""
        ...

    def open(self, name: str, feed: Feed | None = None) -> RawTable:
        """Open one table; `feed` carries what the user declared (delimiter, header ...)."""
        ...


class ImportWork(Protocol):
    """A scratch database beside the folder that an import is written to. All SQL is DuckDB's."""

    @property
    def folder(self) -> Path:
        """Return the folder that holds the import's files."""
        ...

    def load(self, name: str, columns: int, batches: Iterator[pa.RecordBatch]) -> int:
        """Store text batches as `name` with columns c0, c1 ... and `_row`; return the rows."""
        ...

    def run(self, sql: str) -> None:
        """Run one statement that returns nothing."""
        ...

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        ...

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result of `select` as one Parquet file inside the folder."""
        ...

    def accept(self) -> None:
        """Let the folder become the last good import; without this it is kept as rejected."""
        ...


class ImportStore(Protocol):
    """Folders of accepted imports, and the corrections that people made to quarantined rows."""

    def find(self, import_id: str) -> Path | None:
        """Return the folder of an accepted import, or None."""
        ...

    def last(self) -> Path | None:
        """Return the folder of the last good import, or None."""
        ...

    def make_last(self, import_id: str) -> None:
        """Let an accepted import be the last good one again."""
        ...

    def stage(
        self, import_id: str, memory_limit_mb: int, threads: int
    ) -> AbstractContextManager[ImportWork]:
        """Give a scratch database and folder; at the end the folder is kept, the scratch is not."""
        ...

    def folder(self, import_id: str) -> Path:
        """Return where an import lies after staging, accepted or rejected. Errors: NotFound."""
        ...

    def corrections(self) -> str:
        """Return the stored corrections as JSON text, "[]" when there are none."""
        ...

    def set_corrections(self, text: str) -> None:
        """Replace the stored corrections."""
        ...
