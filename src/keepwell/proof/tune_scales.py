"""Scales and tier lines from evidence: other curves of the same direction, lines moved a little."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from keepwell.proof.frame import Flags, Floats
from keepwell.proof.model.curves import fit_platt
from keepwell.proof.tune_shares import MeasureRows, shares_of
from keepwell.scoring import QUANTILE_SHARES, Statistic, fit, is_fitted
from keepwell.vocabulary import (
    Dimension,
    MinMaxScale,
    PercentileScale,
    Scale,
    Scorecard,
    ScorecardMeasure,
    TierCut,
)

# A curve is changed only where it tells so many units of log-likelihood per account more.
LEAST_GAIN = 3.0
CUT_MOVE = 10
LEAST_TIER_WIDTH = 10
LEAST_ROWS = 30


def fitted_on(card: Scorecard, rows: MeasureRows) -> Scorecard:
    """Return the card with its open bounds learned from some rows."""
    return fit(card, [_statistic(n, c) for n, c in rows.numbers.items()], "")


def better_scales(card: Scorecard, rows: MeasureRows, left: Flags, accounts: int) -> Scorecard:
    """Return the card with other curves where they tell clearly more of who left.

    Only min-max and percentile scales with open bounds change, and never their direction.
    """
    dimensions = tuple(
        d.model_copy(
            update={"measures": tuple(_better(m, rows, left, accounts) for m in d.measures)}
        )
        for d in card.dimensions
    )
    return card.model_copy(update={"dimensions": dimensions})


def better_cuts(card: Scorecard, score: Floats, left: Flags) -> Scorecard:
    """Return the card with its tier lines moved by at most 10 points.

    The lowest line goes where it parts who left from who stayed best (largest difference of
    shares below it); the highest to the first score above which half the usual rate leaves.
    """
    known = ~np.isnan(score)
    score, left = score[known], left[known]
    cuts = [t.min for t in card.tiers]
    if len(cuts) < 2 or not left.any() or left.all():
        return card
    cuts[-2] = _lowest(score, left, cuts[-2])
    if len(cuts) > 2:
        cuts[0] = _highest(score, left, cuts[0])
    if any(above - below < LEAST_TIER_WIDTH for above, below in pairwise(cuts)):
        return card
    tiers = tuple(TierCut(tier=t.tier, min=c) for t, c in zip(card.tiers, cuts, strict=True))
    return card.model_copy(update={"tiers": tiers})


def _better(m: ScorecardMeasure, rows: MeasureRows, left: Flags, accounts: int) -> ScorecardMeasure:
    if not isinstance(m.scale, MinMaxScale | PercentileScale) or is_fitted(m.scale):
        return m
    if m.measure not in rows.numbers:
        return m
    direction = m.scale.direction
    others: list[Scale] = [
        MinMaxScale(kind="minmax", direction=direction),
        MinMaxScale(kind="sqrt_minmax", direction=direction),
        MinMaxScale(kind="log_minmax", direction=direction),
        PercentileScale(direction=direction),
    ]
    tried = [m, *(m.model_copy(update={"scale": s}) for s in others if s != m.scale)]
    told = [_likelihood(t, rows, left, accounts) for t in tried]
    best = int(np.argmax(told))
    return tried[best] if told[best] - told[0] >= LEAST_GAIN else m


def _likelihood(m: ScorecardMeasure, rows: MeasureRows, left: Flags, accounts: int) -> float:
    """Return how well one measure alone tells who left, as if each account were one row."""
    alone = Scorecard(
        scorecard="one", dimensions=(Dimension(dimension="d", weight=1, measures=(m,)),)
    )
    (fitted,) = fitted_on(alone, rows).measures
    shares = np.nan_to_num(shares_of(fitted, rows), nan=0.5)
    odds = -4.0 * (shares - 0.5)
    prob = fit_platt(odds, left).churn_prob(odds)
    each = np.where(left, np.log(np.maximum(prob, 1e-12)), np.log(np.maximum(1 - prob, 1e-12)))
    return float(each.mean()) * accounts


def _statistic(name: str, values: Floats) -> Statistic:
    known = values[~np.isnan(values)]
    if not len(known):
        return Statistic(name)
    ranks = np.quantile(known, QUANTILE_SHARES, method="inverted_cdf")
    return Statistic(name, float(known.min()), float(known.max()), tuple(map(float, ranks)))


def _candidates(now: float) -> Sequence[float]:
    return [float(c) for c in np.arange(now - CUT_MOVE, now + CUT_MOVE + 1) if 1 <= c <= 99]


def _lowest(score: Floats, left: Flags, now: float) -> float:
    def parted(cut: float) -> float:
        below = score < cut
        return float(below[left].mean() - below[~left].mean())

    return max(_candidates(now), key=lambda c: (round(parted(c), 9), -abs(c - now)))


def _highest(score: Floats, left: Flags, now: float) -> float:
    half = float(left.mean()) / 2
    for cut in _candidates(now):
        above = score >= cut
        if above.sum() >= LEAST_ROWS and left[above].mean() <= half:
            return cut
    return now
