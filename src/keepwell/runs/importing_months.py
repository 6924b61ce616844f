"""Event tables stand by month in the import, and every month has a fingerprint of its rows."""

from collections.abc import Mapping

from keepwell.ports import ImportWork

DATED_BY = "occurred_at"
# What folds of these tables read: a month with the same cells folds to the same counts.
FOLDED = {
    "activities": ("account_id", DATED_BY, "channel"),
    "usage": ("account_id", DATED_BY, "kind", "value"),
}


def month_order(table: str) -> tuple[str, ...]:
    """Return what a table's rows are sorted by before its key."""
    return (f"date_trunc('month', {DATED_BY})",) if table in FOLDED else ()


def month_prints(tables: Mapping[str, object], work: ImportWork) -> dict[str, dict[str, str]]:
    """Return, for each folded table, its months as "2026-10" with rows and sum of their hashes.

    The order of rows does not matter; a row that comes twice, goes or changes does.
    """
    prints: dict[str, dict[str, str]] = {}
    for table, columns in FOLDED.items():
        if table in tables:
            cells = ", ".join(columns)
            found = work.rows(
                f"SELECT strftime(date_trunc('month', {DATED_BY}), '%Y-%m') AS month, "
                f"count(*), sum(CAST(hash({cells}) AS HUGEINT)) "
                f"FROM accepted_{table} WHERE {DATED_BY} IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
            prints[table] = {str(m): f"{n}-{total:x}" for m, n, total in found}
    return prints
