"""What makes a scorecard unsound, before it is fitted: each fault names the line that mends it."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise

from keepwell.vocabulary import (
    ConfigInvalid,
    LinearScale,
    MapScale,
    Measure,
    MinMaxScale,
    PercentileScale,
    Scale,
    Scorecard,
    ScorecardMeasure,
    StepsScale,
)

# Matrix, forecast, strategies and reports speak of these; only their cut-offs are configurable.
TIERS = ("high", "medium", "low")
# Unknown measures of an account are one BIGINT bit mask.
MOST_SHARED_MEASURES = 62


def check_card(card: Scorecard, measures: Mapping[str, Measure]) -> None:
    """Pass a card that can be fitted and applied. Errors: ConfigInvalid listing every fault."""
    faults = [*_name_faults(card), *_measure_faults(card, measures)]
    if faults:
        raise ConfigInvalid(
            f"Scorecard `{card.scorecard}` cannot be used: {'; '.join(faults)}.",
            cure=f"Mend scorecards/{card.scorecard}.yml, then `keepwell check`.",
            scorecard=card.scorecard,
            faults=faults,
        )


def check_together(cards: Sequence[Scorecard]) -> None:
    """Pass cards of different names whose columns do not collide. Errors: ConfigInvalid."""
    names = [c.scorecard for c in cards]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ConfigInvalid(
            f"Scorecard `{twice[0]}` is used twice; its bounds belong to one group of accounts.",
            cure="Copy it to a scorecard of another name, or join both conditions with OR.",
            name=twice[0],
        )
    dimensions = {d.dimension: c.scorecard for c in cards for d in c.dimensions}
    for card in cards:
        both = sorted({m.measure for m in card.measures} & set(dimensions))
        if both:
            raise ConfigInvalid(
                f"`{both[0]}` is a measure of scorecard `{card.scorecard}` and a dimension of "
                f"`{dimensions[both[0]]}`.",
                cure="Give the dimension another name.",
                name=both[0],
            )


def _name_faults(card: Scorecard) -> Iterator[str]:
    if tuple(t.tier for t in card.tiers) != TIERS:
        found = ", ".join(t.tier for t in card.tiers)
        yield f"tiers must be {', '.join(TIERS)} in this order (their `min` is yours), not {found}"
    for d in card.dimensions:
        if not d.dimension.isidentifier():
            yield f"dimension `{d.dimension}` must be letters, digits and _ (as `contact_quality`)"
    both = {d.dimension for d in card.dimensions} & {m.measure for m in card.measures}
    for name in sorted(both):
        yield f"`{name}` names a dimension and a measure"
    if sum(m.unknown == "share" for m in card.measures) > MOST_SHARED_MEASURES:
        yield f"more than {MOST_SHARED_MEASURES} measures share their weight when unknown"


def _measure_faults(card: Scorecard, measures: Mapping[str, Measure]) -> Iterator[str]:
    for m in card.measures:
        if m.measure not in measures:
            near = get_close_matches(m.measure, measures, n=1)
            hint = f", did you mean `{near[0]}`?" if near else ""
            yield f"measure `{m.measure}` is not in the catalogue{hint}"
            continue
        yield from _kind_faults(m, measures[m.measure])
        yield from _scale_faults(m.measure, m.scale)


def _kind_faults(m: ScorecardMeasure, measure: Measure) -> Iterator[str]:
    if measure.is_category and not isinstance(m.scale, MapScale):
        yield f"`{m.measure}` is a category and needs `kind: map`, not `{m.scale.kind}`"
    if not measure.is_category and isinstance(m.scale, MapScale):
        yield f"`{m.measure}` is a number and cannot use `kind: map`"


def _scale_faults(name: str, scale: Scale) -> Iterator[str]:
    match scale:
        case MinMaxScale(min=float() as low, max=float() as high) if low > high:
            yield f"`{name}`: min {low:g} must not be above max {high:g}"
        case PercentileScale(breakpoints=points) if not _rises(points):
            yield f"`{name}`: breakpoints must rise in value and never fall in share"
        case StepsScale(steps=steps) if not _climbs(steps):
            yield f"`{name}`: steps must rise in `at`"
        case LinearScale(zero_at=zero, full_at=full) if zero == full:
            yield f"`{name}`: zero_at and full_at are both {zero:g}"
        case _:
            pass
    yield from _direction_faults(name, scale)


def _direction_faults(name: str, scale: Scale) -> Iterator[str]:
    if scale.direction == "higher_is_better":
        return
    match scale:
        case MapScale():
            yield f"`{name}`: a map has no direction, its values say which is better"
        case LinearScale(zero_at=zero, full_at=full) if full > zero:
            yield f"`{name}`: lower_is_better, but full_at {full:g} is above zero_at {zero:g}"
        case StepsScale(below=below, steps=steps) if steps[-1][1] > below:
            yield f"`{name}`: lower_is_better, but the last step is better than the first"
        case _:
            pass


def _climbs(points: Sequence[tuple[float, float]]) -> bool:
    return all(a[0] < b[0] for a, b in pairwise(points))


def _rises(points: Sequence[tuple[float, float]]) -> bool:
    return _climbs(points) and all(a[1] <= b[1] for a, b in pairwise(points))
