"""Many accounts scored at once, column by column, equal to row.py to the micro-point.

Imported by its own name, so that commands that score in SQL do not load NumPy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from keepwell.scoring.fit import QUANTILE_SHARES, Statistic
from keepwell.scoring.row import coverage_floor, tier_cuts
from keepwell.scoring.scales import (
    NEUTRAL,
    clip_ends,
    is_constant,
    is_fitted,
    policy_share,
    scale_value,
    transformed_bounds,
)
from keepwell.scoring.stages import shared_measures, weight_rows
from keepwell.vocabulary import (
    UNKNOWN_TIER,
    IdentityScale,
    LinearScale,
    MapScale,
    MinMaxScale,
    PercentileScale,
    Scorecard,
    ScorecardMeasure,
    StepsScale,
)

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
NO_SCORE = -1


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """One measure of many accounts; a null number is NaN, a null category has code -1.

    `categories`: of a category measure, what its codes stand for.
    """

    numbers: Floats
    codes: Whole | None
    categories: tuple[str, ...]
    never: Flags


@dataclass(frozen=True, slots=True)
class Shares:
    """A measure's shares 0-1, NaN where left out, and which accounts count as known of it."""

    scaled: Floats
    is_counted: Flags


@dataclass(frozen=True, slots=True)
class ManyScores:
    """Scores of many accounts in micro-points, NO_SCORE when nothing is known, with their parts.

    `tier`: places in `tiers`, the last of which is unknown. `parts`: by measure.
    """

    score: Whole
    coverage: Whole
    tier: Whole
    tiers: tuple[str, ...]
    parts: Mapping[str, Whole]


def shares_of(measure: ScorecardMeasure, column: MeasureColumn) -> Shares:
    """Return the shares of a fitted measure, null policies applied."""
    scaled = _scaled(measure, column)
    is_null = np.isnan(column.numbers) if column.codes is None else column.codes < 0
    is_known = ~np.isnan(scaled)
    is_never = is_null & column.never
    unknown = _or_nan(policy_share(measure, measure.unknown))
    scaled = np.where(is_known, scaled, unknown)
    never = _or_nan(policy_share(measure, measure.never))
    return Shares(np.where(is_never, never, scaled), is_known | is_never)


def score_many(card: Scorecard, shares: Mapping[str, Shares]) -> ManyScores:
    """Return the scores under a fitted card; `shares` holds each of its measures."""
    design = card.micro_weights()
    size = len(shares[card.measures[0].measure].scaled)
    coverage, pattern = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for name, weight in design.items():
        coverage += np.where(shares[name].is_counted, weight, 0)
    for bit, name in enumerate(shared_measures(card)):
        pattern += np.where(np.isnan(shares[name].scaled), 2**bit, 0)
    patterns, place = np.unique(pattern, return_inverse=True)
    rows = weight_rows(card, patterns.tolist()).values()
    is_nothing = coverage == 0
    score, parts = np.zeros(size, np.int64), {}
    for name in design:
        weights = np.array([row[name] for row in rows], np.float64)
        exact = shares[name].scaled * weights[place]
        micro = np.where(np.isnan(exact) | is_nothing, 0.0, np.floor(exact + 0.5))
        parts[name] = micro.astype(np.int64)
        score += parts[name]
    score[is_nothing] = NO_SCORE
    tier, tiers = _tiers(card, score, coverage)
    return ManyScores(score, coverage, tier, tiers, parts)


