"""Intervals that resample clusters: from the influence of each row, or by bootstrap.

The influence of a row is what the number would change by if its weight grew, per unit of weight.
Summed inside clusters it gives DeLong's variance for a ranking, the sandwich for a rate.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Floats
from keepwell.proof.metrics_sample import Sample

LEVEL = 0.95
FEWEST_CLUSTERS = 2
DRAWS = 400
_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True)
class Influenced:
    """A number, what each row does to it, and how many units bear it."""

    value: float
    rows: Floats
    informative: int


def clustered(
    number: Influenced, sample: Sample, method: str, *, is_share: bool = True, level: float = LEVEL
) -> Estimate:
    """Return the number with its clustered interval, Student's t on the bearing units.

    Shape:   a share (0-1) is widened on the logit scale, so that it stays a share.
    Missing: below two bearing units there is a value and no interval; a share of exactly 0 or 1
             gets Wilson's bound over its bearing units.
    Source:  E. DeLong et al., Biometrics 44 (1988) 837; N. Obuchowski, Biometrics 53 (1997) 567.
    """
    value, units = number.value, number.informative
    if not np.isfinite(value):
        return Estimate.unknown(len(sample), sample.clusters)
    sums = sample.sums(number.rows)
    low, high = np.nan, np.nan
    if units >= FEWEST_CLUSTERS:
        error = float(np.sqrt(sample.clusters / (sample.clusters - 1) * np.sum(sums**2)))
        wide = float(scipy.special.stdtrit(units - 1, (1 + level) / 2))
        low, high = _ends(value, error, wide, units, is_share=is_share)
    return Estimate(value, low, high, len(sample), sample.clusters, method, level)


def _ends(
    value: float, error: float, wide: float, units: int, *, is_share: bool
) -> tuple[float, float]:
    if not is_share:
        return value - wide * error, value + wide * error
    if value in (0.0, 1.0):
        return wilson(value, units, wide)
    if error == 0:
        return value, value
    at, spread = np.log(value / (1 - value)), wide * error / (value * (1 - value))
    low, high = scipy.special.expit(np.array([at - spread, at + spread]))
    return min(float(low), value), max(float(high), value)


def wilson(share: float, n: float, wide: float = 1.959963984540054) -> tuple[float, float]:
    """Return the score interval of a share over `n` independent units."""
    square = wide * wide
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = wide * np.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def drawn_totals(sums: Floats, seed: int, *, draws: int = DRAWS) -> Floats:
    """Return the totals of sums over rows, once for each bootstrap draw of their clusters.

    Shape: `sums` holds one row per cluster, a column per sum; one row per draw comes back.
    """
    chance = np.random.default_rng(seed)
    step = max(1, _CHUNK // max(1, len(sums)))
    drawn = [
        chance.poisson(1.0, (min(step, draws - at), len(sums))) @ sums
        for at in range(0, draws, step)
    ]
    return np.concatenate(drawn)


def bootstrapped(value: float, drawn: Floats, sample: Sample, *, level: float = LEVEL) -> Estimate:
    """Return a number with the interval of its bootstrap draws."""
    if sample.clusters < FEWEST_CLUSTERS or not np.isfinite(value):
        return Estimate(value, np.nan, np.nan, len(sample), sample.clusters, "none", level)
    ends = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    low, high = min(float(ends[0]), value), max(float(ends[1]), value)
    return Estimate(value, low, high, len(sample), sample.clusters, "bootstrap", level)


def bootstrap_median(
    values: Floats, sample: Sample, seed: int, *, draws: int = DRAWS, level: float = LEVEL
) -> Estimate:
    """Return the median of rows, with the bootstrap interval of their clusters."""
    if not len(values):
        return Estimate.unknown()
    order = np.argsort(values, kind="stable")
    ranked, unit = values[order], sample.cluster[order]
    median = float(np.median(values))
    if sample.clusters < FEWEST_CLUSTERS:
        return Estimate(median, np.nan, np.nan, len(values), sample.clusters, "none", level)
    weights = np.random.default_rng(seed).poisson(1.0, (draws, sample.clusters))[:, unit]
    heard = np.cumsum(weights, axis=1)
    kept = heard[:, -1] > 0
    at = np.argmax(heard[kept] * 2 >= heard[kept][:, -1:], axis=1)
    ends = np.quantile(ranked[at], [(1 - level) / 2, (1 + level) / 2])
    low, high = min(float(ends[0]), median), max(float(ends[1]), median)
    return Estimate(median, low, high, len(values), sample.clusters, "bootstrap", level)
