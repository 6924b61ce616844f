"""A difference of means with its chance of error, from rows that hang together in clusters."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook import Interval
from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.sequential import always_radius, detectable, quantile, small_sample_factor

POWER = 0.8


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference, its standard error and the rows and clusters that it rests on.

    `controls`: 0 where the difference is one of pairs or of times, with nobody beside.
    """

    value: float
    standard_error: float
    freedom: float
    treated: int
    controls: int
    clusters: int

    def interval(self, level: float = 0.95) -> Interval:
        """Return the interval of a single look."""
        radius = quantile(self.freedom, level) * self.standard_error
        return Interval(self.value - radius, self.value + radius)

    def always(self, scale: float, level: float = 0.95) -> Interval:
        """Return the interval that holds at all looks together; `scale` as in `always_radius`."""
        widened = self.standard_error * small_sample_factor(self.freedom, level)
        radius = always_radius(widened, scale, level)
        return Interval(self.value - radius, self.value + radius)

    def detectable(self) -> float:
        """Return the least effect that one look would find in four of five cases."""
        return detectable(self.standard_error, self.freedom, POWER)

    def needed(self, effect: float) -> int:
        """Return the treated accounts that finding `effect` would take, as the groups are split."""
        return math.ceil(self.treated * (self.detectable() / effect) ** 2)


def mean_of(values: Floats, cluster: Ints) -> tuple[float, float, int]:
    """Return mean, variance of the mean by clusters, and the number of clusters.

    Missing: no value gives NaN; a single cluster gives an infinite variance.
    """
    if not len(values):
        return math.nan, math.inf, 0
    mean = float(values.mean())
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.bincount(place, weights=values - mean)
    groups = len(sums)
    if groups < 2:
        return mean, math.inf, groups
    return mean, float((sums**2).sum()) * groups / (groups - 1) / len(values) ** 2, groups


def one_mean(values: Floats, cluster: Ints) -> Difference:
    """Return the mean of values that are differences already."""
    mean, variance, groups = mean_of(values, cluster)
    return Difference(mean, math.sqrt(variance), max(groups - 1, 1), len(values), 0, groups)


def two_means(values: Floats, is_treated: Flags, cluster: Ints, spent: int = 0) -> Difference:
    """Return the mean of the treated less that of the others (Welch, by clusters).

    `spent`: numbers that were fitted to the values before.
    """
    one, v1, g1 = mean_of(values[is_treated], cluster[is_treated])
    two, v2, g2 = mean_of(values[~is_treated], cluster[~is_treated])
    total = v1 + v2
    freedom = 1.0
    if 0.0 < total < math.inf:
        freedom = total**2 / (v1**2 / (g1 - 1) + v2**2 / (g2 - 1))
    treated, others = int(is_treated.sum()), int((~is_treated).sum())
    return Difference(
        one - two, math.sqrt(total), max(freedom - spent, 1.0), treated, others, g1 + g2
    )


def filled(columns: NDArray[np.float64]) -> Floats:
    """Return columns without gaps and without constants, each of mean 0 and spread 1.

    Missing: an unknown cell takes the mean, and a column of its own says that it was unknown.
    """
    made: list[Floats] = []
    for column in columns.T:
        unknown = np.isnan(column)
        known = column[~unknown]
        whole = np.where(unknown, known.mean() if len(known) else 0.0, column)
        made += [whole, unknown.astype(np.float64)]
    spread = [(c - c.mean()) / c.std() for c in made if c.std() > 1e-12]
    return np.column_stack(spread) if spread else np.zeros((len(columns), 0))
