"""What the runs need from outside, as protocols met by structure; adapters/ fulfils them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from keepwell.config import Feed
from keepwell.vocabulary import Finding, Lang, Scorecard

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


class Engine(Protocol):
    """A SQL engine. All text is DuckDB's dialect; the adapter transpiles it where it must."""

    @property
    def dialect(self) -> str:
        """Return the SQLGlot name of the engine's dialect."""
        ...

    def run(self, sql: str) -> None:
        """Run one statement that returns nothing."""
        ...

    def create_table(self, name: str, select: str) -> None:
        """Store the result of `select` under `name`, replacing what was there."""
        ...

    def read_parquet(self, name: str, path: Path) -> None:
        """Make the Parquet file or folder readable as table `name`."""
        ...

    def read_arrow(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable as table `name`."""
        ...

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result of `select` as one Parquet file, rows in the given order."""
        ...

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        ...

    def arrow(self, select: str) -> pa.Table:
        """Return the result as an Arrow table."""
        ...

    def columns(self, name: str) -> dict[str, str]:
        """Return column names and SQL types of a table, in order; empty when it is missing."""
        ...

    def quantiles(self, table: str, column: str, shares: Sequence[float]) -> list[float | None]:
        """Return exact discrete quantiles of the non-null values (design D2)."""
        ...

    def close(self) -> None:
        """Free what the engine holds."""
        ...


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the state store keeps it."""

    run_id: str
    as_of: date
    started_at: datetime
    status: str
    scorecards: tuple[tuple[str, int], ...]
    accounts: int
    config_hash: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class Override:
    """A person's correction of an account's tier, with reason and expiry."""

    account_id: str
    tier: str
    reason: str
    author: str
    created_at: datetime
    expires_on: date


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


class StateStore(Protocol):
    """Runs, fitted scorecard versions and overrides (design D7)."""

    def fitted_scorecard(self, name: str) -> Scorecard | None:
        """Return the newest fitted version of a scorecard, or None."""
        ...

    def scorecard_version(self, name: str, version: int) -> Scorecard:
        """Return one fitted version. Errors: NotFound."""
        ...

    def add_scorecard(self, card: Scorecard, definition_hash: str, at: datetime) -> Scorecard:
        """Store a fitted scorecard under the next version number and return it with it."""
        ...

    def definition_hash(self, name: str, version: int) -> str:
        """Return the hash of the definition that a version was fitted from."""
        ...

    def publish(self, run: RunRecord) -> None:
        """Make a run the current one, in one transaction."""
        ...

    def runs(self) -> tuple[RunRecord, ...]:
        """Return the published runs, newest first."""
        ...

    def set_override(self, override: Override) -> None:
        """Store an override; it replaces an earlier one of the account."""
        ...

    def end_override(self, account_id: str, at: datetime) -> bool:
        """End the account's override; say whether there was one."""
        ...

    def overrides(self, on: date) -> tuple[Override, ...]:
        """Return the overrides in force on a day, by account."""
        ...


class SnapshotStore(Protocol):
    """Immutable folders of Parquet, one per run (design D6)."""

    def stage(self, run_id: str) -> AbstractContextManager[Path]:
        """Give a folder to write to; it becomes the snapshot when the block ends without error."""
        ...

    def path(self, run_id: str) -> Path:
        """Return the folder of a snapshot. Errors: NotFound."""
        ...

    def read_manifest(self, run_id: str) -> Mapping[str, Any]:
        """Return the manifest of a snapshot."""
        ...


class Clock(Protocol):
    """The only way to learn the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def today(self, time_zone: str) -> date:
        """Return today's date in a time zone."""
        ...


class PictureRenderer(Protocol):
    """Turns a Vega-Lite specification into a picture; fails on a glyph that no font has."""

    def png(self, spec: Mapping[str, Any], scale: float = 2.0) -> bytes:
        """Return the picture as PNG bytes."""
        ...

    def svg(self, spec: Mapping[str, Any]) -> str:
        """Return the picture as SVG text."""
        ...


class TableWriter(Protocol):
    """Writes a table as a file for people: CSV, Parquet or xlsx by the file's ending."""

    def write(self, table: pa.Table, path: Path, *, sheet: str) -> None:
        """Write `table` to `path`; text that a spreadsheet would run as a formula is made inert."""
        ...


class Progress(Protocol):
    """Tells the user how far a long step is."""

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:
        """Begin a named step of `total` parts (unknown when None)."""
        ...

    def advance(self, parts: int = 1) -> None:
        """Count parts of the present step as done."""
        ...
