"""One account scored outside the engine, for explanations; tests hold it equal to sql.py."""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from fractions import Fraction

from keepwell.scoring.scales import Value, policy_share, scale_value
from keepwell.vocabulary import (
    MAX_MICRO,
    MICRO_PER_POINT,
    UNKNOWN_TIER,
    Scorecard,
    ScorecardMeasure,
    State,
)

# State of a measure and its share 0-1; None where its weight is shared.
Part = tuple[State, float | None]
# Micro-points of some parts of a score, and the weights of all.
Rest = tuple[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class MeasureScore:
    """One measure's part of a score. `scaled` is None and `weight` 0 when it is left out."""

    state: State
    scaled: float | None
    weight: int
    micro: int


@dataclass(frozen=True, slots=True)
class RowScore:
    """One account's score in micro-points, None when nothing is known, with its parts."""

    score_micro: int | None
    coverage_micro: int
    tier: str
    measures: Mapping[str, MeasureScore]

    @property
    def coverage(self) -> float:
        """Return the share 0-1 of the design weight that is known."""
        return self.coverage_micro / MAX_MICRO


def tier_cuts(card: Scorecard) -> tuple[tuple[str, int], ...]:
    """Return the tiers with the lowest score in micro-points that belongs to each, best first."""
    return tuple((t.tier, math.ceil(Fraction(str(t.min)) * MICRO_PER_POINT)) for t in card.tiers)


def coverage_floor(card: Scorecard) -> int:
    """Return the coverage in micro-points below which the tier is unknown."""
    return math.ceil(Fraction(str(card.min_coverage)) * MAX_MICRO)


def part_of(measure: ScorecardMeasure, value: Value, *, is_never: bool) -> Part:
    """Return what is known of a measure, and its share; an unreadable value is unknown."""
    share = None if value is None else scale_value(measure.scale, value)
    if share is not None:
        return State.KNOWN, share
    if value is None and is_never:
        return State.NEVER, policy_share(measure, measure.never)
    return State.UNKNOWN, policy_share(measure, measure.unknown)


def score_row(card: Scorecard, values: Mapping[str, Value], never: Set[str]) -> RowScore:
    """Return the score of one account from its measures; `never` names those that never happened.

    Missing: a measure absent from `values` is unknown (or never, when named there).
    """
    return RowScorer(card).score(values, never)


class RowScorer:
    """Scores many accounts with one card: what the card alone decides is worked out once."""

    def __init__(self, card: Scorecard) -> None:
        self._card = card
        self._measures = {m.measure: m for m in card.measures}
        self.design = card.micro_weights()
        self._floor, self._cuts = coverage_floor(card), tier_cuts(card)
        self._weights: dict[frozenset[str], dict[str, int]] = {}

    def score(self, values: Mapping[str, Value], never: Set[str]) -> RowScore:
        """Return the score of one account, as `score_row` does."""
        parts = {
            name: part_of(m, values.get(name), is_never=name in never)
            for name, m in self._measures.items()
        }
        coverage = self._coverage(parts)
        if coverage == 0:
            empty = {n: MeasureScore(state, None, 0, 0) for n, (state, _) in parts.items()}
            return RowScore(None, 0, UNKNOWN_TIER, empty)
        weights = self._weights_of(frozenset(n for n, (_, s) in parts.items() if s is not None))
        scored = {
            n: MeasureScore(state, scaled, weights.get(n, 0), _micro(scaled, weights.get(n)))
            for n, (state, scaled) in parts.items()
        }
        total = sum(s.micro for s in scored.values())
        return RowScore(total, coverage, self._tier(total, coverage), scored)

    def parts_at(self, values: Mapping[str, Value], never: Set[str]) -> dict[str, Part]:
        """Return the parts of some measures at values; those that the card lacks are left out."""
        known = {n: v for n, v in values.items() if n in self._measures}
        return {n: part_of(self._measures[n], v, is_never=n in never) for n, v in known.items()}

    def rest(self, parts: Mapping[str, Part], without: Set[str]) -> Rest | None:
        """Return what the parts without some give, and all weights; None when nothing is known."""
        if self._coverage(parts) == 0:
            return None
        weights = self._weights_of(frozenset(n for n, (_, s) in parts.items() if s is not None))
        stay = ((n, scaled) for n, (_, scaled) in parts.items() if n not in without)
        return sum(_micro(scaled, weights.get(n)) for n, scaled in stay), weights

    def _coverage(self, parts: Mapping[str, Part]) -> int:
        known = (n for n, (state, _) in parts.items() if state is not State.UNKNOWN)
        return sum(self.design[n] for n in known)

    def _weights_of(self, counted: frozenset[str]) -> dict[str, int]:
        if counted not in self._weights:
            self._weights[counted] = self._card.micro_weights(counted)
        return self._weights[counted]

    def _tier(self, score_micro: int, coverage_micro: int) -> str:
        if coverage_micro < self._floor:
            return UNKNOWN_TIER
        return next(tier for tier, cut in self._cuts if score_micro >= cut)


class Trials:
    """Scores of one account with some measures at other values; what stays is summed once."""

    def __init__(self, scorer: RowScorer, parts: Mapping[str, Part], never: Set[str]) -> None:
        self._scorer, self._parts, self._never = scorer, parts, never
        # By which measures change, and what of them counts: weights hang on that alone.
        self._rests: dict[tuple[tuple[str, bool, bool], ...], Rest | None] = {}

    def total(self, values: Mapping[str, Value]) -> int:
        """Return the score in micro-points with measures at other values; 0 if nothing is known."""
        found = self._scorer.parts_at(values, self._never)
        kind = tuple((n, st is State.UNKNOWN, share is None) for n, (st, share) in found.items())
        if kind not in self._rests:
            self._rests[kind] = self._scorer.rest({**self._parts, **found}, found.keys())
        rest = self._rests[kind]
        if rest is None:
            return 0
        total, weights = rest
        return total + sum(_micro(share, weights.get(n)) for n, (_, share) in found.items())


def tier_of(card: Scorecard, score_micro: int | None, coverage_micro: int) -> str:
    """Return the tier of a score, compared as integers; unknown below the coverage floor."""
    if score_micro is None or coverage_micro < coverage_floor(card):
        return UNKNOWN_TIER
    return next(tier for tier, cut in tier_cuts(card) if score_micro >= cut)


def _micro(scaled: float | None, weight: int | None) -> int:
    if scaled is None or weight is None:
        return 0
    return math.floor(scaled * float(weight) + 0.5)
