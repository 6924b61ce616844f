"""How fitted models ranked rows that they had not seen; the report card shows them beside."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.proof import Days, EvaluationFrame, Floats, Texts
from keepwell.proof.model import SurvivalTrial, Validation

# The names of models in report cards, in the order in which they are shown.
CHURN, CONTRACTS, TREES = "churn_scorecard", "contract_steps", "boosted_trees"


def model_file(folder: Path, backtest_id: str, horizon_days: int) -> Path:
    """Return where the predictions over a back-test's rows are kept."""
    return folder / "model" / f"{backtest_id}-{horizon_days}.parquet"


def keep_predictions(
    file: Path,
    account: Texts,
    origin: Days,
    tried: Validation,
    contracts: SurvivalTrial | None = None,
) -> None:
    """Keep the probabilities of every model on rows that it had not seen.

    `account`, `origin`: of the rows it was tried on, by day and account.
    """
    prob = {CHURN: tried.scorecard.prob}
    if contracts is not None:
        prob[CONTRACTS] = contracts.own.scorecard.prob
    prob[TREES] = tried.challenger.prob
    table = pa.table(
        {
            "account_id": pa.array(account, pa.string()).dictionary_encode(),
            "origin": pa.array(origin.astype("datetime64[D]")),
            **{name: pa.array(p, from_pandas=True) for name, p in prob.items()},
        }
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    partial.replace(file)


def predictions_beside(frame: EvaluationFrame, file: Path) -> Mapping[str, Floats]:
    """Return each model's probability for the rows of a frame, NaN where it was not tried.

    Missing: none where no model was fitted on this back-test, or was before models had names.
    """
    if not file.is_file():
        return {}
    read = pq.read_table(file)
    models = [n for n in (CHURN, CONTRACTS, TREES) if n in read.column_names]
    days = np.asarray(read.column("origin").to_numpy(), "datetime64[D]")
    who = np.array(read.column("account_id").to_pylist(), np.str_)
    prob = {
        n: np.asarray(read.column(n).to_numpy(zero_copy_only=False), np.float64) for n in models
    }
    found = {n: np.full(len(frame), np.nan) for n in models}
    for day in np.unique(frame.origin):
        rows, held = np.flatnonzero(frame.origin == day), days == day
        names = who[held]
        if not len(names):
            continue
        at = np.minimum(np.searchsorted(names, frame.account[rows]), len(names) - 1)
        is_mine = names[at] == frame.account[rows]
        for n in models:
            found[n][rows[is_mine]] = prob[n][held][at[is_mine]]
    return {n: p for n, p in found.items() if not np.isnan(p).all()}
