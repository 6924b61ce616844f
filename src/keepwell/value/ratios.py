"""Ratios of two groups' means with bootstrap intervals, and rank correlations with theirs."""

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook import Interval, spearman

Floats = NDArray[np.float64]
BOOTSTRAP_ACCOUNTS = 4_000
DRAWS_AT_ONCE = 2_000_000
SMALL = 10
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Ratio:
    """Mean of one group over the mean of the other, with both n; None where it is undefined."""

    n_one: int
    n_other: int
    mean_one: float | None
    mean_other: float | None
    value: float | None
    interval: Interval | None

    @property
    def is_small(self) -> bool:
        """Say whether fewer than ten accounts stand on one side."""
        return min(self.n_one, self.n_other) < SMALL


def ratio_of_means(one: Floats, other: Floats, rng: np.random.Generator, times: int) -> Ratio:
    """Return the ratio of the two means with its 95 % percentile bootstrap interval.

    Method:  each group is resampled by itself, from at most 4,000 accounts in all: beyond that
             the interval is that of a sample and too wide, never too narrow.
    Missing: no ratio unless both groups have values and the other's mean is over zero; no
             interval under two values in a group.
    """
    means = [float(np.mean(x)) if len(x) else None for x in (one, other)]
    a, b = means
    if a is None or b is None or b <= 0:
        return Ratio(len(one), len(other), a, b, None, None)
    interval = None
    if len(one) > 1 and len(other) > 1:
        sampled = _thinned(one, other, rng)
        top, below = (_resampled_means(x, times, rng) for x in sampled)
        held = below > 0
        if held.any():
            low, high = np.quantile(top[held] / below[held], [0.025, 0.975])
            interval = Interval(float(low), float(high))
    return Ratio(len(one), len(other), a, b, a / b, interval)


def _thinned(one: Floats, other: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    total = len(one) + len(other)
    if total <= BOOTSTRAP_ACCOUNTS:
        return one, other

    def thin(values: Floats) -> Floats:
        keep = min(len(values), max(2, len(values) * BOOTSTRAP_ACCOUNTS // total))
        return values[rng.choice(len(values), size=keep, replace=False)]

    return thin(one), thin(other)


def _resampled_means(values: Floats, times: int, rng: np.random.Generator) -> Floats:
    at_once = max(1, DRAWS_AT_ONCE // len(values))
    parts = []
    for start in range(0, times, at_once):
        rows = min(at_once, times - start)
        parts.append(values[rng.integers(0, len(values), (rows, len(values)))].mean(axis=1))
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation, -1 to +1, with its 95 % interval and n."""

    n: int
    value: float | None
    interval: Interval | None


def rank_correlation(left: Floats, right: Floats) -> Correlation:
    """Return Spearman's correlation of pairs that are both known.

    Method:  interval by Fisher's z with the variance (1 + r^2 / 2) / (n - 3).
    Missing: None under three pairs or when one side is constant; no interval under ten pairs.
    Source:  D. G. Bonett, T. A. Wright, Psychometrika 65 (2000) 23-28.
    """
    known = ~(np.isnan(left) | np.isnan(right))
    x, y = left[known], right[known]
    n = len(x)
    value = spearman(x, y)
    if value is None or n < SMALL or abs(value) >= 1:
        return Correlation(n, value, None)
    half = Z_95 * sqrt((1 + value * value / 2) / (n - 3))
    centre = atanh(value)
    return Correlation(n, value, Interval(tanh(centre - half), tanh(centre + half)))
