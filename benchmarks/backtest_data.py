"""A company with 29 months behind it, as an import leaves it, of which a third leaves again."""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.daily import PRINTS, SORTED
from benchmarks.data import ACCOUNTS, ACTIVITIES, CONTACTS, OPPORTUNITIES, write_tables

MONTHS_BACK = 29
_MINUTES = 60 * 24 * 30 * MONTHS_BACK
# Some have left, the others are still there.
_LEFT = (
    "CASE WHEN pick(i, 30, 3) = 0 "
    "THEN DATE '2026-10-31' - CAST(pick(i, 31, 900) AS INTEGER) END AS churned_at"
)
_STARTED = "DATE '2026-10-31' - CAST(930 + pick(i, 5, 1500) AS INTEGER)"
TABLES = {
    "accounts": ACCOUNTS.replace("CAST(NULL AS DATE) AS churned_at", _LEFT).replace(
        "DATE '2026-10-31' - CAST(30 + pick(i, 5, 1500) AS INTEGER)", _STARTED
    ),
    "contacts": CONTACTS,
    "activities": ACTIVITIES.replace("525600", str(_MINUTES)),
    "opportunities": OPPORTUNITIES,
}


def make(folder: Path, accounts: int, activities: int) -> Path:
    """Write the canonical tables and the prints of their months unless they are there."""
    if (folder / "months.json").exists():
        return folder
    write_tables(folder, TABLES, accounts=accounts, activities=activities)
    file, fresh = folder / "activities.parquet", folder / "activities.sorted"
    base = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "spill")})
    base.execute(
        f"COPY (SELECT * FROM '{file}' {SORTED}) TO '{fresh}' (FORMAT parquet, COMPRESSION zstd)"
    )
    fresh.replace(file)
    prints = base.execute(PRINTS.format(file=file)).fetchall()
    months = {month: f"{rows}-{total:x}" for month, rows, total in prints}
    (folder / "months.json").write_text(json.dumps({"activities": months}), encoding="utf-8")
    base.close()
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
