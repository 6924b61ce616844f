"""How far outcomes lay from forecasts before, as intervals of accounts and of the whole."""

import math
from collections.abc import Sequence

import numpy as np
import scipy

from keepwell.outlook import Interval
from keepwell.proof.frame import Floats, Ints

DRAWS = 1_000
# Of so many accounts the sum of drawn residuals is normal.
MANY = 200


def shortest_interval(residuals: Floats, level: float) -> Interval:
    """Return the shortest span that holds a share `level` of residuals, with one to come counted.

    Source: split conformal prediction, Lei et al., J. Am. Stat. Assoc. 113 (2018) 1094-1111.

    >>> shortest_interval(np.array([-9.0, 0.0, 0.0, 1.0]), 0.6)
    Interval(low=0.0, high=1.0)
    """
    if not len(residuals):
        return Interval(0.0, 0.0)
    ordered = np.sort(residuals)
    size = min(math.ceil((len(ordered) + 1) * level - 1e-9), len(ordered))
    widths = ordered[size - 1 :] - ordered[: len(ordered) - size + 1]
    first = int(np.argmin(widths))
    return Interval(float(ordered[first]), float(ordered[first + size - 1]))


def portfolio_interval(
    total: float,
    counts: Ints,
    pools: Sequence[Sequence[Floats]],
    level: float,
    rng: np.random.Generator,
) -> Interval:
    """Return the interval of a sum of accounts, from the residuals that each of them may get.

    `counts`: accounts by tier. `pools`: residuals by tier and origin. A draw takes one origin for
    all accounts, as good and bad half-years are shared, and a residual of it for each account.
    As months of origins overlap, few half-years are known: the span is widened as Student's t of
    their number asks for.
    """
    origins = len(pools[0]) if len(pools) else 0
    if not origins:
        return Interval(total, total)
    drawn = rng.integers(origins, size=DRAWS)
    sums = np.zeros(DRAWS)
    for count, by_origin in zip(counts, pools, strict=True):
        for origin in range(origins):
            here = np.flatnonzero(drawn == origin)
            sums[here] += _drawn_sums(by_origin[origin], int(count), len(here), rng)
    sums = sums.mean() + _widening(origins, level) * (sums - sums.mean())
    low, high = np.quantile(sums, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(max(total + float(low), 0.0), max(total + float(high), 0.0))


def _widening(origins: int, level: float) -> float:
    """Return by how much a span is widened that so many monthly origins gave, 1 or more."""
    half_years = 1.0 + (origins - 1) / 6.0
    one_of_few = float(scipy.stats.t.ppf(0.5 + level / 2.0, max(half_years - 1.0, 1.0)))
    return (
        one_of_few
        / float(scipy.stats.norm.ppf(0.5 + level / 2.0))
        * math.sqrt(1.0 + 1.0 / half_years)
    )


def _drawn_sums(residuals: Floats, count: int, times: int, rng: np.random.Generator) -> Floats:
    """Return sums of `count` residuals drawn with replacement, so many times."""
    if not len(residuals) or not count:
        return np.zeros(times)
    if count >= MANY:
        mean, spread = float(residuals.mean()), float(residuals.std())
        return count * mean + math.sqrt(count) * spread * rng.normal(size=times)
    picked: Floats = rng.choice(residuals, size=(times, count))
    sums: Floats = picked.sum(axis=1)
    return sums
