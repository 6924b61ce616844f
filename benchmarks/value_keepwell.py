"""Contender: keepwell's own path from the tables of a run to the value tables.

`--statistics` adds what is not SQL: ratios with bootstrap intervals, correlations, the verdict.
"""

import argparse
from datetime import date
from pathlib import Path

from benchmarks.compare import KEY, VALUE_TABLES
from benchmarks.data import AS_OF
from benchmarks.mapped import MAPPED as DEALS
from benchmarks.plain import opened_state, without_pandas
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.outlook import PORTFOLIO_TABLES, portfolio_select
from keepwell.runs.value import ValueInputs, build_value, build_value_tables
from keepwell.value import ValueSettings

PURCHASES = frozenset(
    f"transactions.{c}"
    for c in ("transaction_id", "account_id", "occurred_at", "amount", "currency", "kind")
)
# Without channels engagement rests on R, F and M, as in a shop that keeps orders alone.
MAPPED = PURCHASES | {
    c for c in DEALS if c.startswith(("accounts.", "activities.")) and c != "activities.channel"
}


def open_run(engine: DuckDbEngine, folder: Path) -> None:
    """Make the tables and the view `portfolio` readable, as a run has them."""
    for table in (*PORTFOLIO_TABLES, "transactions"):
        engine.read_parquet(table, folder / f"{table}.parquet")
    for table in ("opportunities", "subscriptions", "tickets"):
        engine.create_table(table, "SELECT CAST(NULL AS BOOLEAN) AS is_won WHERE FALSE")
    columns = {name: tuple(engine.columns(name)) for name in PORTFOLIO_TABLES}
    engine.create_view("portfolio", portfolio_select(columns))


def main() -> None:
    """Read the tables in a folder and write the value tables to another."""
    without_pandas()
    words = argparse.ArgumentParser(prog="value_keepwell")
    words.add_argument("folder", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("memory_mb", type=int)
    words.add_argument("--statistics", action="store_true")
    given = words.parse_args()
    spill = given.out / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    build = build_value if given.statistics else build_value_tables
    inputs = ValueInputs(
        settings=ValueSettings(),
        segments=shipped_segment_map(),
        mapped=MAPPED,
        direct=frozenset(),
        as_of=date.fromisoformat(AS_OF),
    )
    with DuckDbEngine(
        memory_limit_mb=given.memory_mb,
        threads=2,
        temp_directory=spill,
        allowed_directories=(given.folder, given.out),
    ) as engine:
        open_run(engine, given.folder)
        build(engine, inputs, opened_state(given.out))
        for table, keys in VALUE_TABLES.items():
            key = "account_id" if keys == KEY else None
            engine.write_table(table, given.out / f"{table}.parquet", key=key)


if __name__ == "__main__":
    main()
