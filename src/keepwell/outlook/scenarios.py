"""Scenarios: the same accounts scored with other scales, weights, fields or one more touch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from keepwell.outlook.contradictions import Contradiction, Side, repaired
from keepwell.vocabulary import (
    Dimension,
    MinMaxScale,
    PercentileScale,
    Scale,
    Scorecard,
    ScorecardMeasure,
)

WEIGHT_MOVE = 0.2
_GAP, _MONTH = "days_since_last_activity", "total_activities_30d"
_COVERAGE = "contact_email_coverage"
Swap = Literal["percentile", "minmax"]


class ScenarioKind(StrEnum):
    """What a scenario changes. Scales and weights are choices that a reasonable person could make;

    a firm low account is low under all of those. The others answer a question.
    """

    SCALE = "scale"
    WEIGHT = "weight"
    WITHOUT = "without"
    REPAIR = "repair"
    ACTION = "action"

    @property
    def is_choice(self) -> bool:
        """Say whether it counts for the firm list."""
        return self in (ScenarioKind.SCALE, ScenarioKind.WEIGHT)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Altered scorecards by name (refit when `needs_fit`) and altered measure columns (SQL)."""

    name: str
    kind: ScenarioKind
    cards: Mapping[str, Scorecard]
    replaced: Mapping[str, str] = field(default_factory=dict)
    dimension: str = ""
    needs_fit: bool = False

    @property
    def column(self) -> str:
        """Return the column of `stability` that holds its scores."""
        return f"score_{self.name}_micro"


def scale_scenarios(cards: Mapping[str, Scorecard]) -> tuple[Scenario, ...]:
    """Return min-max scales as percentiles and percentiles as min-max, each if it changes any."""
    found = []
    swaps: tuple[Swap, Swap] = ("percentile", "minmax")
    for swap in swaps:
        name = f"{swap}_scales"
        swapped = {n: _with_scales(c, swap) for n, c in cards.items()}
        if any(swapped[n] is not cards[n] for n in cards):
            found.append(Scenario(name, ScenarioKind.SCALE, swapped, needs_fit=True))
    return tuple(found)


def weight_scenarios(cards: Mapping[str, Scorecard]) -> tuple[Scenario, ...]:
    """Return every dimension's weight raised and lowered by a fifth, then without it."""
    found: list[Scenario] = []
    for name in _dimensions(cards):
        for label, factor in (("up", 1 + WEIGHT_MOVE), ("down", 1 - WEIGHT_MOVE)):
            moved = {n: _weighted(c, name, factor) for n, c in cards.items()}
            scenario = f"{name}_{label}"
            found.append(Scenario(scenario, ScenarioKind.WEIGHT, moved, dimension=name))
        left_out = {n: _without(c, name) for n, c in cards.items()}
        found.append(Scenario(f"without_{name}", ScenarioKind.WITHOUT, left_out, dimension=name))
    return tuple(found)


def repair_scenarios(
    cards: Mapping[str, Scorecard], fired: Sequence[Contradiction]
) -> tuple[Scenario, ...]:
    """Return both repairs of each pair of fields that contradict somewhere and enter a score."""
    scored = {m.measure for c in cards.values() for m in c.measures}
    sides: tuple[Side, Side] = ("left", "right")
    found = []
    for pair in dict.fromkeys(r.pair for r in fired):
        rules = [r for r in fired if r.pair == pair]
        changed = {s: repaired(rules, s) for s in sides}
        if scored & {name for columns in changed.values() for name in columns}:
            found += [
                Scenario(f"{pair}_{s}", ScenarioKind.REPAIR, cards, changed[s]) for s in sides
            ]
    return tuple(found)


def action_scenarios(
    cards: Mapping[str, Scorecard], columns: Collection[str]
) -> tuple[Scenario, ...]:
    """Return `touch` (one activity logged today) and `best` (active today, all reachable)."""
    scored = {m.measure for c in cards.values() for m in c.measures} & set(columns)
    today = _set_known(_GAP, "CAST(0 AS DOUBLE)") if _GAP in columns else {}
    more = f"coalesce({_MONTH}, CAST(0 AS DOUBLE)) + CAST(1 AS DOUBLE)"
    counted = _set_known(_MONTH, more) if _MONTH in columns else {}
    reachable = _set_known(_COVERAGE, "CAST(1 AS DOUBLE)") if _COVERAGE in columns else {}
    found = []
    if scored & {_GAP, _MONTH}:
        found.append(Scenario("touch", ScenarioKind.ACTION, cards, {**today, **counted}))
    if scored & {_GAP, _COVERAGE}:
        found.append(Scenario("best", ScenarioKind.ACTION, cards, {**today, **reachable}))
    return tuple(found)


def _set_known(name: str, value: str) -> dict[str, str]:
    """Return the columns that give a measure a value, unless nothing is recorded of it."""
    recorded = f"{name} IS NOT NULL OR {name}__never"
    return {name: f"CASE WHEN {recorded} THEN {value} END", f"{name}__never": "FALSE"}


def _dimensions(cards: Mapping[str, Scorecard]) -> tuple[str, ...]:
    """Return the dimensions that stand beside another one in some card, in order."""
    several = [c for c in cards.values() if len(c.dimensions) > 1]
    return tuple(dict.fromkeys(d.dimension for c in several for d in c.dimensions))


def _with_dimensions(card: Scorecard, dimensions: Sequence[Dimension]) -> Scorecard:
    return card.model_copy(update={"dimensions": tuple(dimensions)})


def _weighted(card: Scorecard, name: str, factor: float) -> Scorecard:
    moved = [
        d.model_copy(update={"weight": d.weight * factor}) if d.dimension == name else d
        for d in card.dimensions
    ]
    return _with_dimensions(card, moved)


def _without(card: Scorecard, name: str) -> Scorecard:
    kept = [d for d in card.dimensions if d.dimension != name]
    return _with_dimensions(card, kept) if kept else card


def _with_scales(card: Scorecard, swap: Swap) -> Scorecard:
    dimensions = [
        d.model_copy(update={"measures": tuple(_swapped(m, swap) for m in d.measures)})
        for d in card.dimensions
    ]
    altered = _with_dimensions(card, dimensions)
    return card if altered == card else altered


def _swapped(measure: ScorecardMeasure, swap: Swap) -> ScorecardMeasure:
    scale: Scale = measure.scale
    match scale, swap:
        case MinMaxScale(), "percentile":
            return measure.model_copy(update={"scale": PercentileScale(direction=scale.direction)})
        case PercentileScale(), "minmax":
            return measure.model_copy(update={"scale": MinMaxScale(direction=scale.direction)})
        case _:
            return measure
