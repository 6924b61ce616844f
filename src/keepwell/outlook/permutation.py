"""Whether low accounts gather in some groups once a stratum is held fixed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counted:
    """Low and all accounts of each group (rows) in each stratum (columns)."""

    low: NDArray[np.int64]
    total: NDArray[np.int64]


def _statistic(low: NDArray[np.int64], counted: Counted) -> NDArray[np.float64]:
    """Return the squared distance of each group's low count from the strata's shares."""
    in_stratum = np.maximum(counted.total.sum(axis=0), 1)
    share = counted.low.sum(axis=0) / in_stratum
    expected = counted.total @ share
    variance = counted.total @ (share * (1 - share))
    distance = (low - expected) ** 2
    scaled = np.divide(distance, variance, out=np.zeros_like(distance), where=variance > 0)
    return np.asarray(scaled.sum(axis=-1), dtype=np.float64)


def stratified_permutation_p(
    counted: Counted, rng: np.random.Generator, times: int = 20_000
) -> float | None:
    """Return how often chance inside the strata spreads low accounts as unevenly, 0-1.

    Method:  "low" is dealt anew among the accounts of each stratum (a multivariate
             hypergeometric draw); statistic: sum over groups of (low - expected)^2 / variance;
             p = (1 + draws at least as far) / (1 + draws).
    Missing: None when no stratum has two groups with both low and other accounts.
    Source:  P. Good, Permutation, Parametric and Bootstrap Tests of Hypotheses (2005), ch. 6.
    """
    in_stratum, low_in_stratum = counted.total.sum(axis=0), counted.low.sum(axis=0)
    mixed = (low_in_stratum > 0) & (low_in_stratum < in_stratum)
    if not bool((mixed & ((counted.total > 0).sum(axis=0) > 1)).any()):
        return None
    drawn = np.zeros((times, counted.total.shape[0]), dtype=np.int64)
    for stratum in range(counted.total.shape[1]):
        drawn += rng.multivariate_hypergeometric(
            counted.total[:, stratum], int(low_in_stratum[stratum]), size=times, method="marginals"
        )
    seen = float(_statistic(counted.low.sum(axis=1), counted))
    as_far = int(np.sum(_statistic(drawn, counted) >= seen - 1e-9))
    return (1 + as_far) / (1 + times)
