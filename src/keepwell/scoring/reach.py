"""The least effort to the next tier, with measures moved no further than peers have come."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import combinations

from keepwell.scoring.lift import ATTRIBUTES, WHOLE_UNITS, Lift, nearest_value, worst_value
from keepwell.scoring.row import RowScore, score_row, tier_cuts
from keepwell.scoring.scales import Value, scale_value
from keepwell.vocabulary import UNKNOWN_TIER, MapScale, Measure, Scorecard, ScorecardMeasure, Unit

# Sets of the measures that gain most are tried; more would take long and be read by nobody.
MOST_MEASURES = 10


@dataclass(frozen=True, slots=True)
class Effort:
    """The smallest set of moves within reach that reaches the next tier; empty: out of reach.

    `moves`: in the order of their gain, the last one moved no further than needed; every
             `score_micro` was scored again.
    """

    next_tier: str
    gap_micro: int
    moves: tuple[Lift, ...]


def least_effort(
    card: Scorecard,
    values: Mapping[str, Value],
    never: Set[str],
    measures: Mapping[str, Measure],
    reach: Mapping[str, float],
) -> Effort | None:
    """Return the fewest moves to the next tier; None for the top tier, an unknown one, no score.

    `reach`: for each measure the value that peers have come to. Facts about the firm and
             categories are not moved. Of sets of one size, the one that moves shares least wins.
    """
    start = score_row(card, values, never)
    if start.score_micro is None or start.tier == UNKNOWN_TIER:
        return None
    above = [(tier, cut) for tier, cut in tier_cuts(card) if cut > start.score_micro]
    if not above:
        return None
    next_tier, cut = above[-1]
    search = _Search(card, values, never, measures, reach, cut)
    return Effort(next_tier, cut - start.score_micro, search.smallest(start))


@dataclass(frozen=True, slots=True)
class _Search:
    """One account's search for the smallest set of moves that brings its score to `cut`."""

    card: Scorecard
    values: Mapping[str, Value]
    never: Set[str]
    measures: Mapping[str, Measure]
    reach: Mapping[str, float]
    cut: int

    def score(self, changed: Mapping[str, Value]) -> int:
        """Return the score with some measures changed."""
        return score_row(self.card, {**self.values, **changed}, self.never).score_micro or 0

    def smallest(self, start: RowScore) -> tuple[Lift, ...]:
        """Return the moves of the smallest set."""
        before = start.score_micro or 0
        gains = {
            m.measure: self.score({m.measure: self.reach[m.measure]}) - before
            for m in self.card.measures
            if self._is_movable(m, start)
        }
        ranked = sorted((n for n in gains if gains[n] > 0), key=lambda n: (-gains[n], n))
        for size in range(1, len(ranked[:MOST_MEASURES]) + 1):
            sets = [self._moved(s, start) for s in self._reaching(ranked[:MOST_MEASURES], size)]
            if sets:
                return min(sets, key=lambda s: (self._effort(s, start), [m.measure for m in s]))
        return ()

    def _reaching(self, names: list[str], size: int) -> Iterator[tuple[str, ...]]:
        for chosen in combinations(names, size):
            if self.score({n: self.reach[n] for n in chosen}) >= self.cut:
                yield chosen

    def _is_movable(self, m: ScorecardMeasure, start: RowScore) -> bool:
        if m.measure in ATTRIBUTES or isinstance(m.scale, MapScale) or m.measure not in self.reach:
            return False
        there = scale_value(m.scale, self.reach[m.measure])
        now = start.measures[m.measure].scaled
        return there is not None and (now is None or there > now)

    def _moved(self, chosen: tuple[str, ...], start: RowScore) -> tuple[Lift, ...]:
        """Return the moves of a set: all to their reach, the last as far as needed."""
        moved: dict[str, Value] = {}
        lifts: list[Lift] = []
        before = start.score_micro or 0
        for place, name in enumerate(chosen):
            is_last = place == len(chosen) - 1
            target = self._needed(name, moved) if is_last else self.reach[name]
            moved[name] = target
            after = self.score(moved)
            state, now = start.measures[name].state, self.values.get(name)
            lifts.append(Lift(name, state, now, target, after - before, after, is_attribute=False))
            before = after
        return tuple(lifts)

    def _needed(self, name: str, moved: Mapping[str, Value]) -> float:
        """Return the value nearest to today's that reaches the cut, whole where the unit is."""
        measure = next(m for m in self.card.measures if m.measure == name)
        now = self.values.get(name)
        start = float(now) if isinstance(now, float | int) else worst_value(measure)
        unit = self.measures[name].unit if name in self.measures else Unit.RATIO
        found = nearest_value(
            start,
            self.reach[name],
            lambda value: self.score({**moved, name: value}) >= self.cut,
            is_whole=unit in WHOLE_UNITS,
        )
        return self.reach[name] if found is None else found

    def _effort(self, lifts: tuple[Lift, ...], start: RowScore) -> float:
        """Return how far the set moves in shares, 0 for none, 1 for one measure from end to end."""
        scales = {m.measure: m.scale for m in self.card.measures}
        return sum(
            (scale_value(scales[m.measure], m.target) or 0.0)
            - (start.measures[m.measure].scaled or 0.0)
            for m in lifts
        )
