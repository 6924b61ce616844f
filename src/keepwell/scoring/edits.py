"""What differs between two definitions of a scorecard, piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from keepwell.vocabulary import Scorecard, ScorecardMeasure

EditKind = Literal["dimension", "measure", "scale", "policy", "tier", "coverage"]


@dataclass(frozen=True, slots=True)
class CardChange:
    """One difference; "" stands for what is not there. `name`: of a measure, dimension or tier."""

    kind: EditKind
    name: str
    before: str
    after: str


def card_changes(before: Scorecard, after: Scorecard) -> tuple[CardChange, ...]:
    """Return the differences in the order of the card; notes and versions do not count."""
    return tuple(_changes(before, after))


def _changes(before: Scorecard, after: Scorecard) -> Iterator[CardChange]:
    was = {d.dimension: f"{d.weight:g}" for d in before.dimensions}
    now = {d.dimension: f"{d.weight:g}" for d in after.dimensions}
    yield from _differing("dimension", was, now)
    old, new = {m.measure: m for m in before.measures}, {m.measure: m for m in after.measures}
    places = [{m.measure: d.dimension for d in c.dimensions for m in d.measures}
              for c in (before, after)]  # fmt: skip
    weights = [
        {n: f"{place[n]} {m.weight:g}" for n, m in measures.items()}
        for place, measures in zip(places, (old, new), strict=True)
    ]
    yield from _differing("measure", *weights)
    for name in old.keys() & new.keys():
        yield from _of_measure(old[name], new[name])
    lines = [{t.tier: f"{t.min:g}" for t in c.tiers} for c in (before, after)]
    yield from _differing("tier", *lines)
    if before.min_coverage != after.min_coverage:
        floors = (f"{100 * c.min_coverage:g}" for c in (before, after))
        yield CardChange("coverage", "", *floors)


def _differing(kind: EditKind, was: dict[str, str], now: dict[str, str]) -> Iterator[CardChange]:
    for name in dict.fromkeys((*now, *was)):
        pair = was.get(name, ""), now.get(name, "")
        if pair[0] != pair[1]:
            yield CardChange(kind, name, *pair)


def _of_measure(was: ScorecardMeasure, now: ScorecardMeasure) -> Iterator[CardChange]:
    if was.scale != now.scale:
        yield CardChange("scale", now.measure, was.scale.kind, now.scale.kind)
    if (was.never, was.unknown) != (now.never, now.unknown):
        pair = (f"{m.never}, {m.unknown}" for m in (was, now))
        yield CardChange("policy", now.measure, *pair)
