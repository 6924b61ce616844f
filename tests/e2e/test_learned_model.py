"""`churn fit` keeps a model and what it said of rows it had not seen; `proof --model` judges it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from e2e.company import AS_OF, copy_of, done, refused
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.proof import EvaluationFrame
from keepwell.runs.backtest import Backtest
from keepwell.runs.backtest_store import write_frames
from proof.worlds import World, frame_of

CARD = "account_health_robust"


def measures_of(frame: EvaluationFrame, day: np.datetime64) -> pa.Table:
    """Return days of silence that tell of the score."""
    here = frame.origin == day
    silence = 100.0 - np.nan_to_num(frame.score[here], nan=50.0)
    never = np.zeros(len(silence), dtype=np.bool_)
    columns = (frame.account[here], silence, never)
    names = ("account_id", "days_since_last_activity", "days_since_last_activity__never")
    return pa.table([pa.array(c) for c in columns], names=list(names))


def keep_backtest(project: Path) -> str:
    """Keep a back-test of an invented company in a project; return its id."""
    frame = frame_of(World(accounts=300, origins=10, monthly_rate=0.03), 4)
    imported = (project / ".keepwell" / "imports" / "LATEST").read_text("utf-8").strip()
    name = f"{AS_OF}-made"
    manifest: dict[str, Any] = {
        "backtest_id": name,
        "import_id": imported,
        "last_day": AS_OF,
        "outcomes": {"90": {"kind": "churn", "grace_days": 30}},
        "scorecards": [{"scorecard": CARD, "tiers": [{"tier": "low", "min": 0.0}]}],
        "left_out": {},
        "features": ["days_since_last_activity"],
        "findings": [],
    }
    with SnapshotFolders(project / ".keepwell" / "backtests").stage(name) as folder:
        write_frames(cast("Backtest", SimpleNamespace(frames={(CARD, 90): frame})), folder)
        (folder / "measures").mkdir()
        for day in np.unique(frame.origin):
            pq.write_table(measures_of(frame, day), folder / "measures" / f"{day}.parquet")
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return name


def test_a_fitted_model_is_kept_with_what_it_said_and_gets_a_report_card(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "acme")
    name = keep_backtest(project)
    assert "churn fit" in refused("proof", "-C", project, "--model")["cure"]
    fit = done("churn", "fit", "-C", project)
    assert fit["published"]["backtest_id"] == name
    assert done("churn", "show", "-C", project)["published"] == fit["published"]
    (card, *_) = done("proof", "-C", project, "--model", "--format", "md")["cards"]
    assert card["card"]["scorecard"] == "churn_scorecard"
    assert card["card"]["auc"] == pytest.approx(fit["published"]["auc"])
    written = project / "reports" / "proof" / name / "churn_scorecard-90" / "proof.en.md"
    assert "The probability is the model's own" in written.read_text("utf-8")
    assert done("churn", "drop", "-C", project)["dropped"]
