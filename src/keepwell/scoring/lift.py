"""What would lift an account to the next tier, by inverting the scales and scoring again."""

import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from keepwell.scoring.row import RowScore, RowScorer, Trials, tier_cuts
from keepwell.scoring.scales import Value, clip_bounds, is_constant, scale_value
from keepwell.vocabulary import (
    UNKNOWN_TIER,
    LinearScale,
    LogisticScale,
    MapScale,
    Measure,
    Scorecard,
    ScorecardMeasure,
    State,
    StepsScale,
    Unit,
)

# Facts about a firm: they move the score, but no customer success work moves them.
ATTRIBUTES = frozenset(
    {"account_age_days", "account_size_segment", "annual_revenue", "number_of_employees"}
)
WHOLE_UNITS = frozenset({Unit.COUNT, Unit.DAYS})
# A logistic scale has no end; this far from its midpoint it gives 99.995 % of its range.
_LOGISTIC_END = 10.0
_DECIMALS = (0, 1, 2, 3, 4, 6, 9)


@dataclass(frozen=True, slots=True)
class Lift:
    """One measure moved to `target`. `is_attribute`: a fact that work with the account won't move.

    `score_micro` is the score after this move (and, in a set, those before it), scored again.
    """

    measure: str
    state: State
    now: Value
    target: float | str
    gain_micro: int
    score_micro: int
    is_attribute: bool


@dataclass(frozen=True, slots=True)
class LiftPlan:
    """The next tier, the gap to it, each measure that closes it alone, the smallest set that does.

    `smallest` leaves attributes out; it is empty when the tier is out of reach without them.
    """

    next_tier: str
    gap_micro: int
    single: tuple[Lift, ...]
    smallest: tuple[Lift, ...]


def plan_lift(
    card: Scorecard,
    values: Mapping[str, Value],
    never: Set[str],
    measures: Mapping[str, Measure],
    scorer: RowScorer | None = None,
) -> LiftPlan | None:
    """Return what reaches the next tier; None for the top tier, an unknown tier or no score."""
    search = search_of(card, values, never, measures, scorer)
    if search is None:
        return None
    single = [lift for m in card.measures if (lift := search.alone(m)) is not None]
    single.sort(key=lambda lift: (lift.is_attribute, -lift.gain_micro, lift.measure))
    return LiftPlan(search.next_tier, search.gap_micro, tuple(single), search.smallest())


@dataclass(frozen=True, slots=True)
class Search:
    """One account's search for values that bring its score from `before` to `cut`."""

    card: Scorecard
    values: Mapping[str, Value]
    measures: Mapping[str, Measure]
    start: RowScore
    # Hundreds of them: what does not change is neither scaled nor summed again.
    trials: Trials
    before: int
    next_tier: str
    cut: int

    @property
    def gap_micro(self) -> int:
        """Return how far the account is from the cut."""
        return self.cut - self.before

    def score(self, changed: Mapping[str, Value]) -> int:
        """Return the score with some measures changed; nothing known counts as 0."""
        return self.trials.total(changed)

    def alone(self, m: ScorecardMeasure) -> Lift | None:
        """Return the move of one measure that reaches the cut, or None."""
        target = self.target(m, {})
        return None if target is None else self.lift(m, target, {}, self.before)

    def lift(
        self,
        m: ScorecardMeasure,
        target: float | str,
        moved: Mapping[str, Value],
        before: int,
    ) -> Lift:
        """Return the move with the score that it gives, computed again."""
        after = self.score({**moved, m.measure: target})
        return Lift(
            measure=m.measure,
            state=self.start.measures[m.measure].state,
            now=self.values.get(m.measure),
            target=target,
            gain_micro=after - before,
            score_micro=after,
            is_attribute=m.measure in ATTRIBUTES,
        )

    def smallest(self) -> tuple[Lift, ...]:
        """Return the fewest moves that reach the cut: largest gains first, the last one exact."""
        gains: list[tuple[int, str, ScorecardMeasure, float | str]] = []
        for m in self.card.measures:
            best = best_value(m)
            weight = self.start.measures[m.measure].weight
            if weight == 0 or m.measure in ATTRIBUTES or best is None:
                continue
            gain = self.score({m.measure: best}) - self.before
            if gain > 0:
                gains.append((-gain, m.measure, m, best))
        moved: dict[str, Value] = {}
        lifts: list[Lift] = []
        before = self.before
        for _, _, m, best in sorted(gains, key=lambda g: g[:2]):
            target = self.target(m, moved)
            aim = best if target is None else target
            lifts.append(self.lift(m, aim, moved, before))
            before = lifts[-1].score_micro
            if target is not None:
                return tuple(lifts)
            moved[m.measure] = best
        return ()

    def target(self, m: ScorecardMeasure, moved: Mapping[str, Value]) -> float | str | None:
        """Return the value nearest to today's that reaches the cut, or None."""
        best = best_value(m)
        if best is None or not self.reaches(m, best, moved):
            return None
        if isinstance(m.scale, MapScale):
            ranked = sorted(m.scale.values.items(), key=lambda item: (item[1], item[0]))
            return next(category for category, _ in ranked if self.reaches(m, category, moved))
        return self.nearest(m, float(best), moved)

    def reaches(self, m: ScorecardMeasure, value: Value, moved: Mapping[str, Value]) -> bool:
        """Say whether the measure at a value reaches the cut, after the moves before it."""
        return self.score({**moved, m.measure: value}) >= self.cut

    def nearest(self, m: ScorecardMeasure, end: float, moved: Mapping[str, Value]) -> float | None:
        """Return the value nearest to today's, on the way to `end`, that reaches; few digits."""
        now = self.values.get(m.measure)
        start = float(now) if isinstance(now, float | int) else worst_value(m)
        unit = self.measures[m.measure].unit if m.measure in self.measures else Unit.RATIO

        def reaches(value: float) -> bool:
            return self.reaches(m, value, moved)

        return _nearest(start, end, reaches, is_whole=unit in WHOLE_UNITS)


