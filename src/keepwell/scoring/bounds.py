"""Bounds that an edit leaves alone: an edited card takes over those of the fit in use."""

from keepwell.scoring.scales import is_fitted
from keepwell.vocabulary import MinMaxScale, PercentileScale, Scale, Scorecard, ScorecardMeasure


def with_bounds_of(card: Scorecard, fitted: Scorecard) -> Scorecard:
    """Return the card with the fitted bounds of every measure whose scale is of the same kind.

    What the card gives itself wins; a measure that is new, or whose kind or direction changed,
    stays open. So an edit of weights moves scores by the weights alone.
    """
    known = {m.measure: m for m in fitted.measures}
    dimensions = tuple(
        d.model_copy(
            update={"measures": tuple(_bounded(m, known.get(m.measure)) for m in d.measures)}
        )
        for d in card.dimensions
    )
    return card.model_copy(update={"dimensions": dimensions})


def _bounded(measure: ScorecardMeasure, before: ScorecardMeasure | None) -> ScorecardMeasure:
    if before is None or is_fitted(measure.scale) or not is_fitted(before.scale):
        return measure
    found = _taken_over(measure.scale, before.scale)
    return measure if found is None else measure.model_copy(update={"scale": found})


def _taken_over(scale: Scale, before: Scale) -> Scale | None:
    if scale.kind != before.kind or scale.direction != before.direction:
        return None
    if isinstance(scale, MinMaxScale) and isinstance(before, MinMaxScale):
        low = before.min if scale.min is None else scale.min
        high = before.max if scale.max is None else scale.max
        return scale.model_copy(update={"min": low, "max": high})
    return before if isinstance(scale, PercentileScale) else None
