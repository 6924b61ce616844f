"""Shares of small groups: Wilson intervals, Fisher's exact test with Holm, shrinkage."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval; both ends are finite and `low <= high`."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Say whether `value` lies in the interval, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """The spread of shares over groups: their mean (0-1) and how many accounts it is worth."""

    mean: float
    worth: float


def wilson_interval(hits: int, total: int) -> Interval | None:
    """Return the 95 % score interval of a share, within 0-1; None for an empty group.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212.

    >>> found = wilson_interval(33, 100)
    >>> found and (round(found.low, 2), round(found.high, 2))
    (0.25, 0.43)
    """
    if total <= 0:
        return None
    share, z2 = hits / total, Z_95 * Z_95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    return Interval(low, 1.0 if hits == total else min(1.0, centre + half))


def fisher_p(hits: int, total: int, all_hits: int, all_total: int) -> float:
    """Return the two-sided exact p of a group against the rest, 0-1; 1 when there is no rest.

    Source: R. A. Fisher, Statistical Methods for Research Workers (1934), section 21.02.
    """
    rest = all_total - total
    if total == 0 or rest == 0:
        return 1.0
    found = np.arange(max(0, all_hits - rest), min(total, all_hits) + 1, dtype=np.float64)
    ways = _log_choose(total, found) + _log_choose(rest, all_hits - found)
    chances = np.exp(ways - _log_choose(all_total, np.array([float(all_hits)])))
    seen = chances[hits - int(found[0])]
    return min(1.0, float(chances[chances <= seen * (1 + 1e-7)].sum()))


def _log_choose(whole: int, part: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted for looking several times, each at least as large as given.

    Source: S. Holm, Scand. J. Statist. 6 (1979) 65-70.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, floor = [1.0] * len(p_values), 0.0
    for place, i in enumerate(order):
        floor = max(floor, min(1.0, (len(p_values) - place) * p_values[i]))
        adjusted[i] = floor
    return tuple(adjusted)


def fit_beta_prior(groups: Sequence[tuple[int, int]]) -> BetaPrior | None:
    """Return the beta prior under which the groups' (hits, total) are most likely.

    Method:  maximum likelihood of the beta-binomial over log a, log b. `worth` = a + b is
             held within 0.1 and 1,000,000: equal shares have no finite maximum.
    Missing: None without two groups that hold accounts; the prior then says nothing.
    Source:  J. G. Skellam, J. R. Statist. Soc. B 10 (1948) 257-261.
    """
    held = [(h, t) for h, t in groups if t > 0]
    hits = np.array([h for h, _ in held], dtype=float)
    totals = np.array([t for _, t in held], dtype=float)
    if len(held) < 2:
        return None
    share = float((hits.sum() + 0.5) / (totals.sum() + 1))

    def unlikely(point: NDArray[np.float64]) -> float:
        mean, worth = 1 / (1 + exp(-point[0])), exp(point[1])
        a, b = mean * worth, (1 - mean) * worth
        return -float(np.sum(betaln(hits + a, totals - hits + b) - betaln(a, b)))

    start = np.array([log(share / (1 - share)), log(10.0)])
    bounds = [(-14.0, 14.0), (log(0.1), log(1e6))]
    best = minimize(unlikely, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    return BetaPrior(1 / (1 + exp(-float(best.x[0]))), exp(float(best.x[1])))


def shrunken_share(hits: int, total: int, prior: BetaPrior) -> float:
    """Return the share pulled towards the prior's mean, 0-1: the posterior mean.

    >>> round(shrunken_share(4, 4, BetaPrior(0.34, 3.8)), 2)
    0.68
    """
    return (hits + prior.mean * prior.worth) / (total + prior.worth)
