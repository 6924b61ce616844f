"""Holds the contenders to one another: every number they wrote must be the same.

A contender may leave out columns that are the same for all accounts; what it wrote must agree.
"""

import sys
from pathlib import Path

import duckdb

TABLES = ("measures", "scores", "contributions")
# Micro-points, weights and texts are exact; a DOUBLE may differ in its last digits.
RELATIVE = 1e-12
EXACT = ("BIGINT", "INTEGER", "VARCHAR", "BOOLEAN")


class UnequalError(AssertionError):
    """Two contenders wrote different numbers."""


def compare(ours: Path, theirs: Path) -> int:
    """Return how many columns were compared. Errors: UnequalError naming the columns."""
    base = duckdb.connect()
    compared = sum(_compare_table(base, name, ours, theirs) for name in TABLES)
    base.close()
    return compared


def _compare_table(base: duckdb.DuckDBPyConnection, name: str, ours: Path, theirs: Path) -> int:
    a, b = f"'{ours / name}.parquet'", f"'{theirs / name}.parquet'"
    kinds = {c: str(t) for c, t, *_ in base.execute(f"DESCRIBE FROM {a}").fetchall()}
    wanted = [str(c) for c, *_ in base.execute(f"DESCRIBE FROM {b}").fetchall()]
    missing = [c for c in wanted if c not in kinds]
    if missing:
        raise UnequalError(f"{name}: {ours} lacks {missing}")
    rows = [base.execute(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in (a, b)]
    columns = [c for c in wanted if c != "account_id"]
    parts = ", ".join(f"count(*) FILTER ({_differs(c, kinds[c])})" for c in columns)
    found = base.execute(
        f"SELECT count(*), {parts} FROM {a} AS a JOIN {b} AS b USING (account_id)"
    ).fetchall()[0]
    if len({*rows, found[0]}) != 1:
        raise UnequalError(f"{name}: {rows} rows, {found[0]} accounts in both")
    wrong = {c: n for c, n in zip(columns, found[1:], strict=True) if n}
    if wrong:
        raise UnequalError(f"{name}: {ours} and {theirs} differ, accounts by column: {wrong}")
    return len(columns)


def _differs(column: str, kind: str) -> str:
    if kind.startswith(EXACT):
        return f'a."{column}" IS DISTINCT FROM b."{column}"'
    a, b = f'a."{column}"', f'CAST(b."{column}" AS DOUBLE)'
    near = f"abs({a} - {b}) <= {RELATIVE} * greatest(abs({a}), abs({b}))"
    return f"NOT coalesce({near}, {a} IS NULL AND {b} IS NULL)"


if __name__ == "__main__":
    compare(Path(sys.argv[1]), Path(sys.argv[2]))
