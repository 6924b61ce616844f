"""The churn scorecard in SQL gives the whole numbers of the scorecard in memory."""

import numpy as np
import pyarrow as pa

from keepwell.proof.model import (
    AdditiveModel,
    CategoryBins,
    FeaturePoints,
    FeatureTable,
    NumberBins,
    PairBins,
    PublishedChurn,
    churn_select,
    shape_of,
)
from keepwell.proof.model.published import PointsTable
from outlook.scored import open_engine

USAGE = NumberBins("usage", (2.5, 10.0), "falls")
PLAN = CategoryBins("plan", ("o'clock", "pro"))
MODEL = AdditiveModel(
    -1_234_567,
    (
        FeaturePoints(USAGE, (900_000, 100_000, -700_000, 55)),
        FeaturePoints(PLAN, (10, -20, 300, 4_000_000)),
        FeaturePoints(PairBins(USAGE, PLAN), tuple(range(-8, 8))),
    ),
)


def test_sql_and_memory_give_the_same_log_odds_to_the_last_digit() -> None:
    usage = np.array([0.0, 2.5, 9.99, 10.0, np.nan, 1e9, np.nan])
    plan = np.array(["pro", "o'clock", "", "new", "", "pro", "pro"])
    table = FeatureTable({"usage": usage}, {"plan": plan})
    rows = pa.table(
        {
            "account_id": [f"a{i}" for i in range(7)],
            "usage": pa.array(usage, from_pandas=True),
            "plan": pa.array([p or None for p in plan]),
        }
    )
    with open_engine() as engine:
        engine.read_arrow("measures", rows)
        found = engine.rows(f"SELECT * FROM ({churn_select(MODEL)}) f ORDER BY account_id")
    assert [int(r[1]) for r in found] == MODEL.log_odds_micro(table).tolist()
    np.testing.assert_allclose([r[2] for r in found], MODEL.churn_prob(table), atol=1e-15)


def test_a_stored_scorecard_reads_back_as_it_was() -> None:
    stored = PublishedChurn(
        fitted_on="2026-09-30",
        backtest_id="b",
        horizon_days=90,
        base_micro=MODEL.base_micro,
        features=tuple(
            PointsTable(shape=shape_of(f.bins), micro=f.micro, reference=(1,) * len(f.micro))
            for f in MODEL.features
        ),
        doubts=(),
        auc=0.8,
        ece=0.01,
        predicted=0.1,
        observed=0.1,
    )
    again = PublishedChurn.model_validate_json(stored.model_dump_json())
    assert again.model() == MODEL
    assert again.is_validated
