"""Scores of many past rows under one card: every measure's share, and the card's exact weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Flags, Floats, Texts
from keepwell.scoring import Value, policy_share, scale_value
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard, ScorecardMeasure


@dataclass(frozen=True, slots=True)
class MeasureRows:
    """Measures of past rows: numbers with NaN, categories with "", and which never happened."""

    numbers: Mapping[str, Floats]
    categories: Mapping[str, Texts]
    never: Mapping[str, Flags]

    def rows(self, wanted: Flags) -> "MeasureRows":
        """Return some rows."""
        return MeasureRows(
            {n: c[wanted] for n, c in self.numbers.items()},
            {n: c[wanted] for n, c in self.categories.items()},
            {n: c[wanted] for n, c in self.never.items()},
        )


def shares_of(measure: ScorecardMeasure, rows: MeasureRows) -> Floats:
    """Return each row's share 0-1 of a fitted scale; NaN where its weight is shared."""
    name = measure.measure
    values = rows.numbers[name] if name in rows.numbers else rows.categories[name]
    found, place = np.unique(values, return_inverse=True)
    unknown = _or_nan(policy_share(measure, measure.unknown))
    scaled = [scale_value(measure.scale, _value(v)) for v in found]
    shares = np.array([unknown if s is None else s for s in scaled])[place]
    is_null = np.isnan(values) if values.dtype.kind == "f" else values == ""
    never = is_null & rows.never.get(name, np.zeros(len(values), np.bool_))
    return np.where(never, _or_nan(policy_share(measure, measure.never)), shares)


def points_of(card: Scorecard, shares: Mapping[str, Floats]) -> Floats:
    """Return each row's score in points, weights shared as the card does; NaN: nothing known."""
    names = [m.measure for m in card.measures]
    matrix = np.column_stack([shares[n] for n in names])
    patterns, place = np.unique(~np.isnan(matrix), axis=0, return_inverse=True)
    score = np.full(len(matrix), np.nan)
    for number, known in enumerate(patterns):
        weights = card.micro_weights(frozenset(n for n, k in zip(names, known, strict=True) if k))
        if not weights:
            continue
        here = np.flatnonzero(place.reshape(-1) == number)
        points = np.array([weights.get(n, 0) / MICRO_PER_POINT for n in names])
        score[here] = np.nan_to_num(matrix[here]) @ points
    return score


def _or_nan(share: float | None) -> float:
    return float("nan") if share is None else share


def _value(found: object) -> Value:
    if isinstance(found, float):
        return None if np.isnan(found) else float(found)
    return str(found) or None
