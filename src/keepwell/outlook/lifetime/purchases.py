"""The purchase model (BG/NBD): its likelihood with slope and curvature, and its fitted form."""

from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.lifetime.climb import Slope
from keepwell.outlook.lifetime.histories import Floats, Histories
from keepwell.outlook.lifetime.units import TimeUnit
from keepwell.outlook.shares import Z_95, Interval
from keepwell.outlook.special import digamma, expit, gammaln, polygamma

PARAMETERS = ("r", "alpha", "a", "b")
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseModel:
    """A fitted BG/NBD model: buying rates ~ gamma(r, alpha), drop-out after each ~ beta(a, b).

    `alpha` is in `unit`s, the others have none. `covariance` belongs to the logarithms of
    (r, alpha, a, b). `starts_agreeing` of `starts` climbs ended on the same summit.
    Source: P. S. Fader, B. G. S. Hardie, K. L. Lee, Marketing Science 24 (2005) 275-284.
    """

    unit: TimeUnit
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    repeaters: int
    covariance: Floats
    steps: int
    starts: int
    starts_agreeing: int

    @property
    def logarithms(self) -> Floats:
        """Return the logarithms of r, alpha, a, b."""
        return np.array([log(v) for v in (self.r, self.alpha, self.a, self.b)])

    def interval(self, parameter: str) -> Interval:
        """Return the 95 % interval of `r`, `alpha`, `a` or `b` (Wald, in logarithms)."""
        at = PARAMETERS.index(parameter)
        centre, half = float(self.logarithms[at]), Z_95 * float(np.sqrt(self.covariance[at, at]))
        return Interval(exp(centre - half), exp(min(centre + half, 700.0)))

    @property
    def mean_rate(self) -> float:
        """Return the mean purchases of an active customer in one unit of time."""
        return self.r / self.alpha

    @property
    def mean_dropout_prob(self) -> float:
        """Return the mean chance to leave after a purchase, 0-1."""
        return self.a / (self.a + self.b)


class PurchaseLikelihood:
    """Log-likelihood of (ln r, ln alpha, ln a, ln b) with its slope and curvature, all exact.

    Terms that hang on the number of repeats alone are summed over its distinct values, and
    logarithms of times are taken once for each distinct time.
    """

    def __init__(self, given: Histories, days_per_unit: float) -> None:
        held = given.customers > 0
        weights = given.customers[held]
        observed = given.observed_days[held] / days_per_unit
        repeats = given.repeats[held]
        self._counts, place = np.unique(repeats, return_inverse=True)
        self._customers = np.bincount(place, weights=weights)
        self._ends, self._end = np.unique(observed, return_inverse=True)
        self._weights, self._repeats = weights, repeats
        again = repeats > 0
        lasts = given.last_days[held][again] / days_per_unit
        self._lasts, self._last = np.unique(lasts, return_inverse=True)
        self._again_end, self._again_count = self._end[again], place[again]
        self._again_weights, self._again_repeats = weights[again], repeats[again]
        self._ends_customers = np.bincount(self._end, weights=weights)
        self._ends_repeats = np.bincount(self._end, weights=weights * repeats)

    def __call__(self, point: Floats) -> Slope:
        """Return the log-likelihood, its gradient and its Hessian in the logarithms."""
        r, alpha, a, b = (float(v) for v in np.exp(point))
        height, slope, bend = self._counted(r, alpha, a, b)
        for part in (self._timed(r, alpha), self._alive_or_not(r, alpha, a, b)):
            height, slope, bend = height + part[0], slope + part[1], bend + part[2]
        scale = np.array([r, alpha, a, b])
        gradient = slope * scale
        return height, gradient, bend * np.outer(scale, scale) + np.diag(gradient)

    def _counted(self, r: float, alpha: float, a: float, b: float) -> Slope:
        """Return the terms of the gamma and beta functions, which only know the counts."""
        x, n = self._counts, self._customers
        total = float(n.sum())
        height = gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x)
        height += gammaln(b + x) - gammaln(b)
        slope, bend = np.zeros(4), np.zeros((4, 4))
        slope[0] = np.dot(n, digamma(r + x) - digamma(r)) + total * log(alpha)
        slope[1] = total * r / alpha
        both = float(np.dot(n, digamma(a + b) - digamma(a + b + x)))
        slope[2] = both
        slope[3] = both + np.dot(n, digamma(b + x) - digamma(b))
        bend[0, 0] = np.dot(n, polygamma(1, r + x) - polygamma(1, r))
        bend[0, 1] = bend[1, 0] = total / alpha
        bend[1, 1] = -total * r / alpha**2
        both = float(np.dot(n, polygamma(1, a + b) - polygamma(1, a + b + x)))
        bend[2, 2] = bend[2, 3] = bend[3, 2] = both
        bend[3, 3] = both + np.dot(n, polygamma(1, b + x) - polygamma(1, b))
        return float(np.dot(n, height)) + total * r * log(alpha), slope, bend

    def _timed(self, r: float, alpha: float) -> Slope:
        """Return -(r + x) ln(alpha + T) summed over customers."""
        inverse = 1 / (alpha + self._ends)
        logs = np.log(alpha + self._ends)
        powers = r * self._ends_customers + self._ends_repeats
        slope, bend = np.zeros(4), np.zeros((4, 4))
        slope[0] = -np.dot(self._ends_customers, logs)
        slope[1] = -np.dot(powers, inverse)
        bend[0, 1] = bend[1, 0] = -np.dot(self._ends_customers, inverse)
        bend[1, 1] = np.dot(powers, inverse * inverse)
        return -float(np.dot(powers, logs)), slope, bend

    def _alive_or_not(self, r: float, alpha: float, a: float, b: float) -> Slope:
        """Return ln(1 + odds of having left) summed over customers with a repeat."""
        weights, counts = self._again_weights, self._counts[self._counts > 0]
        shift = len(self._counts) - len(counts)
        at = self._again_count - shift
        power = r + self._again_repeats
        end, last = 1 / (alpha + self._ends), 1 / (alpha + self._lasts)
        logs = np.log(alpha + self._ends)[self._again_end]
        spread = logs - np.log(alpha + self._lasts)[self._last]
        slip = end[self._again_end] - last[self._last]
        odds = (log(a) - np.log(b + counts - 1))[at] + power * spread
        left = expit(odds)
        rows = np.vstack(
            [spread, power * slip, np.full(len(at), 1 / a), (-1 / (b + counts - 1))[at]]
        )
        likely = weights * left
        slope = rows @ likely
        bend = (rows * (likely * expit(-odds))) @ rows.T
        bend[0, 1] += np.dot(likely, slip)
        bend[1, 0] = bend[0, 1]
        squares = (last * last)[self._last] - (end * end)[self._again_end]
        bend[1, 1] += np.dot(likely, power * squares)
        bend[2, 2] -= float(likely.sum()) / a**2
        bend[3, 3] += np.dot(likely, (1 / (b + counts - 1) ** 2)[at])
        return float(np.dot(weights, np.logaddexp(0, odds))), slope, bend
