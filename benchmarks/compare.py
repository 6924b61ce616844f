"""Holds the contenders to one another: every number they wrote must be the same.

Whole tables are compared: the same columns, and in them the same values.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

KEY = ("account_id",)
TABLES = dict.fromkeys(("measures", "scores", "contributions"), KEY)
VALUE_TABLES = dict.fromkeys(("value", "struggle", "candidates"), KEY) | {
    "value_cells": ("segment", "value_group"),
    "value_lifecycle": ("lifecycle", "model"),
}
# Micro-points, weights and texts are exact; a DOUBLE may differ in its last digits.
RELATIVE = 1e-12
# Sums and means over accounts follow the order of rows.
SUMMED = 1e-9
EXACT = ("BIGINT", "INTEGER", "VARCHAR", "BOOLEAN")


class UnequalError(AssertionError):
    """Two contenders wrote different numbers."""


def compare(ours: Path, theirs: Path, tables: Mapping[str, tuple[str, ...]] = TABLES) -> int:
    """Return how many columns were compared. Errors: UnequalError naming the columns.

    `tables`: their names with their keys.
    """
    base = duckdb.connect()
    compared = sum(_compare_table(base, n, key, ours, theirs) for n, key in tables.items())
    base.close()
    return compared


def _compare_table(
    base: duckdb.DuckDBPyConnection,
    name: str,
    key: tuple[str, ...],
    ours: Path,
    theirs: Path,
) -> int:
    near = RELATIVE if key == KEY else SUMMED
    a, b = f"'{ours / name}.parquet'", f"'{theirs / name}.parquet'"
    kinds = {c: str(t) for c, t, *_ in base.execute(f"DESCRIBE FROM {a}").fetchall()}
    wanted = [str(c) for c, *_ in base.execute(f"DESCRIBE FROM {b}").fetchall()]
    if set(kinds) != set(wanted):
        raise UnequalError(f"{name}: {set(kinds) ^ set(wanted)} stand in one of {ours}, {theirs}")
    rows = [base.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in (a, b)]
    columns = [c for c in wanted if c not in key]
    parts = ", ".join(f"count(*) FILTER ({_differs(c, kinds[c], near)})" for c in columns)
    found = base.execute(
        f"SELECT count(*), {parts} FROM {a} AS a JOIN {b} AS b USING ({', '.join(key)})"
    ).fetchall()[0]
    if len({*rows, found[0]}) != 1:
        raise UnequalError(f"{name}: {rows} rows, {found[0]} in both")
    wrong = {c: n for c, n in zip(columns, found[1:], strict=True) if n}
    if wrong:
        raise UnequalError(f"{name}: {ours} and {theirs} differ, rows by column: {wrong}")
    return len(columns)


def _differs(column: str, kind: str, share: float) -> str:
    if kind.startswith(EXACT):
        return f'a."{column}" IS DISTINCT FROM b."{column}"'
    a, b = f'a."{column}"', f'CAST(b."{column}" AS DOUBLE)'
    near = f"abs({a} - {b}) <= {share} * greatest(abs({a}), abs({b}))"
    return f"NOT coalesce({near}, {a} IS NULL AND {b} IS NULL)"


if __name__ == "__main__":
    compared_tables = VALUE_TABLES if sys.argv[3:] == ["value"] else TABLES
    sys.stdout.write(f"{compare(Path(sys.argv[1]), Path(sys.argv[2]), compared_tables)}\n")
