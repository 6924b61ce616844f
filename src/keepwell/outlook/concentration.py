"""How unequally an amount is spread over accounts, and how two orders agree."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.shares import Interval

Floats = NDArray[np.float64]
SAMPLE_ACCOUNTS = 4_000


def _is_spread(amounts: Floats) -> bool:
    return len(amounts) > 0 and float(amounts.min()) >= 0 and float(amounts.sum()) > 0


def top_share(amounts: Floats, count: int) -> float | None:
    """Return the share, 0-1, that the `count` largest amounts hold of the total.

    Missing: None when an amount is negative or the total is zero.
    """
    if not _is_spread(amounts):
        return None
    ordered = np.sort(amounts)[::-1]
    return min(1.0, float(ordered[:count].sum() / ordered.sum()))


def top_quarter_interval(
    amounts: Floats, rng: np.random.Generator, times: int = 2_000
) -> Interval | None:
    """Return the 95 % percentile bootstrap interval of the top quarter's share.

    Method:  from at most 4,000 accounts drawn at random; resamples without any amount are
             left out. Missing: as `top_share`, and under eight accounts.
    """
    if not _is_spread(amounts) or len(amounts) < 8:
        return None
    if len(amounts) > SAMPLE_ACCOUNTS:
        amounts = amounts[rng.choice(len(amounts), SAMPLE_ACCOUNTS, replace=False)]
    count = ceil(len(amounts) / 4)
    drawn = (top_share(rng.choice(amounts, len(amounts)), count) for _ in range(times))
    shares = [s for s in drawn if s is not None]
    if not shares:
        return None
    low, high = np.quantile(np.array(shares), [0.025, 0.975])
    return Interval(float(low), float(high))


def gini(amounts: Floats) -> float | None:
    """Return the Gini coefficient, 0 (all equal) to below 1 (one holds all).

    Missing: None when an amount is negative or the total is zero.
    Source:  G. M. Giorgi and C. Gigliarano, J. Econ. Surv. 31 (2017), formula of ranks.

    >>> gini(np.array([0.0, 0.0, 0.0, 4.0]))
    0.75
    """
    if not _is_spread(amounts):
        return None
    ordered, n = np.sort(amounts), len(amounts)
    weights = 2 * np.arange(1, n + 1, dtype=np.float64) - n - 1
    return max(0.0, float(np.dot(weights, ordered) / (n * ordered.sum())))


def lorenz(amounts: Floats, points: int = 100) -> tuple[tuple[float, float], ...]:
    """Return (share of accounts, share of amount) from the largest account down, 0-1.

    Shape:   at most `points` + 1 pairs from (0, 0) to (1, 1); empty as `top_share` is None.
    """
    if not _is_spread(amounts):
        return ()
    held = np.concatenate([[0.0], np.cumsum(np.sort(amounts)[::-1])])
    n = len(amounts)
    places = sorted({round(i * n / points) for i in range(points + 1)})
    return tuple((p / n, min(1.0, float(held[p] / held[-1]))) for p in places)


def _mid_ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def spearman(left: Floats, right: Floats) -> float | None:
    """Return the rank correlation, -1 to +1, ties on mid-ranks.

    Missing: None under three accounts or when one side is constant.
    Source:  C. Spearman, Am. J. Psychol. 15 (1904) 72-101.
    """
    if len(left) < 3:
        return None
    x, y = _mid_ranks(left), _mid_ranks(right)
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return max(-1.0, min(1.0, float(np.dot(x, y)) / size)) if size > 0 else None
