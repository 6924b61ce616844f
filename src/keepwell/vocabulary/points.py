"""Scores as integers: one point is a million micro-points, so sums are exact (design D6)."""

from collections.abc import Sequence
from fractions import Fraction

MICRO_PER_POINT = 1_000_000
MAX_MICRO = 100 * MICRO_PER_POINT


def apportion(weights: Sequence[Fraction], total: int = MAX_MICRO) -> tuple[int, ...]:
    """Return integers in proportion to `weights` that sum to exactly `total`.

    Method:  largest remainder (Hamilton); ties go to the earlier weight.
    Errors:  ValueError if a weight is negative or all are zero.

    >>> apportion([Fraction(1), Fraction(1), Fraction(1)], 100)
    (34, 33, 33)
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or any(w < 0 for w in weights):
        raise ValueError(f"weights must be non-negative with a positive sum: {list(weights)}")
    exact = [w * total / whole for w in weights]
    parts = [int(e) for e in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def truncate_points(micro: int, decimals: int = 2) -> str:
    """Return micro-points as text in points, truncated so that no score seems to cross a tier.

    >>> truncate_points(79_999_999)
    '79.99'
    >>> truncate_points(-1_239_999)
    '-1.23'
    """
    sign = "-" if micro < 0 else ""
    whole, rest = divmod(abs(micro), MICRO_PER_POINT)
    if decimals == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{rest // 10 ** (6 - decimals):0{decimals}d}"
