"""A stored churn scorecard for tests: silence matters, nothing else."""

from datetime import date

from keepwell.proof.model import NumberBins, PointsTable, PublishedChurn, shape_of

BINS = NumberBins("days_since_last_activity", (30.0,), "rises")


def published(*doubts: str) -> PublishedChurn:
    """Return odds of 1 to 9 below 30 days of silence, 9 to 1 from there on, 1 to 1 unknown."""
    nine = 2_197_225
    points = PointsTable(shape=shape_of(BINS), micro=(-nine, nine, 0), reference=(50, 40, 10))
    return PublishedChurn(
        fitted_on=date(2026, 9, 30),
        backtest_id="2026-09-30-abcdef01",
        horizon_days=90,
        base_micro=0,
        features=(points,),
        doubts=doubts,
        auc=0.8,
        ece=0.01,
        predicted=0.1,
        observed=0.1,
    )