def statistics_of(name: str, column: MeasureColumn) -> Statistic:
    """Return what fitting needs of one measure: the same discrete quantiles as an engine gives."""
    known = np.sort(column.numbers[~np.isnan(column.numbers)])
    if not len(known):
        return Statistic(name)
    last = len(QUANTILE_SHARES) - 1
    ranks = [max(1, -(-step * len(known) // last)) - 1 for step in range(last + 1)]
    quantiles = tuple(float(known[r]) for r in ranks)
    return Statistic(name, float(known[0]), float(known[-1]), quantiles)


def _tiers(card: Scorecard, score: Whole, coverage: Whole) -> tuple[Whole, tuple[str, ...]]:
    cuts = tier_cuts(card)
    tier = np.full(len(score), len(cuts), np.int64)
    for number in range(len(cuts) - 1, -1, -1):
        tier[score >= cuts[number][1]] = number
    tier[(score == NO_SCORE) | (coverage < coverage_floor(card))] = len(cuts)
    return tier, (*(name for name, _ in cuts), UNKNOWN_TIER)


def _or_nan(share: float | None) -> float:
    return float("nan") if share is None else share


def _scaled(measure: ScorecardMeasure, column: MeasureColumn) -> Floats:
    """Return the shares of known values; NaN where there is none or the scale cannot read it."""
    scale, x = measure.scale, column.numbers
    if not is_fitted(scale):
        return np.full(len(x), np.nan)
    if isinstance(scale, MapScale) or column.codes is not None:
        return _mapped(scale, column)
    if is_constant(scale):
        return np.where(np.isnan(x), np.nan, NEUTRAL)
    return _spread(measure, x)


def _spread(measure: ScorecardMeasure, x: Floats) -> Floats:
    match measure.scale:
        case IdentityScale() as scale:
            return _directed(scale, np.clip(x, 0.0, 1.0))
        case LinearScale() as scale:
            return _linear(scale, x)
        case StepsScale() as scale:
            return _steps(scale, x)
        case PercentileScale() as scale if _rises(scale):
            return _directed(scale, _between(scale, x))
        case MinMaxScale() as scale if scale.kind != "log_minmax":
            return _directed(scale, _minmax(scale, x))
        case _:
            return _one_by_one(measure, x)


def _directed(scale: IdentityScale | PercentileScale | MinMaxScale, share: Floats) -> Floats:
    return 1.0 - share if scale.direction == "lower_is_better" else share


def _mapped(scale: Any, column: MeasureColumn) -> Floats:
    if column.codes is None or not isinstance(scale, MapScale):
        return np.full(len(column.numbers), np.nan)
    table = [_or_nan(scale.values.get(c)) for c in column.categories]
    found: Floats = np.array([*table, np.nan])[column.codes]
    return found


def _linear(scale: LinearScale, x: Floats) -> Floats:
    zero, full = scale.zero_at, scale.full_at
    share = (x - zero) / (full - zero)
    is_rising = full > zero
    share = np.where(x >= full if is_rising else x <= full, 1.0, share)
    return np.where(x <= zero if is_rising else x >= zero, 0.0, share)


def _steps(scale: StepsScale, x: Floats) -> Floats:
    found: Floats = np.where(np.isnan(x), np.nan, scale.below)
    for at, share in scale.steps:
        found[x >= at] = share
    return found


def _rises(scale: PercentileScale) -> bool:
    values = [value for value, _ in scale.breakpoints]
    return values == sorted(set(values))


def _between(scale: PercentileScale, x: Floats) -> Floats:
    values: Floats = np.array([v for v, _ in scale.breakpoints], np.float64)
    shares: Floats = np.array([s for _, s in scale.breakpoints], np.float64)
    right = np.clip(np.searchsorted(values, x, side="right"), 1, len(values) - 1)
    left = right - 1
    part = (x - values[left]) / (values[right] - values[left])
    found: Floats = shares[left] + part * (shares[right] - shares[left])
    found = np.where(x >= values[-1], shares[-1], found)
    return np.where(x <= values[0], shares[0], found)


def _minmax(scale: MinMaxScale, x: Floats) -> Floats:
    (low, high), (lowest, highest) = transformed_bounds(scale), clip_ends(scale)
    share = (np.clip(x, lowest, highest) - low) / (high - low)
    if scale.kind == "sqrt_minmax":
        share = np.sqrt(share)
    share = np.where(x >= highest, 1.0, share)
    return np.where(x <= lowest, 0.0, share)


def _one_by_one(measure: ScorecardMeasure, x: Floats) -> Floats:
    # NumPy's own logarithm and exponential may differ from the definition's in the last bit.
    values, place = np.unique(x, return_inverse=True)
    table = [_or_nan(scale_value(measure.scale, None if v != v else float(v))) for v in values]
    found: Floats = np.array(table, np.float64)[place]
    return found
