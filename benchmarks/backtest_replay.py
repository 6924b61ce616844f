"""Contender: keepwell's back-test of 24 ends of month, from canonical Parquet to stored frames."""

import argparse
import json
import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.data import AS_OF
from benchmarks.mapped import MAPPED
from benchmarks.plain import opened_state, without_pandas
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.progress import NoProgress
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.trigger_library import load_triggers
from keepwell.config import Config
from keepwell.runs.backtest import BacktestInputs
from keepwell.runs.backtest_run import run_backtest
from keepwell.runs.importing_record import Imported
from keepwell.scoring import CardUse

ORIGINS, HORIZON_DAYS = 24, 90


def replay(folder: Path, out: Path, memory_mb: int, *, keeps_folds: bool) -> dict[str, object]:
    """Replay the company in `folder`; without `keeps_folds` nothing was folded before."""
    if not keeps_folds:
        shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(out / "backtests", ignore_errors=True)
    (out / "spill").mkdir(parents=True, exist_ok=True)
    last = date.fromisoformat(AS_OF)
    imported = Imported(
        folder,
        "benchmark",
        MAPPED | {"accounts.churned_at"},
        (),
        (),
        {},
        {},
        {},
        "USD",
        last,
        months=json.loads((folder / "months.json").read_text()),
    )
    config = Config.model_validate(
        {
            "project": "benchmark",
            "source": {"kind": "folder", "path": "."},
            "tables": {},
            "scorecards": [{"scorecard": "robust"}],
        }
    )
    use = CardUse(shipped_scorecard("robust"), None)
    triggers = load_triggers(folder / "triggers")
    inputs = BacktestInputs(config, (use,), imported, last, (HORIZON_DAYS,), ORIGINS, triggers)
    with DuckDbEngine(
        memory_limit_mb=memory_mb,
        threads=2,
        temp_directory=out / "spill",
        allowed_directories=(folder, out),
    ) as engine:
        done = run_backtest(
            inputs,
            engine,
            opened_state(out),
            SnapshotFolders(out / "backtests"),
            NoProgress(),
            at=datetime(2026, 11, 2, tzinfo=UTC),
            folds=out / "folds",
        )
    (count,) = done.counts
    return {"origins": count.origins, "rows": count.rows, "outcomes": count.outcomes}


def main() -> None:
    """Read the words, replay, and say what came of it."""
    without_pandas()
    words = argparse.ArgumentParser(prog="backtest_replay")
    words.add_argument("folder", type=Path)
    words.add_argument("out", type=Path)
    words.add_argument("memory_mb", type=int)
    words.add_argument("--keeps-folds", action="store_true")
    given = words.parse_args()
    found = replay(given.folder, given.out, given.memory_mb, keeps_folds=given.keeps_folds)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
