"""The shipped classic scorecard, matrix and forecast once more, in plain pandas and fractions.

Shares no code with keepwell: written from the design's words, to be compared with its results.
"""

from fractions import Fraction
from math import floor, isnan, sqrt
from typing import Any

import pandas as pd

# dimension, weight, [(measure, weight in the dimension, kind, higher is better)]
CLASSIC: list[tuple[str, int, list[tuple[str, int, str, bool]]]] = [
    (
        "activity",
        40,
        [
            ("days_since_last_activity", 50, "minmax", False),
            ("total_activities_30d", 50, "minmax", True),
        ],
    ),
    ("contact_quality", 30, [("contact_email_coverage", 100, "identity", True)]),
    (
        "business_value",
        20,
        [("annual_revenue", 50, "minmax", True), ("total_won_amount", 50, "minmax", True)],
    ),
    (
        "company_scale",
        10,
        [
            ("account_size_segment", 70, "map", True),
            ("number_of_employees", 30, "sqrt", True),
        ],
    ),
]
SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
WHOLE = 100_000_000


def largest_remainder(shares: dict[str, Fraction]) -> dict[str, int]:
    total = sum(shares.values())
    exact = {k: v * WHOLE / total for k, v in shares.items()}
    parts = {k: floor(v) for k, v in exact.items()}
    left = WHOLE - sum(parts.values())
    names = list(shares)
    for name in sorted(names, key=lambda k: (-(exact[k] - parts[k]), names.index(k)))[:left]:
        parts[name] += 1
    return parts


def effective_weights(counted: set[str]) -> dict[str, int]:
    shares: dict[str, Fraction] = {}
    for _, weight, measures in CLASSIC:
        here = [(m, w) for m, w, _, _ in measures if m in counted]
        for m, w in here:
            shares[m] = Fraction(weight) * Fraction(w, sum(x for _, x in here))
    return largest_remainder(shares) if shares else {}


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and isnan(value)) or value is pd.NA


def with_coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the contact measure: None = unknown; 'never' where there are no contacts."""
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


def bounds(frame: pd.DataFrame, measure: str, kind: str) -> tuple[float, float]:
    known = [float(v) for v in frame[measure] if not is_missing(v) and v != "never"]
    return (min(known), max(known)) if known else (0.0, 0.0)


def share_of(value: Any, kind: str, higher: bool, low: float, high: float) -> float:
    if kind == "map":
        return SIZES[value]
    x = float(value)
    if kind == "identity":
        share = x
    elif low == high:
        return 0.5
    else:
        share = (x - low) / (high - low)
    share = min(1.0, max(0.0, share))
    if kind == "sqrt":
        share = sqrt(share)
    return share if higher else 1.0 - share


def score(frame: pd.DataFrame) -> pd.DataFrame:
    """Return account_id, score_micro (None if nothing known), tier, coverage, and <m>__micro."""
    full = with_coverage(frame)
    measures = [m for _, _, ms in CLASSIC for m in ms]
    limit = {m: bounds(full, m, kind) for m, _, kind, _ in measures if kind in ("minmax", "sqrt")}
    design = effective_weights({m for m, *_ in measures})
    rows = []
    for _, row in full.iterrows():
        counted = {
            m
            for m, _, kind, _ in measures
            if not is_missing(row[m]) and (kind != "map" or row[m] in SIZES)
        }
        weights = effective_weights(counted)
        out: dict[str, Any] = {"account_id": row["account_id"]}
        total = 0
        for m, _, kind, higher in measures:
            micro = 0
            if m in counted:
                worst = isinstance(row[m], str) and row[m] == "never"
                low, high = limit.get(m, (0.0, 1.0))
                share = 0.0 if worst else share_of(row[m], kind, higher, low, high)
                micro = floor(share * weights[m] + 0.5)
            out[f"{m}__micro"] = micro
            total += micro
        coverage = sum(design[m] for m in counted) / WHOLE
        out["score_micro"] = total if counted else None
        out["coverage"] = coverage
        out["tier"] = (
            "unknown"
            if not counted or coverage < 0.5
            else "high"
            if total >= 80_000_000
            else "medium"
            if total >= 50_000_000
            else "low"
        )
        rows.append(out)
    return pd.DataFrame(rows)


def wilson(k: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def matrix(frame: pd.DataFrame, scored: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """Return low and scored accounts of every existing cell; a missing name is 'unknown'."""
    both = frame.merge(scored[["account_id", "tier"]], on="account_id")
    cells: dict[tuple[str, str], tuple[int, int]] = {}
    for _, row in both.iterrows():
        key = tuple(
            "unknown" if is_missing(row[c]) else str(row[c])
            for c in ("industry", "account_size_segment")
        )
        low, total = cells.get((key[0], key[1]), (0, 0))
        cells[(key[0], key[1])] = (
            low + (row["tier"] == "low"),
            total + (row["tier"] != "unknown"),
        )
    return cells


def contribution_index(frame: pd.DataFrame, scored: pd.DataFrame) -> dict[str, float | None]:
    """Return (0.4 won + 0.6 pipeline) x score / 100 per account; None if a part is unknown.

    A part that fewer than half of the accounts have is left out of everyone's index.
    """
    both = frame.merge(scored[["account_id", "score_micro"]], on="account_id")
    weights = {"total_won_amount": 0.4, "current_pipeline_amount": 0.6}
    parts = {
        name: weight
        for name, weight in weights.items()
        if 2 * sum(not is_missing(v) for v in frame[name]) >= len(frame)
    }
    out: dict[str, float | None] = {}
    for _, row in both.iterrows():
        base = [None if is_missing(row[p]) else w * float(row[p]) for p, w in parts.items()]
        known = [b for b in base if b is not None]
        is_known = parts and len(known) == len(base) and not is_missing(row["score_micro"])
        index = sum(known) * float(row["score_micro"]) / 1e8 if is_known else None
        out[str(row["account_id"])] = index
    return out


def quarters(index: dict[str, float | None]) -> dict[str, tuple[int, int] | None]:
    """Return rank (1 = largest, ties by id) and quarter of rank 1-4; None where unknown."""
    known = sorted((-v, a) for a, v in index.items() if v is not None)
    places: dict[str, tuple[int, int] | None] = dict.fromkeys(index)
    for place, (_, account) in enumerate(known):
        places[account] = (place + 1, 1 + 4 * place // len(known))
    return places
