"""Scores computed once more in plain Python fractions and floats, sharing no code with keepwell.

Written from the words of the scorecard format: one account at a time, no SQL, no patterns.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

WHOLE = 100_000_000
Card = dict[str, Any]
Table = list[dict[str, Any]]


def discrete_quantile(values: list[float], share: Fraction) -> float:
    """The least value that at least that share of values does not exceed."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1]


def breakpoints(values: list[float]) -> list[tuple[float, float]]:
    """Quantiles in steps of 5 %; equal ones meet at their middle rank; ends are 0 and 1."""
    quantiles = [discrete_quantile(values, Fraction(k, 20)) for k in range(21)]
    points = []
    for value in sorted(set(quantiles)):
        ranks = [k for k, q in enumerate(quantiles) if q == value]
        points.append((value, (min(ranks) + max(ranks)) / 40))
    if len(points) > 1:
        points[0] = (points[0][0], 0.0)
        points[-1] = (points[-1][0], 1.0)
    return points


def fitted(measure: dict[str, Any], table: Table) -> dict[str, Any]:
    """The scale with bounds from the known values, where it gives none itself."""
    scale = dict(measure["scale"])
    values = [r[measure["measure"]] for r in table if r[measure["measure"]] is not None]
    if scale["kind"] == "percentile" and values and not scale.get("breakpoints"):
        scale["breakpoints"] = breakpoints(values)
    if scale["kind"].endswith("minmax") and values:
        low, high = scale.get("min"), scale.get("max")
        scale["min"] = min(values) if low is None else low
        scale["max"] = max(values) if high is None else high
        if low is not None and high is None:
            scale["max"] = max(scale["max"], low)
        if high is not None and low is None:
            scale["min"] = min(scale["min"], high)
    return scale


def share_of(scale: dict[str, Any], value: Any) -> float | None:
    """The share 0-1 of one value, or None when the scale cannot read it."""
    kind = scale["kind"]
    if kind == "map":
        found: float | None = scale["values"].get(value)
        return found
    if kind == "steps":
        share = scale.get("below", 0.0)
        for at, step in scale["steps"]:
            share = step if value >= at else share
        return float(share)
    if kind == "linear":
        zero, full = scale["zero_at"], scale["full_at"]
        bounded = min(max(value, min(zero, full)), max(zero, full))
        return float((bounded - zero) / (full - zero))
    if kind == "percentile" and not scale.get("breakpoints"):
        return None
    if kind.endswith("minmax") and scale.get("min") is None:
        return None
    share = _rising(scale, value)
    if share is None:
        return 0.5
    return 1.0 - share if scale.get("direction") == "lower_is_better" else share


def _rising(scale: dict[str, Any], value: float) -> float | None:
    kind = scale["kind"]
    if kind == "identity":
        return min(max(value, 0.0), 1.0)
    if kind == "logistic":
        z = scale["slope"] * (value - scale["midpoint"])
        return 1.0 / (1.0 + math.exp(-z)) if abs(z) <= 700 else float(z > 0)
    if kind == "percentile":
        return _interpolated(scale["breakpoints"], value)
    shapes: dict[str, Callable[[float], float]] = {
        "minmax": lambda x: x,
        "log_minmax": lambda x: math.log(1.0 + max(x, 0.0)),
        "sqrt_minmax": lambda x: x,
    }
    shape = shapes[kind]
    low, high = shape(scale["min"]), shape(scale["max"])
    if low >= high:
        return None
    bounded = min(max(value, scale["min"]), scale["max"])
    share = float((shape(bounded) - low) / (high - low))
    return math.sqrt(share) if kind == "sqrt_minmax" else share


def _interpolated(points: list[tuple[float, float]], value: float) -> float | None:
    if len(points) == 1:
        return None
    if value <= points[0][0]:
        return points[0][1]
    for i in range(1, len(points)):
        (x0, y0), (x1, y1) = points[i - 1], points[i]
        if value < x1:
            return y0 + (value - x0) / (x1 - x0) * (y1 - y0)
    return points[-1][1]


