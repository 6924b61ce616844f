"""Drift watch: do the accounts of today still look like those the model was fitted on?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.model.additive import AdditiveModel
from keepwell.proof.model.features import FeatureTable
from keepwell.proof.model.fit import FittedChurn

# The usual lines: below 0.1 the same, from 0.25 on another population.
WATCH_FROM = 0.1
MOVED_FROM = 0.25
# Half a row in an empty bin, so that one new account makes no infinite number.
EMPTY = 0.5


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far one feature's rows moved between bins. `stability_index` is the PSI, 0 = same."""

    feature: str
    stability_index: float

    @property
    def state(self) -> str:
        """Return `same`, `watch` or `moved`."""
        if self.stability_index < WATCH_FROM:
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
    found = []
    for f, reference in zip(model.features, references, strict=True):
        now = np.bincount(f.bins.codes(table), minlength=len(reference))
        found.append(FeatureDrift(f.bins.feature, stability_index(reference, now.tolist())))
    return tuple(sorted(found, key=lambda d: (-d.stability_index, d.feature)))


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
