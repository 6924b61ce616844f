"""The day after: one day of new activities, as an import leaves them, by month and fingerprinted.

Yesterday's tables lie in `yesterday`, today's in `today`; both are sorted by month.
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.data import AS_OF, PICK, TABLES

YESTERDAY = date.fromisoformat(AS_OF)
TODAY = YESTERDAY + timedelta(days=1)
NEW = """
SELECT printf('N%010d', i) AS activity_id,
  printf('A%08d', CAST(floor({accounts} * pow(pick(i, 20, 1000000) / 1000000.0, 2)) AS BIGINT))
    AS account_id, CAST(NULL AS VARCHAR) AS contact_id, 'Call' AS type,
  (['sales','marketing','success','support'])[1 + pick(i, 21, 4)] AS channel,
  TIMESTAMP '{day}' + to_minutes(CAST(pick(i, 22, 1080) AS BIGINT)) AS occurred_at,
  CAST(NULL AS VARCHAR) AS outcome
FROM range({rows}) t(i)
"""
# As keepwell.runs.importing_months has an import do it, with the same hash over the same cells.
PRINTS = """
SELECT strftime(date_trunc('month', occurred_at), '%Y-%m'), count(*),
  sum(CAST(hash(account_id, occurred_at, channel) AS HUGEINT))
FROM '{file}' GROUP BY 1 ORDER BY 1
"""
SORTED = "ORDER BY date_trunc('month', occurred_at), activity_id"


def make_days(folder: Path, accounts: int, activities: int) -> tuple[Path, Path]:
    """Return the folders of two days, made from the tables in `folder` unless they are there."""
    days = folder / "yesterday", folder / "today"
    new = NEW.format(accounts=accounts, day=TODAY, rows=activities // 365)
    old = f"SELECT * FROM '{folder}/activities.parquet'"
    base = duckdb.connect(config={"temp_directory": str(folder / "spill"), "memory_limit": "4GB"})
    base.execute(PICK)
    for day, rows in zip(days, (old, f"{old} UNION ALL ({new})"), strict=True):
        if (day / "months.json").exists():
            continue
        day.mkdir(exist_ok=True)
        for table in TABLES:
            if table != "activities" and not (day / f"{table}.parquet").exists():
                (day / f"{table}.parquet").hardlink_to(folder / f"{table}.parquet")
        file = day / "activities.parquet"
        copied = f"COPY (SELECT * FROM ({rows}) {SORTED}) TO '{file}'"
        base.execute(f"{copied} (FORMAT parquet, COMPRESSION zstd)")
        prints = base.execute(PRINTS.format(file=file)).fetchall()
        months = {m: f"{n}-{total:x}" for m, n, total in prints}
        (day / "months.json").write_text(json.dumps({"activities": months}), encoding="utf-8")
    base.close()
    return days


if __name__ == "__main__":
    make_days(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