def search_of(
    card: Scorecard,
    values: Mapping[str, Value],
    never: Set[str],
    measures: Mapping[str, Measure],
    scorer: RowScorer | None = None,
) -> Search | None:
    """Return the search for the next tier; None for the top tier, an unknown one, no score."""
    scorer = scorer or RowScorer(card)
    start = scorer.score(values, never)
    before = start.score_micro
    if before is None or start.tier == UNKNOWN_TIER:
        return None
    above = [(tier, cut) for tier, cut in tier_cuts(card) if cut > before]
    if not above:
        return None
    parts = {n: (m.state, m.scaled) for n, m in start.measures.items()}
    trials = Trials(scorer, parts, never)
    return Search(card, values, measures, start, trials, before, *above[-1])


def best_value(m: ScorecardMeasure) -> float | str | None:
    """Return the value at which the scale gives most; None when no value matters."""
    if isinstance(m.scale, MapScale):
        return max(m.scale.values.items(), key=lambda item: item[1])[0]
    ends = _ends(m)
    return None if ends is None else max(ends, key=lambda x: scale_value(m.scale, x) or 0.0)


def worst_value(m: ScorecardMeasure) -> float:
    """Return the value at which a numeric scale gives least."""
    ends = _ends(m) or (0.0, 0.0)
    return min(ends, key=lambda x: scale_value(m.scale, x) or 0.0)


def _ends(m: ScorecardMeasure) -> tuple[float, ...] | None:
    scale = m.scale
    if is_constant(scale):
        return None
    match scale:
        case LinearScale():
            return scale.zero_at, scale.full_at
        case StepsScale():
            first = scale.steps[0][0]
            return (first - max(1.0, abs(first)), *(at for at, _ in scale.steps))
        case LogisticScale():
            reach = _LOGISTIC_END / scale.slope
            return scale.midpoint - reach, scale.midpoint + reach
        case _:
            low, high = clip_bounds(scale)
            return None if low is None or high is None else (low, high)


def _nearest(
    start: float, best: float, reaches: Callable[[float], bool], *, is_whole: bool
) -> float | None:
    if reaches(start):
        return start
    low, high = start, best
    for _ in range(200):
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return _readable(high, start, best, reaches, is_whole=is_whole)


def _readable(
    exact: float,
    start: float,
    best: float,
    reaches: Callable[[float], bool],
    *,
    is_whole: bool,
) -> float | None:
    """Round away from today's value to few digits; whole units must stay whole."""
    rounding: Callable[[float], int] = math.ceil if best >= start else math.floor
    for decimals in (0,) if is_whole else _DECIMALS:
        tens = float(10**decimals)
        value = rounding(exact * tens) / tens
        is_inside = value <= best if best >= start else value >= best
        is_close = abs(value - exact) <= 0.02 * abs(exact - start)
        if reaches(value) and (is_whole or (is_inside and is_close)):
            return value
    return None if is_whole else exact
