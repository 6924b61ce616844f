"""How the fitted model ranked rows that it had not seen; the report card shows it beside."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.proof import Days, EvaluationFrame, Floats, Texts
from keepwell.proof.model import Validation


def model_file(folder: Path, backtest_id: str, horizon_days: int) -> Path:
    """Return where the predictions over a back-test's rows are kept."""
    return folder / "model" / f"{backtest_id}-{horizon_days}.parquet"


def keep_predictions(file: Path, account: Texts, origin: Days, tried: Validation) -> None:
    """Keep the probabilities of whichever model ranked better on rows it had not seen.

    `account`, `origin`: of the rows it was tried on, by day and account.
    """
    best = max((tried.scorecard, tried.challenger), key=lambda j: j.auc.value)
    table = pa.table(
        {
            "account_id": pa.array(account, pa.string()).dictionary_encode(),
            "origin": pa.array(origin.astype("datetime64[D]")),
            "prob": pa.array(best.prob, from_pandas=True),
        }
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(file)


def predictions_beside(frame: EvaluationFrame, file: Path) -> Floats | None:
    """Return how the model ranks the rows of a frame, higher = healthier, NaN where it was not
    tried; None where no model was fitted on this back-test.
    """
    if not file.is_file():
        return None
    read = pq.read_table(file)
    days = np.asarray(read.column("origin").to_numpy(), "datetime64[D]")
    who = np.array(read.column("account_id").to_pylist(), np.str_)
    prob = np.asarray(read.column("prob").to_numpy(zero_copy_only=False), np.float64)
    found = np.full(len(frame), np.nan)
    for day in np.unique(frame.origin):
        rows, held = np.flatnonzero(frame.origin == day), days == day
        names, values = who[held], prob[held]
        if not len(names):
            continue
        at = np.minimum(np.searchsorted(names, frame.account[rows]), len(names) - 1)
        is_mine = names[at] == frame.account[rows]
        found[rows[is_mine]] = 1.0 - values[at[is_mine]]
    return None if np.isnan(found).all() else found
