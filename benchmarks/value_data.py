"""Tables as a run holds them when its value model begins: a portfolio, and dated purchases."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.data import AS_OF, TABLES, write_tables
from benchmarks.value_keepwell import MAPPED
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.measures import plan_measures
from keepwell.outlook import PORTFOLIO_TABLES
from keepwell.runs.outlook import OutlookSettings, build_outlook
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.runs.store_measures import store_measures
from keepwell.scoring import CardUse

# One account in twenty never buys; refunds, failed payments and unknown amounts occur.
TRANSACTIONS = """
SELECT printf('P%010d', i) AS transaction_id,
  printf('A%08d', CAST(floor({accounts} * 0.95 * pow(pick(i, 30, 1000000) / 1000000.0, 2))
    AS BIGINT)) AS account_id,
  TIMESTAMP '2026-10-31 18:00:00' - to_minutes(CAST(pick(i, 31, 1051200) AS BIGINT))
    AS occurred_at,
  CASE WHEN pick(i, 32, 5000) = 0 THEN NULL
    WHEN pick(i, 33, 50) = 0 THEN -CAST(pick(i, 34, 20000) AS DECIMAL(24, 6)) / 100
    ELSE CAST(500 + pick(i, 34, 1000000) AS DECIMAL(24, 6)) / 100 END::DECIMAL(24, 6) AS amount,
  'USD' AS currency,
  CASE WHEN pick(i, 33, 50) = 0 THEN 'refund' WHEN pick(i, 33, 50) = 1 THEN 'failed_payment'
    ELSE 'order' END AS kind
FROM range({transactions}) t(i)
"""


def make_value(folder: Path, accounts: int, transactions: int) -> Path:
    """Write the tables of a run and its transactions into `folder` unless they are there."""
    if all((folder / f"{table}.parquet").exists() for table in (*PORTFOLIO_TABLES, "transactions")):
        return folder
    selects = {"raw_accounts": TABLES["accounts"], "activities": TABLES["activities"]}
    selects["transactions"] = TRANSACTIONS
    counts = {"accounts": accounts, "activities": 2 * accounts, "transactions": transactions}
    _lead(write_tables(folder, selects, **counts))
    return folder


def _lead(folder: Path) -> None:
    """Lead accounts and activities through measures, scores and outlook, as a run does."""
    as_of = date.fromisoformat(AS_OF)
    spill = folder / "spill"
    spill.mkdir(exist_ok=True)
    with DuckDbEngine(
        memory_limit_mb=4096, threads=2, temp_directory=spill, allowed_directories=[folder]
    ) as engine:
        for table in ("activities", "transactions"):
            engine.read_parquet(table, folder / f"{table}.parquet")
        engine.read_parquet("raw", folder / "raw_accounts.parquet")
        engine.create_table("accounts", "SELECT * FROM raw ORDER BY account_id")
        store_measures(engine, plan_measures(MAPPED), as_of, None, None)
        use = CardUse(shipped_scorecard("classic"), None)
        at = datetime(2026, 11, 2, tzinfo=UTC)
        state = SqlStateStore("sqlite://")
        scored = score_portfolio(engine, [use], state, as_of=as_of, at=at)
        build_outlook(engine, [u.card for u in scored.uses], OutlookSettings(), as_of)
        for table in PORTFOLIO_TABLES:
            engine.write_table(table, folder / f"{table}.parquet", key="account_id")


if __name__ == "__main__":
    make_value(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
