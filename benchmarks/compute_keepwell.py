"""Contender: keepwell's own path from canonical Parquet to measures, scores and contributions."""

import sys
from datetime import date
from pathlib import Path

from benchmarks.data import AS_OF, TABLES
from benchmarks.mapped import MAPPED
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.measures import plan_measures, sources_select
from keepwell.runs.portfolio import store_measures
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.scoring import CardUse


def main(folder: Path, out: Path, memory_mb: int) -> None:
    """Read the tables in `folder` and write measures, scores and contributions to `out`."""
    from datetime import UTC, datetime

    out.mkdir(parents=True, exist_ok=True)
    spill = out / "spill"
    spill.mkdir(exist_ok=True)
    state = SqlStateStore("sqlite://")
    with DuckDbEngine(
        memory_limit_mb=memory_mb,
        threads=2,
        temp_directory=spill,
        allowed_directories=(folder, out),
    ) as engine:
        for table in TABLES:
            engine.read_parquet(table, folder / f"{table}.parquet")
        plan = plan_measures(MAPPED)
        store_measures(engine, plan, date.fromisoformat(AS_OF))
        engine.rows(sources_select(plan))
        score_portfolio(
            engine,
            [CardUse(shipped_scorecard("classic"), None)],
            state,
            as_of=date.fromisoformat(AS_OF),
            at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        for table in ("measures", "scores", "contributions"):
            engine.write_table(table, out / f"{table}.parquet", key="account_id")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
