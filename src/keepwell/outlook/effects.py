"""Differences between two groups of values: Cliff's delta and standardised difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.shares import Interval

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
BOOTSTRAP_ACCOUNTS = 4_000
EXACT_ACCOUNTS = 400_000
DRAWS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Delta:
    """Cliff's delta, -1 to +1, its bootstrap interval, and how many accounts each rests on."""

    value: float
    interval: Interval | None
    accounts: int
    bootstrap_accounts: int


def _dominance(left: Floats, right: Floats) -> float:
    """Return pairs with left above right minus pairs with left below, in O(n log n)."""
    ordered, left = np.sort(right), np.sort(left)
    below = np.searchsorted(ordered, left, side="left").astype(np.float64)
    not_above = np.searchsorted(ordered, left, side="right").astype(np.float64)
    return float(np.sum(below - (len(ordered) - not_above)))


def stratified_delta(pairs: Sequence[Pair]) -> float | None:
    """Return Cliff's delta over the pairs of accounts that share a stratum, -1 to +1.

    Shape:   one (left, right) per stratum; one stratum gives the plain delta.
    Missing: None when no stratum holds both groups.
    Source:  N. Cliff, Psychol. Bull. 114 (1993) 494-509; pooled over strata by pairs.

    >>> stratified_delta([(np.array([1.0, 2.0]), np.array([2.0, 3.0]))])
    -0.75
    """
    held = [(x, y) for x, y in pairs if len(x) and len(y)]
    if not held:
        return None
    weight = sum(float(len(x)) * float(len(y)) for x, y in held)
    return sum(_dominance(x, y) for x, y in held) / weight


def _thinned(pairs: Sequence[Pair], limit: int, rng: np.random.Generator) -> list[Pair]:
    total = sum(len(x) + len(y) for x, y in pairs)
    if total <= limit:
        return list(pairs)

    def thin(values: Floats) -> Floats:
        keep = min(len(values), max(2, len(values) * limit // total))
        return values[np.sort(rng.choice(len(values), size=keep, replace=False))]

    return [(thin(x), thin(y)) for x, y in pairs]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Values as places in one line: the ranks of stratum 0, then those of stratum 1 and so on."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    ends: tuple[int, ...]


def _ranked(pairs: Sequence[Pair]) -> _Ranked:
    lefts, rights, ends = [], [], [0]
    for left, right in pairs:
        values, place = np.unique(np.concatenate([left, right]), return_inverse=True)
        lefts.append(place[: len(left)] + ends[-1])
        rights.append(place[len(left) :] + ends[-1])
        ends.append(ends[-1] + len(values))
    return _Ranked(np.concatenate(lefts), np.concatenate(rights), tuple(ends))


def _drawn_counts(
    place: NDArray[np.int64], levels: int, times: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return, per resample (row), how often each rank (column) was drawn."""
    drawn = place[rng.integers(0, len(place), (times, len(place)))]
    shifted = drawn + (np.arange(times) * levels)[:, None]
    return np.bincount(shifted.ravel(), minlength=times * levels).reshape(times, levels)


def _resampled(pairs: Sequence[Pair], times: int, rng: np.random.Generator) -> Floats:
    """Return the deltas of `times` resamples, counted over ranks instead of sorting."""
    ranked = _ranked(pairs)
    at_once = max(1, DRAWS_AT_ONCE // (len(ranked.left) + len(ranked.right)))
    found = []
    for start in range(0, times, at_once):
        rows = min(at_once, times - start)
        above = _drawn_counts(ranked.left, ranked.ends[-1], rows, rng)
        below = _drawn_counts(ranked.right, ranked.ends[-1], rows, rng)
        dominance, weight = np.zeros(rows), np.zeros(rows)
        for begin, end in pairwise(ranked.ends):
            a, b = above[:, begin:end], below[:, begin:end]
            together = a.sum(axis=1) * b.sum(axis=1)
            dominance += (a * (2 * np.cumsum(b, axis=1) - b)).sum(axis=1) - together
            weight += together
        found.append(dominance[weight > 0] / weight[weight > 0])
    return np.concatenate(found)


def cliffs_delta(pairs: Sequence[Pair], rng: np.random.Generator, times: int) -> Delta | None:
    """Return Cliff's delta over strata with its 95 % percentile bootstrap interval.

    Method:  exact on up to 400,000 accounts, else on a random 400,000. Each group is
             resampled by itself across strata, from at most 4,000 accounts in all: beyond that
             the interval is that of the sample and too wide, never too narrow. A resample
             without any pair in a stratum is left out.
    Missing: None when no stratum holds both groups; no interval under two accounts in a group.
    """
    held = [(x, y) for x, y in pairs if len(x) and len(y)]
    exact = _thinned(held, EXACT_ACCOUNTS, rng)
    value = stratified_delta(exact)
    if value is None:
        return None
    sample = _thinned(exact, BOOTSTRAP_ACCOUNTS, rng)
    accounts = sum(len(x) + len(y) for x, y in exact)
    resampled_accounts = sum(len(x) + len(y) for x, y in sample)
    if sum(len(x) for x, _ in sample) < 2 or sum(len(y) for _, y in sample) < 2 or times < 1:
        return Delta(value, None, accounts, resampled_accounts)
    drawn = _resampled(sample, times, rng)
    if not len(drawn):
        return Delta(value, None, accounts, resampled_accounts)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Delta(value, Interval(float(low), float(high)), accounts, resampled_accounts)


def standardised_difference(left: Floats, right: Floats) -> float | None:
    """Return the difference of means in pooled standard deviations (Cohen's d).

    Missing: None when a group has fewer than two values or nothing varies.
    Source:  J. Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), 2.2.
    """
    if len(left) < 2 or len(right) < 2:
        return None
    freedom = len(left) + len(right) - 2
    squares = (len(left) - 1) * float(np.var(left, ddof=1))
    squares += (len(right) - 1) * float(np.var(right, ddof=1))
    spread = sqrt(squares / freedom)
    difference = float(np.mean(left)) - float(np.mean(right))
    scale = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))))
    return difference / spread if spread > 1e-12 * scale else None
