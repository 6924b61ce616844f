"""Shares of small groups: Wilson intervals, Fisher's exact test with Holm, shrinkage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.special import brentq, gammaln

Z_95 = 1.959963984540054
_LOGIT_LIMIT = 14.0


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


class _Likelihood:
    """The slopes of the beta-binomial log-likelihood of groups, as sums without cancellation.

    sum(1 / (a + j)) over the hits j of all groups needs only how many groups have more than j.
    """

    def __init__(self, hits: NDArray[np.int64], totals: NDArray[np.int64]) -> None:
        self._up, self._down, self._both = map(_more_than, (hits, totals - hits, totals))

    def sums(self, mean: float, worth: float) -> tuple[float, float]:
        """Return what pulls the mean up and what pulls it down."""
        return _inverse_sum(self._up, mean * worth), _inverse_sum(self._down, (1 - mean) * worth)

    def best_mean(self, worth: float) -> float:
        """Return the most likely mean, 0-1, for a worth; the likelihood is concave in it."""

        def slope(logit: float) -> float:
            up, down = self.sums(1 / (1 + exp(-logit)), worth)
            return up - down

        return 1 / (1 + exp(-_falling_zero(slope, -_LOGIT_LIMIT, _LOGIT_LIMIT)))

    def worth_slope(self, log_worth: float) -> float:
        """Return the slope over log worth, at the mean that is most likely for it."""
        worth = exp(log_worth)
        mean = self.best_mean(worth)
        up, down = self.sums(mean, worth)
        return mean * up + (1 - mean) * down - _inverse_sum(self._both, worth)


def _more_than(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for j = 0, 1, ..., how many counts are above j."""
    return np.cumsum(np.bincount(counts)[::-1], dtype=np.int64)[::-1][1:]


def _inverse_sum(times: NDArray[np.int64], start: float) -> float:
    return float(np.sum(times / (start + np.arange(len(times)))))


def _falling_zero(slope: Callable[[float], float], low: float, high: float) -> float:
    """Return where a slope that falls reaches zero, or the end towards which it points."""
    if slope(low) <= 0:
        return low
    return high if slope(high) >= 0 else float(brentq(slope, low, high, xtol=1e-13))


def fit_beta_prior(groups: Sequence[tuple[int, int]]) -> BetaPrior | None:
    """Return the beta prior under which the groups' (hits, total) are most likely.

    Method:  maximum likelihood of the beta-binomial, by the zeros of its slopes over log worth
             and logit mean. `worth` is held within 0.1 and 1,000,000: equal shares have no
             finite maximum.
    Missing: None without two groups, or when none holds two accounts: nothing then tells how
             shares spread.
    Source:  J. G. Skellam, J. R. Statist. Soc. B 10 (1948) 257-261.
    """
    held = np.array([(h, t) for h, t in groups if t > 0], dtype=np.int64)
    if len(held) < 2 or held[:, 1].max() < 2:
        return None
    likelihood = _Likelihood(held[:, 0], held[:, 1])
    worth = exp(_falling_zero(likelihood.worth_slope, log(0.1), log(1e6)))
    return BetaPrior(likelihood.best_mean(worth), worth)


def shrunken_share(hits: int, total: int, prior: BetaPrior) -> float:
    """Return the share pulled towards the prior's mean, 0-1: the posterior mean.

    >>> round(shrunken_share(4, 4, BetaPrior(0.34, 3.8)), 2)
    0.68
    """
    return (hits + prior.mean * prior.worth) / (total + prior.worth)
