"""The SQL engine, exported tables, pictures, progress and the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from keepwell.vocabulary import Lang


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """What a run used of the machine so far, in MiB; None where a server does not tell.

    `engine_mb`:  the most that the SQL engine held at once, of the `limit_mb` it was given.
    `spilled_mb`: what it wrote to disk for lack of memory, in all.
    `process_mb`: the most resident memory of this process.
    """

    limit_mb: int | None
    engine_mb: float | None
    spilled_mb: float | None
    process_mb: float


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

    def create_view(self, name: str, select: str) -> None:
        """Name the result of `select` without storing it, replacing what was there."""
        ...

    def drop(self, name: str) -> None:
        """Forget the table or view `name`; nothing happens when there is none."""
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

    def write_table(self, name: str, path: Path, *, key: str | None = None) -> None:
        """Write a table as one Parquet file, rows in the order of `key`, a unique column."""
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

    def distinct_days(self, day: str, *, table: str, column: str, last: date) -> str:
        """Return SQL of an aggregate over `table`: how many distinct dates `day` has (decision 49).

        `day`: SQL, NULL or the date of `column` in the same row, at the latest `last`.
        """
        ...

    def portions(self, table: str, key: str) -> list[str]:
        """Return conditions on a unique text column that part a table into portions, in its order.

        A join made portion by portion needs memory for one of them; ["TRUE"] where an engine
        needs no such help, or the table is small.
        """
        ...

    def used(self) -> ResourceUse:
        """Return the memory and the spill space that were used so far."""
        ...

    def close(self) -> None:
        """Free what the engine holds."""
        ...


class TableWriter(Protocol):
    """Writes a table as a file for people: CSV, Parquet or xlsx by the file's ending."""

    def write(self, table: pa.Table, path: Path, *, sheet: str) -> None:
        """Write `table` to `path`; text that a spreadsheet would run as a formula is made inert."""
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


class Progress(Protocol):
    """Tells the user how far a long step is."""

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:
        """Begin a named step of `total` parts (unknown when None)."""
        ...

    def expect(self, parts: int) -> None:
        """Say how many parts the present step has, once that is known."""
        ...

    def advance(self, parts: int = 1) -> None:
        """Count parts of the present step as done."""
        ...
