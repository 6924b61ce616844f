"""The least effort to the next tier, with measures moved no further than peers have come."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import combinations

from keepwell.scoring.lift import ATTRIBUTES, Lift, Search, search_of
from keepwell.scoring.scales import Value, scale_value
from keepwell.vocabulary import MapScale, Measure, Scorecard, ScorecardMeasure

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
    search = search_of(card, values, never, measures)
    if search is None:
        return None
    within = {m.measure: m for m in card.measures if _is_movable(search, m, reach)}
    moves = _Peers(search, reach, within).smallest()
    return Effort(search.next_tier, search.gap_micro, moves)


def _is_movable(search: Search, m: ScorecardMeasure, reach: Mapping[str, float]) -> bool:
    if m.measure in ATTRIBUTES or isinstance(m.scale, MapScale) or m.measure not in reach:
        return False
    there = scale_value(m.scale, reach[m.measure])
    now = search.start.measures[m.measure].scaled
    return there is not None and (now is None or there > now)


@dataclass(frozen=True, slots=True)
class _Peers:
    """The smallest set of moves to what peers have come to; `within`: measures that may move."""

    search: Search
    reach: Mapping[str, float]
    within: Mapping[str, ScorecardMeasure]

    def smallest(self) -> tuple[Lift, ...]:
        """Return the moves of the smallest set."""
        gains = {n: self.search.score({n: self.reach[n]}) - self.search.before for n in self.within}
        ranked = sorted((n for n in gains if gains[n] > 0), key=lambda n: (-gains[n], n))
        for size in range(1, len(ranked[:MOST_MEASURES]) + 1):
            sets = [self._moved(s) for s in self._reaching(ranked[:MOST_MEASURES], size)]
            if sets:
                return min(sets, key=lambda s: (self._effort(s), [m.measure for m in s]))
        return ()

    def _reaching(self, names: list[str], size: int) -> Iterator[tuple[str, ...]]:
        for chosen in combinations(names, size):
            if self.search.score({n: self.reach[n] for n in chosen}) >= self.search.cut:
                yield chosen

    def _moved(self, chosen: tuple[str, ...]) -> tuple[Lift, ...]:
        """Return the moves of a set: all to their reach, the last as far as needed."""
        moved: dict[str, Value] = {}
        lifts: list[Lift] = []
        before = self.search.before
        for place, name in enumerate(chosen):
            m, target = self.within[name], self.reach[name]
            if place == len(chosen) - 1:
                nearest = self.search.nearest(m, target, moved)
                target = target if nearest is None else nearest
            lifts.append(self.search.lift(m, target, moved, before))
            moved[name] = target
            before = lifts[-1].score_micro
        return tuple(lifts)

    def _effort(self, lifts: tuple[Lift, ...]) -> float:
        """Return how far the set moves in shares, 0 for none, 1 for one measure from end to end."""
        return sum(
            (scale_value(self.within[m.measure].scale, m.target) or 0.0)
            - (self.search.start.measures[m.measure].scaled or 0.0)
            for m in lifts
        )
