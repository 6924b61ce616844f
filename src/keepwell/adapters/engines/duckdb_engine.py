"""The embedded engine: DuckDB in bounded memory, shut off from all but the listed folders."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from keepwell.adapters.engines.day_bits import day_bits
from keepwell.adapters.engines.duckdb_meter import SpillMeter
from keepwell.adapters.engines.duckdb_problems import first_line, told_as_ours
from keepwell.adapters.process_memory import peak_process_mb
from keepwell.ports import ResourceUse
from keepwell.vocabulary import EMBEDDED_MB, NotFound, SourceRejected

_ROW_GROUP, _PORTION = 122_880, 500_000
_PARQUET = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"


class DuckDbEngine:
    """Fulfils `ports.Engine` on one in-memory DuckDB database.

    `temp_directory`:      where sorts and joins spill when `memory_limit_mb` is reached.
    `allowed_directories`: the only folders that SQL may read or write. After opening, external
                           access is off and the configuration locked (design D7).
    """

    dialect = "duckdb"

    def __init__(
        self,
        *,
        memory_limit_mb: int = EMBEDDED_MB,
        threads: int = 2,
        temp_directory: Path | None = None,
        allowed_directories: Sequence[Path] = (),
    ) -> None:
        self._limit_mb, self._meter = memory_limit_mb, SpillMeter()
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory_limit_mb}MB",
                "threads": threads,
                "temp_directory": str(temp_directory) if temp_directory else "",
                "preserve_insertion_order": True,
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        folders = ", ".join(_text(str(folder.resolve())) for folder in allowed_directories)
        self._connection.execute(f"SET allowed_directories = [{folders}]")
        self._connection.execute("SET profiling_coverage = 'ALL'")
        self._connection.execute("SET enable_profiling = 'no_output'")
        # DuckDB takes a program without a file for a person at a prompt, and draws bars.
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        """Return the engine, closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self.close()

    def run(self, sql: str) -> None:
        """Run one statement that returns nothing."""
        self._execute(sql)

    def create_table(self, name: str, select: str) -> None:
        """Store the result of `select` under `name`, replacing what was there."""
        with told_as_ours():
            try:
                self._connection.execute(f"CREATE OR REPLACE TABLE {_name(name)} AS {select}")
            except duckdb.CatalogException:
                # A view of that name, or a name in the select that nobody has: that fails again.
                self._replace_view(name, select)
            else:
                self._meter.read(self._connection)

    def _replace_view(self, name: str, select: str) -> None:
        made = f"_new_{name}"
        self._execute(f"CREATE OR REPLACE TABLE {_name(made)} AS {select}")
        self.drop(name)
        self._execute(f"ALTER TABLE {_name(made)} RENAME TO {_name(name)}")

    def create_view(self, name: str, select: str) -> None:
        """Name the result of `select` without storing it, replacing what was there."""
        self.drop(name)
        self._execute(f"CREATE VIEW {_name(name)} AS {select}")

    def drop(self, name: str) -> None:
        """Forget the table or view `name`; nothing happens when there is none."""
        try:
            # Asking the catalogue first would take fifteen times as long.
            self._connection.execute(f"DROP TABLE IF EXISTS {_name(name)}")
        except duckdb.CatalogException:
            self._execute(f"DROP VIEW IF EXISTS {_name(name)}")

    def read_parquet(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of them in the order of their names, table `name`."""
        if not path.exists():
            raise NotFound(f"No Parquet file at {path}.", cure="Run `keepwell check` first.")
        pattern = str(path.resolve() / "*.parquet") if path.is_dir() else str(path.resolve())
        self.drop(name)
        read = f"SELECT * FROM read_parquet({_text(pattern)})"  # noqa: S608
        try:
            self._connection.execute(f"CREATE VIEW {_name(name)} AS {read}")
        except (duckdb.InvalidInputException, duckdb.IOException) as problem:
            raise SourceRejected(
                f"{path} is not readable Parquet: {first_line(problem)}.",
                cure="Run `keepwell check` to write it again.",
            ) from problem

    def read_arrow(self, name: str, table: pa.Table) -> None:
        """Store an Arrow table as table `name`."""
        self._connection.register("_arrow", table)
        try:
            self.create_table(name, "SELECT * FROM _arrow")
        finally:
            self._connection.unregister("_arrow")

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result as one Parquet file, rows in the given order, same bytes every time."""
        self._execute(f"COPY ({select}) TO {_text(str(path.resolve()))} ({_PARQUET})")

    def write_table(self, name: str, path: Path, *, key: str | None = None) -> None:
        """Write a table as one Parquet file, rows in the order of `key`, a unique column."""
        is_sorted = key is None or self._is_ordered(name, key)
        order = "" if key is None or is_sorted else f" ORDER BY {_name(key)}"
        self.write_parquet(f"SELECT * FROM {_name(name)}{order}", path)  # noqa: S608

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        return list(self._execute(select).fetchall())

    def arrow(self, select: str) -> pa.Table:
        """Return the result as an Arrow table."""
        with told_as_ours():
            return self._connection.sql(select).to_arrow_table()

    def columns(self, name: str) -> dict[str, str]:
        """Return column names and SQL types of a table, in order; empty when it is missing."""
        try:
            asked = f"SELECT name, type FROM pragma_table_info({_text(_name(name))})"  # noqa: S608
            found = self._connection.execute(asked).fetchall()
        except duckdb.Error:
            # It is missing, or a view of what is gone; only the catalogue tells, and takes longer.
            found = self._execute(
                "SELECT column_name, data_type FROM information_schema.columns "  # noqa: S608
                f"WHERE table_name = {_text(name)} ORDER BY ordinal_position"
            ).fetchall()
        return {str(column): str(sql_type) for column, sql_type in found}

    def quantiles(self, table: str, column: str, shares: Sequence[float]) -> list[float | None]:
        """Return, for each share 0-1, the least value that at least that share does not exceed."""
        wrong = [s for s in shares if not 0 <= s <= 1]
        if wrong:
            raise ValueError(f"a quantile's share lies in 0..1, not {wrong}")
        if not shares:
            return []
        # A decimal literal: as DOUBLE, 0.55 of 100 rows would land one rank too high.
        parts = ", ".join(f"quantile_disc(v, {Decimal(repr(s)):f})" for s in shares)
        found = self._execute(
            f"SELECT {parts} FROM (SELECT CAST({_name(column)} AS DOUBLE) AS v "  # noqa: S608
            f"FROM {_name(table)} WHERE {_name(column)} IS NOT NULL)"
        ).fetchall()
        return list(found[0])

    def distinct_days(self, day: str, *, table: str, column: str, last: date) -> str:
        """Return SQL of an aggregate: how many distinct dates `day` has; bits where they serve."""
        found = self._execute(
            f"SELECT CAST(min({_name(column)}) AS DATE) FROM {_name(table)}"  # noqa: S608
        ).fetchall()
        first = found[0][0]
        return (first and day_bits(day, first, last)) or f"COUNT(DISTINCT {day})"

    def portions(self, table: str, key: str) -> list[str]:
        """Return conditions that part a table into portions of at least half a million rows."""
        column, portion = _name(key), _PORTION * max(1, self._limit_mb // EMBEDDED_MB)
        rows = int(self.rows(f"SELECT count(*) FROM {_name(table)}")[0][0])  # noqa: S608
        edges = {
            str(value)
            for start in range(portion, rows, portion)
            for (value,) in self.rows(
                f"SELECT {column} FROM {_name(table)} LIMIT 1 OFFSET {start}"  # noqa: S608
            )
        }
        # In the order of their bytes, which is DuckDB's; wherever they lie, no row is in two.
        cuts = [_text(edge) for edge in sorted(edges, key=str.encode)]
        least = [f"{column} >= {cut}" for cut in cuts]
        most = [f"{column} < {cut}" for cut in cuts]
        pairs = zip([None, *least], [*most, None], strict=True)
        return [" AND ".join(filter(None, pair)) or "TRUE" for pair in pairs]

    def used(self) -> ResourceUse:
        """Return the memory and the spill space that were used so far."""
        return ResourceUse(
            self._limit_mb, self._meter.peak_mb, self._meter.spilled_mb, peak_process_mb()
        )

    def close(self) -> None:
        """Free what the engine holds."""
        self._connection.close()

    def _is_ordered(self, name: str, key: str) -> bool:
        """Whether the stored rows already stand in the order of a unique column."""
        read = f"SELECT * FROM {_name(name)}"  # noqa: S608
        plan = self._execute(f"EXPLAIN (FORMAT json) {read}").fetchall()
        if not _is_plain_scan(json.loads(plan[0][1])):
            return False
        column = _name(key)
        found = self._execute(
            f"SELECT count(*) FROM (SELECT {column}, lag({column}) OVER () AS before "  # noqa: S608
            f"FROM {_name(name)}) WHERE NOT coalesce({column} > before, FALSE)"
        ).fetchall()
        # The first row has none before it.
        return int(found[0][0]) <= 1

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        with told_as_ours():
            done = self._connection.execute(sql)
        self._meter.read(self._connection)
        return done


def _is_plain_scan(plan: list[dict[str, Any]]) -> bool:
    """Whether a plan only reads a stored table: such rows always come in the stored order."""
    return len(plan) == 1 and (
        plan[0]["name"].strip() == "SEQ_SCAN"
        or (plan[0]["name"].strip() == "PROJECTION" and _is_plain_scan(plan[0]["children"]))
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
