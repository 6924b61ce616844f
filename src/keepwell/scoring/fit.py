"""Fitting: statistics of a reference population become the bounds of a scorecard's scales (D4)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from keepwell.scoring.scales import is_fitted
from keepwell.scoring.soundness import check_card
from keepwell.vocabulary import (
    Measure,
    MinMaxScale,
    PercentileScale,
    Scale,
    Scorecard,
    ScorecardMeasure,
)

QUANTILE_SHARES = tuple(step / 20 for step in range(21))


@dataclass(frozen=True, slots=True)
class StatisticRequest:
    """What fitting needs of one measure: its range, or its quantiles at QUANTILE_SHARES."""

    measure: str
    kind: Literal["range", "quantiles"]


@dataclass(frozen=True, slots=True)
class Statistic:
    """Lowest and highest known value, or the discrete quantiles; None and empty without data."""

    measure: str
    low: float | None = None
    high: float | None = None
    quantiles: tuple[float, ...] = ()


def definition_hash(card: Scorecard) -> str:
    """Return the SHA-256 of a definition as text; notes do not count."""
    text = card.model_copy(update={"note": ""}).model_dump_json()
    return hashlib.sha256(text.encode()).hexdigest()


def fit_requests(card: Scorecard, measures: Mapping[str, Measure]) -> tuple[StatisticRequest, ...]:
    """Return which statistics fitting needs; nothing for bounds that the card gives itself.

    Errors: ConfigInvalid when the card contradicts itself or the catalogue.
    """
    check_card(card, measures)
    return tuple(
        StatisticRequest(
            m.measure, "quantiles" if isinstance(m.scale, PercentileScale) else "range"
        )
        for m in card.measures
        if not is_fitted(m.scale)
    )


def fit(card: Scorecard, statistics: Sequence[Statistic], note: str) -> Scorecard:
    """Return the card with every open bound filled in; bounds that it gives itself win.

    Missing: a measure without known values stays open and counts as unknown when applied.
    """
    found = {s.measure: s for s in statistics}
    dimensions = tuple(
        d.model_copy(update={"measures": tuple(_fit_measure(m, found) for m in d.measures)})
        for d in card.dimensions
    )
    whole_note = f"{card.note}; {note}" if card.note else note
    return card.model_copy(update={"dimensions": dimensions, "note": whole_note})


def percentile_breakpoints(quantiles: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return (value, share) pairs: equal quantiles share their middle rank, the ends are 0 and 1.

    >>> percentile_breakpoints([0, 0, 0, *range(1, 19)])[:3]
    ((0.0, 0.0), (1.0, 0.15), (2.0, 0.2))
    >>> percentile_breakpoints([7] * 21)
    ((7.0, 0.5),)
    """
    ranks: dict[float, list[int]] = {}
    for rank, value in enumerate(quantiles):
        ranks.setdefault(float(value), []).append(rank)
    last = len(quantiles) - 1
    points = [(v, (r[0] + r[-1]) / (2 * last)) for v, r in sorted(ranks.items())]
    if len(points) > 1:
        points[0] = (points[0][0], 0.0)
        points[-1] = (points[-1][0], 1.0)
    return tuple(points)


def _fit_measure(measure: ScorecardMeasure, found: Mapping[str, Statistic]) -> ScorecardMeasure:
    statistic = found.get(measure.measure)
    if statistic is None or is_fitted(measure.scale):
        return measure
    return measure.model_copy(update={"scale": _fit_scale(measure.scale, statistic)})


def _fit_scale(scale: Scale, statistic: Statistic) -> Scale:
    match scale:
        case MinMaxScale() if statistic.low is not None and statistic.high is not None:
            low = statistic.low if scale.min is None else scale.min
            high = statistic.high if scale.max is None else scale.max
            # A given bound beyond all observed values leaves no spread: a constant measure.
            if scale.min is not None:
                high = max(low, high)
            elif scale.max is not None:
                low = min(low, high)
            return scale.model_copy(update={"min": low, "max": high})
        case PercentileScale() if statistic.quantiles:
            points = percentile_breakpoints(statistic.quantiles)
            return scale.model_copy(update={"breakpoints": points})
        case _:
            return scale
