"""Intervals that hold at every look, so that looking often makes no effect out of chance."""

import math

import scipy

LEVEL = 0.95


def always_radius(standard_error: float, scale: float, level: float = LEVEL) -> float:
    """Return half the width of an interval that holds at all looks together, above 0.

    The mixture of normal likelihood ratios: the chance that the truth is ever outside, however
    often and whenever one looks, is at most 1 - level. It is narrowest around effects of the size
    `scale`, which has to be chosen before the data are seen.
    Source: Robbins, Ann. Math. Stat. 41 (1970) 1397-1409; Johari et al., Operations Research 70
            (2022) 1806-1821.

    >>> round(always_radius(1.0, 3.0), 2)
    3.04
    """
    chance, prior = standard_error**2, scale**2
    if chance == 0.0:
        return 0.0
    spread = (chance + prior) / chance
    return math.sqrt(chance * spread / (spread - 1.0) * math.log(spread / (1.0 - level) ** 2))


def quantile(freedom: float, level: float = LEVEL) -> float:
    """Return the two-sided quantile of Student's t with `freedom` degrees, above 1.

    >>> round(quantile(1e9), 2)
    1.96
    """
    return float(scipy.stats.t.ppf(0.5 + level / 2.0, max(freedom, 1.0)))


def small_sample_factor(freedom: float, level: float = LEVEL) -> float:
    """Return by how much a standard error of few rows is widened, 1 or more."""
    return quantile(freedom, level) / quantile(1e9, level)


def detectable(standard_error: float, freedom: float, power: float = 0.8) -> float:
    """Return the least effect that a single look would find with the given power."""
    return (quantile(freedom) + float(scipy.stats.norm.ppf(power))) * standard_error
