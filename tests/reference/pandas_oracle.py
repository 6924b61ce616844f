"""The two shipped scorecards once more, in plain pandas and fractions.

Shares no code with keepwell: written from the design's words, to be compared with its results.
"""

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, isnan, sqrt
from typing import Any

import pandas as pd

# dimension, weight, [(measure, weight in the dimension, kind, higher is better)]
Card = list[tuple[str, Fraction | int, list[tuple[str, int, str, bool]]]]


def _card(recency: str, counted: str, sized: str) -> Card:
    """The card that both shipped ones are, but for the scales of what is skewed."""
    return [
        (
            "activity",
            40,
            [
                ("days_since_last_activity", 50, recency, False),
                ("total_activities_30d", 50, counted, True),
            ],
        ),
        ("contact_quality", 30, [("contact_email_coverage", 100, "identity", True)]),
        (
            "business_value",
            20,
            [("annual_revenue", 50, counted, True), ("total_won_amount", 50, counted, True)],
        ),
        (
            "company_scale",
            10,
            [
                ("account_size_segment", 70, "map", True),
                ("number_of_employees", 30, sized, True),
            ],
        ),
    ]


CARDS: dict[str, Card] = {
    "classic": _card("minmax", "minmax", "sqrt"),
    "robust": _card("quarter", "percentile", "percentile"),
}
MEASURES = [m for _, _, measures in CARDS["classic"] for m, *_ in measures]
SILENT_DAYS = 90.0
SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
WHOLE = 100_000_000
Weights = dict[str, int]


def largest_remainder(shares: dict[str, Fraction]) -> dict[str, int]:
    total = sum(shares.values())
    exact = {k: v * WHOLE / total for k, v in shares.items()}
    parts = {k: floor(v) for k, v in exact.items()}
    left = WHOLE - sum(parts.values())
    names = list(shares)
    for name in sorted(names, key=lambda k: (-(exact[k] - parts[k]), names.index(k)))[:left]:
        parts[name] += 1
    return parts


@lru_cache(maxsize=4096)
def effective_weights(dimensions: tuple[Fraction | int, ...], counted: frozenset[str]) -> Weights:
    """The weights are those of either card: they differ in scales alone."""
    shares: dict[str, Fraction] = {}
    for weight, (_, _, measures) in zip(dimensions, CARDS["classic"], strict=True):
        here = [(m, w) for m, w, _, _ in measures if m in counted]
        for m, w in here:
            shares[m] = Fraction(weight) * Fraction(w, sum(x for _, x in here))
    return largest_remainder(shares) if shares else {}


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and isnan(value)) or value is pd.NA


def with_coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the contact measure to a view: None = unknown; 'never' where there are no contacts."""
    out = frame.copy()
    values: list[Any] = []
    for total, mailed in zip(frame["total_contacts"], frame["contacts_with_email"], strict=True):
        if not is_missing(total) and total == 0:
            values.append("never")
        elif is_missing(total) or is_missing(mailed):
            values.append(None)
        else:
            values.append(float(mailed) / float(total))
    out["contact_email_coverage"] = pd.Series(values, index=frame.index, dtype=object)
    return out


def known_values(frame: pd.DataFrame, measure: str) -> list[float]:
    """The numbers of a measure that are known, in the order of the rows."""
    values = frame[measure] if measure in frame else pd.Series(dtype=object)
    return [float(v) for v in values if not is_missing(v) and v != "never"]


def breakpoints(values: list[float]) -> list[tuple[float, float]]:
    """Discrete quantiles in steps of 5 %; equal ones at their middle rank, the ends at 0 and 1."""
    ordered = sorted(values)
    places = [max(1, ceil(Fraction(k, 20) * len(ordered))) for k in range(21)]
    quantiles = pd.Series([ordered[place - 1] for place in places])
    points: list[tuple[float, float]] = []
    for value, ranks in quantiles.groupby(quantiles):
        points.append((float(str(value)), (min(ranks.index) + max(ranks.index)) / 40))
    if len(points) > 1:
        points[0] = (points[0][0], 0.0)
        points[-1] = (points[-1][0], 1.0)
    return points


def points_of(kind: str, values: list[float]) -> list[tuple[float, float]]:
    """What a scale learns of a population, as (value, share) in rising order; [] for nothing."""
    match kind:
        case "quarter":
            return [(0.0, 0.0), (SILENT_DAYS, 1.0)]
        case "percentile":
            return breakpoints(values) if values else []
        case "minmax" | "sqrt":
            return [(min(values), 0.0), (max(values), 1.0)] if values else []
    return [(0.0, 0.0), (1.0, 1.0)]


def share_of(
    value: Any, kind: str, higher: bool, points: list[tuple[float, float]]
) -> float | None:
    if kind == "map":
        return SIZES.get(value)
    if not points:
        return None
    if kind == "quarter":  # falling from full marks today: written as it is declared
        x = min(max(float(value), 0.0), SILENT_DAYS)
        return (x - SILENT_DAYS) / (0.0 - SILENT_DAYS)
    if points[0][0] == points[-1][0]:
        return 0.5
    share = between(points, float(value))
    if kind == "sqrt":
        share = sqrt(share)
    return share if higher else 1.0 - share


def between(points: list[tuple[float, float]], x: float) -> float:
    """The share at x on the straight lines through the points."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x < x1:
            return y0 + (x - x0) / (x1 - x0) * (y1 - y0)
    return points[-1][1]


def score(frame: pd.DataFrame, card: str = "classic") -> pd.DataFrame:
    """Return account_id, score_micro (None if nothing known), tier, coverage, and <m>__micro."""
    full = frame if "contact_email_coverage" in frame else with_coverage(frame)
    told = [scored_row(shares, CARDS[card]) for shares in shares_of(full, CARDS[card])]
    names = full["account_id"].tolist()
    return pd.DataFrame([{"account_id": n, **t} for n, t in zip(names, told, strict=True)])


def shares_of(full: pd.DataFrame, card: Card) -> list[dict[str, float]]:
    """Return for each account the share of every measure that counts."""
    found: list[dict[str, float]] = [{} for _ in range(len(full))]
    for m, _, kind, higher in (told for _, _, measures in card for told in measures):
        learnt = [] if kind == "map" else points_of(kind, known_values(full, m))
        for shares, value in zip(found, full[m].tolist(), strict=True):
            if is_missing(value):
                continue
            is_never = isinstance(value, str) and value == "never"
            share = 0.0 if is_never else share_of(value, kind, higher, learnt)
            if share is not None:
                shares[m] = share
    return found


def scored_row(shares: dict[str, float], card: Card) -> dict[str, Any]:
    """Weigh the shares of one account."""
    dimensions = tuple(weight for _, weight, _ in card)
    weights = effective_weights(dimensions, frozenset(shares))
    design = effective_weights(dimensions, frozenset(MEASURES))
    out: dict[str, Any] = {f"{m}__micro": 0 for m in MEASURES}
    for m, share in shares.items():
        out[f"{m}__micro"] = floor(share * weights[m] + 0.5)
    total = sum(out.values())
    coverage = sum(design[m] for m in shares) / WHOLE
    tier = "high" if total >= 80_000_000 else "medium" if total >= 50_000_000 else "low"
    out["score_micro"] = total if shares else None
    out["coverage"] = coverage
    out["tier"] = tier if shares and coverage >= 0.5 else "unknown"
    return out
