"""Risk matrix and profile of low accounts once more, in plain Python: no NumPy, no optimiser.

Shares no code with keepwell. A portfolio is as in forecast_oracle.py.
"""

from dataclasses import dataclass, field
from math import exp, fsum, log, sqrt
from typing import Any

import pandas as pd

from reference.forecast_oracle import size_of
from reference.pandas_oracle import is_missing, known_values

Z = 1.959963984540054


@dataclass(frozen=True)
class Cuts:
    """Lowest share of each grade, and the fewest scored accounts that get one."""

    minimum: int = 10
    critical: float = 0.7
    elevated: float = 0.4
    watch: float = 0.2


@dataclass
class Cell:
    """Counts and money of one industry and size."""

    low: int = 0
    scored: int = 0
    amounts: list[float] = field(default_factory=list)
    risks: list[float] = field(default_factory=list)

    def total(self, parts: list[float]) -> float | None:
        """Return the sum, None without any known part."""
        return fsum(parts) if parts else None


def wilson(k: int, n: int) -> tuple[float, float]:
    p = k / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def matrix(frame: pd.DataFrame, told: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    """Return every existing cell; a missing name is 'unknown'."""
    both = frame.drop(columns="tier", errors="ignore").merge(told, on="account_id")
    cells: dict[tuple[str, str], Cell] = {}
    for row in both.to_dict("records"):
        industry = "unknown" if is_missing(row["industry"]) else str(row["industry"])
        cell = cells.setdefault((industry, size_of(row)), Cell())
        cell.low += row["tier"] == "low"
        cell.scored += row["tier"] != "unknown"
        if row["contribution"] is not None:
            cell.amounts.append(row["contribution"])
            cell.risks.append(row["contribution"] if row["tier"] == "low" else 0.0)
    return cells


def grade(low: int, scored: int, cuts: Cuts) -> str:
    if scored < cuts.minimum:
        return "too_small"
    steps = (("critical", cuts.critical), ("elevated", cuts.elevated), ("watch", cuts.watch))
    return next((name for name, least in steps if low / scored >= least), "stable")


def slope(groups: list[tuple[int, int]], mean: float, worth: float) -> tuple[float, float]:
    """The slope of the beta-binomial log-likelihood over logit(mean) and log(worth), as sums."""
    a, b = mean * worth, (1 - mean) * worth
    up = fsum(1 / (a + j) for h, _ in groups for j in range(h))
    down = fsum(1 / (b + j) for h, n in groups for j in range(n - h))
    both = fsum(1 / (worth + j) for _, n in groups for j in range(n))
    over_mean = worth * mean * (1 - mean) * (up - down)
    return over_mean, worth * (mean * up + (1 - mean) * down - both)


def prior(groups: list[tuple[int, int]]) -> tuple[float, float] | None:
    """The most likely (mean, worth), worth within 0.1 and 1,000,000, by halving intervals.

    The likelihood is concave in the mean for any worth, so its slope there has one zero.
    """
    held = [(h, n) for h, n in groups if n > 0]
    if len(held) < 2 or max(n for _, n in held) < 2:
        return None

    def best_mean(worth: float) -> float:
        low, high = -14.0, 14.0
        for _ in range(80):
            middle = (low + high) / 2
            is_rising = slope(held, 1 / (1 + exp(-middle)), worth)[0] > 0
            low, high = (middle, high) if is_rising else (low, middle)
        return 1 / (1 + exp(-(low + high) / 2))

    low, high = log(0.1), log(1e6)
    for _ in range(60):
        middle = (low + high) / 2
        is_rising = slope(held, best_mean(exp(middle)), exp(middle))[1] > 0
        low, high = (middle, high) if is_rising else (low, middle)
    worth = exp((low + high) / 2)
    return best_mean(worth), worth


def mean(values: list[float]) -> float | None:
    return fsum(values) / len(values) if values else None


def median(values: list[float]) -> float | None:
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def ratio(left: list[float], right: list[float]) -> float | None:
    above, below = mean(left), mean(right)
    return None if above is None or below is None or above < 0 or below <= 0 else above / below


def difference(left: list[float], right: list[float]) -> float | None:
    """The difference of means in pooled standard deviations; None where nothing varies."""
    if len(left) < 2 or len(right) < 2:
        return None
    middles = [fsum(v) / len(v) for v in (left, right)]
    squares = fsum((x - m) ** 2 for v, m in zip((left, right), middles, strict=True) for x in v)
    spread = sqrt(squares / (len(left) + len(right) - 2))
    largest = max(abs(x) for x in left + right)
    return (middles[0] - middles[1]) / spread if spread > 1e-12 * largest else None


def dominance(left: list[float], right: list[float]) -> int:
    return sum((x > y) - (x < y) for x in left for y in right)


def delta(pairs: list[tuple[list[float], list[float]]]) -> float | None:
    """Cliff's delta over the pairs of accounts that share a stratum."""
    count = sum(len(x) * len(y) for x, y in pairs)
    return sum(dominance(x, y) for x, y in pairs) / count if count else None


def profile(frame: pd.DataFrame, measure: str) -> dict[str, Any] | None:
    """Low accounts against the other scored ones and against all; None without a known value."""
    whole = known_values(frame, measure)
    if not whole:
        return None
    groups: dict[str, list[float]] = {"low": [], "rest": []}
    sizes: dict[str, dict[str, list[float]]] = {}
    columns = (frame[name].tolist() for name in (measure, "tier", "account_size_segment"))
    for value, tier, size in zip(*columns, strict=True):
        if is_missing(value) or value == "never" or tier == "unknown":
            continue
        part = "low" if tier == "low" else "rest"
        groups[part].append(float(value))
        if not is_missing(size):
            sizes.setdefault(size, {"low": [], "rest": []})[part].append(float(value))
    low, rest = groups["low"], groups["rest"]
    told: dict[str, Any] = {"n_low": len(low), "n_rest": len(rest), "n_all": len(whole)}
    for name, values in (("low", low), ("rest", rest), ("all", whole)):
        told |= {f"mean_{name}": mean(values), f"median_{name}": median(values)}
    for name, values in (("rest", rest), ("all", whole)):
        told |= {f"ratio_{name}": ratio(low, values), f"difference_{name}": difference(low, values)}
    pairs = [(one["low"], one["rest"]) for one in sizes.values()]
    return {**told, "delta": delta([(low, rest)]), "within_delta": delta(pairs)}
