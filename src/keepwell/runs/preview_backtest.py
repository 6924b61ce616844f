"""What a kept back-test says of an edited scorecard against the one that was replayed."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof import Estimate, auc, auc_difference, clustered, numbered
from keepwell.proof.tune_scales import fitted_on
from keepwell.proof.tune_shares import MeasureRows, points_of, shares_of
from keepwell.runs.churn_sample import PastRows
from keepwell.runs.tune import known_part
from keepwell.vocabulary import Scorecard


@dataclass(frozen=True, slots=True)
class BacktestDifference:
    """How an edited card ranks past rows, bounds fitted anew on every past day.

    gain: AUC after minus before, on the same rows.
    """

    scorecard: str
    backtest_id: str
    horizon_days: int
    before: Estimate
    after: Estimate
    gain: Estimate


def backtest_difference(
    card: Scorecard, rows: PastRows, backtest_id: str
) -> BacktestDifference | None:
    """Return the difference; None where none of the card's measures was known on past days."""
    part = known_part(card, {*rows.features.numbers, *rows.features.categories})
    if part is None:
        return None
    measures = MeasureRows(rows.features.numbers, rows.features.categories, rows.never)
    score = np.full(len(rows.left), np.nan)
    for day in np.unique(rows.origin):
        here = rows.origin == day
        of_day = measures.rows(here)
        fitted = fitted_on(part, of_day)
        score[here] = points_of(fitted, {m.measure: shares_of(m, of_day) for m in fitted.measures})
    sample = numbered(rows.left, rows.origin, rows.cluster)
    before, after = auc(sample, rows.score), auc(sample, score)
    return BacktestDifference(
        card.scorecard,
        backtest_id,
        rows.horizon_days,
        clustered(before, sample, "delong"),
        clustered(after, sample, "delong"),
        auc_difference(sample, after, before),
    )
