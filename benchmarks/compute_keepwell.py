"""Contender: keepwell's own path from canonical Parquet to measures, scores and contributions.

With a folder of kept folds it is a daily run: months that are kept there are not read again.
"""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.data import AS_OF, TABLES
from benchmarks.mapped import MAPPED
from benchmarks.plain import opened_state, without_pandas
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import MeasurePlan, plan_measures, sources_select
from keepwell.ports import Engine
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_measures import keep_measures
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.runs.store_measures import store_measures
from keepwell.scoring import CardUse


def compute(folder: Path, out: Path, memory_mb: int, as_of: date, folds: Path | None) -> None:
    """Read the tables in `folder` and write measures, scores and contributions to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    spill = out / "spill"
    spill.mkdir(exist_ok=True)
    kept = None
    if folds:
        months = json.loads((folder / "months.json").read_text(encoding="utf-8"))
        kept = KeptFolds(folds, months, folder)
    with DuckDbEngine(
        memory_limit_mb=memory_mb,
        threads=2,
        temp_directory=spill,
        allowed_directories=(folder, out, *([folds] if folds else ())),
    ) as engine:
        plan = computed(engine, folder, out, as_of, kept)
    if kept:
        keep_measures(kept, out / "measures.parquet", plan, as_of)


def computed(
    engine: Engine, folder: Path, out: Path, as_of: date, kept: KeptFolds | None = None
) -> MeasurePlan:
    """Lead the tables in `folder` through an engine into those of `out`; return the plan."""
    state = opened_state(out)
    for table in TABLES:
        engine.read_parquet(table, folder / f"{table}.parquet")
    plan = plan_measures(MAPPED)
    store_measures(engine, plan, as_of, None, kept)
    engine.rows(sources_select(plan))
    use = CardUse(shipped_scorecard("classic"), None)
    score_portfolio(engine, [use], state, as_of=as_of, at=datetime(2026, 11, 2, tzinfo=UTC))
    for table in ("measures", "scores", "contributions"):
        engine.write_table(table, out / f"{table}.parquet", key="account_id")
    return plan


def main() -> None:
    """Read the words and compute."""
    without_pandas()
    words = argparse.ArgumentParser(prog="compute_keepwell")
    words.add_argument("folder", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("memory_mb", type=int)
    words.add_argument("--as-of", type=date.fromisoformat, default=date.fromisoformat(AS_OF))
    words.add_argument("--folds", type=Path)
    given = words.parse_args()
    compute(given.folder, given.out, given.memory_mb, given.as_of, given.folds)


if __name__ == "__main__":
    main()