def worst_of(scale: dict[str, Any]) -> float:
    """The lowest share that the scale can give."""
    if scale["kind"] == "map":
        return float(min(scale["values"].values()))
    if scale["kind"] == "steps":
        return float(min([scale.get("below", 0.0), *(s for _, s in scale["steps"])]))
    if scale["kind"] == "percentile" and scale.get("is_given"):
        ends = [scale["breakpoints"][0][1], scale["breakpoints"][-1][1]]
        is_lower = scale.get("direction") == "lower_is_better"
        return float(min(1.0 - e if is_lower else e for e in ends))
    return 0.0


def apportioned(shares: list[Fraction]) -> list[int]:
    """Integers in proportion that sum to WHOLE: largest remainder, earlier first on ties."""
    total = sum(shares)
    exact = [s * WHOLE / total for s in shares]
    parts = [math.floor(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), i))
    for i in order[: WHOLE - sum(parts)]:
        parts[i] += 1
    return parts


def weights_of(card: Card, counted: set[str]) -> dict[str, int]:
    """Weights of the counted measures, shared within dimensions, then among them."""
    shares: dict[str, Fraction] = {}
    for d in card["dimensions"]:
        here = [m for m in d["measures"] if m["measure"] in counted]
        whole = sum(Fraction(str(m["weight"])) for m in here)
        for m in here:
            share = Fraction(str(d["weight"])) * Fraction(str(m["weight"])) / whole
            shares[m["measure"]] = share
    if not shares:
        return {}
    return dict(zip(shares, apportioned(list(shares.values())), strict=True))


def scored(card: Card, table: Table) -> list[dict[str, Any]]:
    """One result per row: score, coverage, tier, and scaled, weight and micro per measure."""
    measures = [m for d in card["dimensions"] for m in d["measures"]]
    scales = {m["measure"]: fitted(m, table) for m in measures}
    design = weights_of(card, {m["measure"] for m in measures})
    return [_scored_row(card, measures, scales, design, row) for row in table]


def _scored_row(
    card: Card,
    measures: list[dict[str, Any]],
    scales: dict[str, dict[str, Any]],
    design: dict[str, int],
    row: dict[str, Any],
) -> dict[str, Any]:
    shares: dict[str, float | None] = {}
    covered = 0
    for m in measures:
        name = m["measure"]
        value = row[name]
        share = None if value is None else share_of(scales[name], value)
        if share is not None:
            covered += design[name]
        else:
            is_never = value is None and row[f"{name}__never"]
            covered += design[name] if is_never else 0
            policy = m["never"] if is_never else m["unknown"]
            named = {"share": None, "neutral": 0.5, "worst": worst_of(scales[name])}
            share = named[policy] if isinstance(policy, str) else float(policy)
        shares[name] = share
    if covered == 0:
        none = dict.fromkeys(shares, (None, 0, 0))
        return {"score": None, "coverage": 0, "tier": "unknown", "parts": none}
    weights = weights_of(card, {n for n, s in shares.items() if s is not None})
    parts: dict[str, tuple[float | None, int, int]] = {}
    for name, share in shares.items():
        weight = weights.get(name, 0)
        micro = 0 if share is None else math.floor(share * weight + 0.5)
        parts[name] = (share, weight, micro)
    score = sum(micro for _, _, micro in parts.values())
    return {
        "score": score,
        "coverage": covered,
        "tier": _tier(card, score, covered),
        "parts": parts,
    }


def _tier(card: Card, score: int, covered: int) -> str:
    if Fraction(covered, WHOLE) < Fraction(str(card["min_coverage"])):
        return "unknown"
    points = Fraction(score, 1_000_000)
    for cut in card["tiers"]:
        if points >= Fraction(str(cut["min"])):
            return str(cut["tier"])
    raise AssertionError(score)
