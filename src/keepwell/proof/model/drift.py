"""Drift watch: do the accounts of today still look like those the model was fitted on?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.model.additive import AdditiveModel
from keepwell.proof.model.bins import Bins
from keepwell.proof.model.features import FeatureTable
from keepwell.proof.model.fit import FittedChurn

# The usual lines: below 0.1 the same, from 0.25 on another population.
WATCH_FROM = 0.1
MOVED_FROM = 0.25
# Chance alone brings one of all features above its bound in one of so many looks.
FALSE_ALARM = 0.01
# Half a row in an empty bin, so that one new account makes no infinite number.
EMPTY = 0.5


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far one feature's rows moved between bins.

    stability_index: the PSI, 0 = same. by_chance: what few rows alone may bring it to.
    gained:          the bin whose share grew most; its share then and now, 0-1.
    """

    feature: str
    stability_index: float
    by_chance: float
    gained: str
    share_then: float
    share_now: float

    @property
    def state(self) -> str:
        """Return `same`, `watch` or `moved`; `same` as long as chance may have done it."""
        if self.stability_index < max(WATCH_FROM, self.by_chance):
            return "same"
        return "watch" if self.stability_index < MOVED_FROM else "moved"


def feature_drift(fitted: FittedChurn, table: FeatureTable) -> tuple[FeatureDrift, ...]:
    """Return each feature's drift from the fit to a table, the largest first."""
    return table_drift(fitted.model, fitted.reference, table)


def table_drift(
    model: AdditiveModel, references: Sequence[Sequence[int]], table: FeatureTable
) -> tuple[FeatureDrift, ...]:
    """Return each feature's drift from its counts at the fit to a table, the largest first.

    Source: population stability index, the sum over bins of (now - then) x ln(now / then).
    """
    counts = [
        np.bincount(f.bins.codes(table), minlength=len(reference)).tolist()
        for f, reference in zip(model.features, references, strict=True)
    ]
    return counted_drift([f.bins for f in model.features], references, counts)


def counted_drift(
    bins: Sequence[Bins], then: Sequence[Sequence[int]], now: Sequence[Sequence[int]]
) -> tuple[FeatureDrift, ...]:
    """Return each feature's drift from its counts per bin, the largest first."""
    found = (_drift(*one, FALSE_ALARM / len(bins)) for one in zip(bins, then, now, strict=True))
    return tuple(sorted(found, key=lambda d: (-d.stability_index, d.feature)))


def _drift(bins: Bins, then: Sequence[int], now: Sequence[int], false_alarm: float) -> FeatureDrift:
    before, after = (np.array(c) / max(sum(c), 1) for c in (then, now))
    place = int(np.argmax(after - before))
    return FeatureDrift(
        bins.feature,
        stability_index(then, now),
        chance_index(then, now, false_alarm),
        bins.names[place],
        float(before[place]),
        float(after[place]),
    )


def chance_index(then: Sequence[int], now: Sequence[int], false_alarm: float) -> float:
    """Return the index that equal populations of these sizes exceed with a small probability.

    Source: of two samples of one population, PSI / (1/n + 1/m) is chi-squared with bins - 1
    degrees of freedom (Yurdakul 2018).

    >>> round(chance_index([50, 50], [20, 20], 0.01), 3)
    0.232
    """
    from scipy.special import chdtri

    used = sum(a + b > 0 for a, b in zip(then, now, strict=True))
    if used < 2 or not sum(then) or not sum(now):
        return 0.0
    return float(chdtri(used - 1, false_alarm)) * (1 / sum(then) + 1 / sum(now))


def stability_index(then: Sequence[int], now: Sequence[int]) -> float:
    """Return the population stability index of two counts over the same bins.

    >>> stability_index([50, 50], [500, 500])
    0.0
    >>> round(stability_index([50, 50], [80, 20]), 3)
    0.416
    """
    before, after = np.array(then, dtype=np.float64), np.array(now, dtype=np.float64)
    used = (before > 0) | (after > 0)
    if not used.any() or not before.sum() or not after.sum():
        return 0.0
    before, after = (np.maximum(c[used], EMPTY) for c in (before, after))
    before, after = before / before.sum(), after / after.sum()
    return float(np.sum((after - before) * np.log(after / before)))
