"""Synthetic canonical tables of any size, made by DuckDB from hashes: equal on every run."""

import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

AS_OF = "2026-10-31"

ACCOUNTS = """
SELECT printf('A%08d', i) AS account_id, printf('Account %d', i) AS name,
  (['Technology','Financial Services','Healthcare','Manufacturing','Retail','Education'])
    [1 + pick(i, 1, 6)] AS industry,
  (['Enterprise','Large','Mid-Market','Small Business'])[1 + pick(i, 2, 4)]
    AS account_size_segment,
  CAST(3 + pick(i, 3, 20000) AS BIGINT) AS number_of_employees,
  CAST(10000 + pick(i, 4, 900000000) AS DECIMAL(24, 6)) AS annual_revenue,
  'USD' AS currency, CAST(NULL AS VARCHAR) AS region, CAST(NULL AS VARCHAR) AS owner_id,
  CAST(NULL AS VARCHAR) AS csm_id, DATE '2026-10-31' - CAST(30 + pick(i, 5, 1500) AS INTEGER)
    AS created_at, CAST(NULL AS DATE) AS customer_since, CAST(NULL AS VARCHAR) AS lifecycle_stage,
  CAST(NULL AS VARCHAR) AS status, CAST(NULL AS DATE) AS churned_at,
  CAST(NULL AS VARCHAR) AS parent_account_id, CAST(NULL AS DOUBLE) AS csm_pulse,
  CAST(NULL AS BOOLEAN) AS is_test
FROM range({accounts}) t(i) ORDER BY account_id
"""
CONTACTS = """
SELECT printf('C%09d', i) AS contact_id, printf('A%08d', pick(i, 6, {accounts})) AS account_id,
  CAST(NULL AS VARCHAR) AS name,
  CASE WHEN pick(i, 7, 10) < 8 THEN printf('p%d@example.com', i) END AS email,
  CAST(NULL AS VARCHAR) AS title, (['User','Champion','Admin'])[1 + pick(i, 8, 3)] AS role,
  TRUE AS is_active,
  TIMESTAMP '2026-10-31' - to_days(CAST(pick(i, 9, 1000) AS INTEGER)) AS created_at
FROM range({accounts} * 2) t(i) ORDER BY contact_id
"""
# Squared draw: a few accounts do most, as in life.
ACTIVITIES = """
SELECT printf('T%010d', i) AS activity_id,
  printf('A%08d', CAST(floor({accounts} * pow((pick(i, 10, 1000000)) / 1000000.0, 2)) AS BIGINT))
    AS account_id, CAST(NULL AS VARCHAR) AS contact_id,
  (['Call','Email','Meeting','Webinar'])[1 + pick(i, 11, 4)] AS type,
  (['sales','marketing','success','support'])[1 + pick(i, 12, 4)] AS channel,
  TIMESTAMP '2026-10-31 18:00:00' - to_minutes(CAST(pick(i, 13, 525600) AS BIGINT))
    AS occurred_at, CAST(NULL AS VARCHAR) AS outcome
FROM range({activities}) t(i)
"""
OPPORTUNITIES = """
SELECT printf('O%09d', i) AS opportunity_id,
  printf('A%08d', pick(i, 14, {accounts})) AS account_id,
  CASE WHEN pick(i, 16, 3) = 0 THEN 'Open' WHEN pick(i, 16, 3) = 1 THEN 'Won' ELSE 'Lost' END
    AS stage,
  CAST(1000 + pick(i, 15, 500000) AS DECIMAL(24, 6)) AS amount, 'USD' AS currency,
  CAST(0.5 AS DOUBLE) AS probability,
  TIMESTAMP '2026-10-31' - to_days(CAST(60 + pick(i, 17, 700) AS INTEGER)) AS created_at,
  TIMESTAMP '2026-10-31' - to_days(CAST(pick(i, 17, 700) AS INTEGER)) + CASE WHEN pick(i, 16, 3)
    = 0 THEN to_days(400) ELSE to_days(0) END AS close_date,
  pick(i, 16, 3) = 1 AS is_won, pick(i, 16, 3) <> 0 AS is_closed, 'new' AS type
FROM range({accounts}) t(i) ORDER BY opportunity_id
"""
# One account view as CSV: 30 columns of text, numbers, dates and flags as exports write them.
WIDE = """
SELECT printf('A%08d', i) AS "Account ID", printf('Account %d', i) AS "Account Name",
  (['Technology','Healthcare','Manufacturing','Retail'])[1 + pick(i, 1, 4)] AS "Industry",
  3 + pick(i, 2, 20000) AS "Employees",
  printf('%d.%02d', 10000 + pick(i, 3, 90000000), pick(i, 4, 100)) AS "Annual Revenue",
  'USD' AS "Currency", (['EMEA','APAC','AMER'])[1 + pick(i, 5, 3)] AS "Region",
  printf('U%03d', pick(i, 6, 200)) AS "Owner ID",
  DATE '2026-10-31' - CAST(30 + pick(i, 7, 1500) AS INTEGER) AS "Created Date",
  pick(i, 8, 30) AS "Total Contacts", pick(i, 9, 60) AS "Total Activities (30d)",
  DATE '2026-10-31' - CAST(pick(i, 10, 200) AS INTEGER) AS "Last Activity Date",
  pick(i, 11, 900000) AS "Total Won Amount", pick(i, 12, 100) AS "NPS", {extra}
FROM range({accounts}) t(i)
"""
TABLES = {
    "accounts": ACCOUNTS,
    "contacts": CONTACTS,
    "activities": ACTIVITIES,
    "opportunities": OPPORTUNITIES,
}


PICK = "CREATE MACRO pick(i, salt, n) AS CAST(hash(i, salt) % n AS BIGINT)"


def make(folder: Path, accounts: int, activities: int) -> Path:
    """Write the canonical tables as Parquet into `folder` unless they are there; return it."""
    return write_tables(folder, TABLES, accounts=accounts, activities=activities)


def write_tables(folder: Path, selects: Mapping[str, str], **counts: int) -> Path:
    """Write a Parquet file for each select, filled with `counts`, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    base = duckdb.connect()
    base.execute(PICK)
    for table, select in selects.items():
        target = folder / f"{table}.parquet"
        if not target.exists():
            sql = select.format(**counts)
            part = target.with_suffix(".part")
            base.execute(f"COPY ({sql}) TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
            part.replace(target)
    base.close()
    return folder


def make_csv(folder: Path, accounts: int) -> Path:
    """Write one account view of 30 columns as CSV into `folder` unless it is there; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "accounts.csv"
    if not target.exists():
        base = duckdb.connect()
        base.execute(PICK)
        extra = ", ".join(f'pick(i, {n}, 100000) / 100 AS "Custom {n}"' for n in range(15, 31))
        part = target.with_suffix(".part")
        base.execute(f"COPY ({WIDE.format(accounts=accounts, extra=extra)}) TO '{part}' (HEADER)")
        part.replace(target)
        base.close()
    return folder


if __name__ == "__main__":
    # Two numbers make the tables, one makes a CSV of so many accounts.
    target, *counts = sys.argv[1:]
    (make if len(counts) > 1 else make_csv)(Path(target), *map(int, counts))
