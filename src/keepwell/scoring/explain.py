"""Why an account has its score: its parts, its peers, what would lift it, what changed it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from keepwell.scoring.change import Change
from keepwell.scoring.lift import LiftPlan, plan_lift
from keepwell.scoring.row import MeasureScore, RowScore, RowScorer
from keepwell.scoring.scales import Value
from keepwell.vocabulary import Dimension, Measure, Scorecard, ScorecardMeasure, State


@dataclass(frozen=True, slots=True)
class Peer:
    """The median of a measure among the known accounts of the same size segment, and how many.

    `segment` is empty when the account's own is unknown; the peers are then all accounts.
    """

    segment: str
    median: float | None
    accounts: int


@dataclass(frozen=True, slots=True)
class MeasureExplanation:
    """One measure's part in a score. `lost_micro` is what it misses to its full weight.

    `is_unmapped`: a value is there, but the scale cannot read it, so it counts as unknown.
    """

    measure: str
    raw: Value
    state: State
    is_unmapped: bool
    scaled: float | None
    design_micro: int
    weight_micro: int
    contribution_micro: int
    lost_micro: int
    peer: Peer | None


@dataclass(frozen=True, slots=True)
class DimensionExplanation:
    """One dimension's part in a score, with its measures in the card's order."""

    dimension: str
    weight_micro: int
    contribution_micro: int
    lost_micro: int
    measures: tuple[MeasureExplanation, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one account's score; all parts sum exactly in micro-points."""

    account_id: str
    scorecard: str
    scorecard_version: int
    score_micro: int | None
    coverage: float
    tier: str
    effective_tier: str
    dimensions: tuple[DimensionExplanation, ...]
    lift: LiftPlan | None
    change: Change | None

    @property
    def lost_micro(self) -> int:
        """Return the micro-points missing to 100."""
        return sum(d.lost_micro for d in self.dimensions)


def explain_account(
    card: Scorecard,
    account_id: str,
    values: Mapping[str, Value],
    never: Set[str],
    *,
    measures: Mapping[str, Measure],
    peers: Mapping[str, Peer] | None = None,
    effective_tier: str | None = None,
    change: Change | None = None,
    scorer: RowScorer | None = None,
) -> Explanation:
    """Return why the account has its score under a fitted card.

    `values` and `never`: the account's measures; a name absent from both is unknown.
    `scorer`: of the same card, where many accounts are explained.
    """
    scorer = scorer or RowScorer(card)
    scored, design = scorer.score(values, never), scorer.design
    dimensions = tuple(_dimension(d, scored, design, values, peers or {}) for d in card.dimensions)
    return Explanation(
        account_id=account_id,
        scorecard=card.scorecard,
        scorecard_version=card.version,
        score_micro=scored.score_micro,
        coverage=scored.coverage,
        tier=scored.tier,
        effective_tier=effective_tier or scored.tier,
        dimensions=dimensions,
        lift=plan_lift(card, values, never, measures, scorer),
        change=change,
    )


def _dimension(
    dimension: Dimension,
    scored: RowScore,
    design: Mapping[str, int],
    values: Mapping[str, Value],
    peers: Mapping[str, Peer],
) -> DimensionExplanation:
    parts = tuple(
        _measure(m, scored.measures[m.measure], design, values.get(m.measure), peers)
        for m in dimension.measures
    )
    return DimensionExplanation(
        dimension=dimension.dimension,
        weight_micro=sum(p.weight_micro for p in parts),
        contribution_micro=sum(p.contribution_micro for p in parts),
        lost_micro=sum(p.lost_micro for p in parts),
        measures=parts,
    )


def _measure(
    measure: ScorecardMeasure,
    part: MeasureScore,
    design: Mapping[str, int],
    raw: Value,
    peers: Mapping[str, Peer],
) -> MeasureExplanation:
    return MeasureExplanation(
        measure=measure.measure,
        raw=raw,
        state=part.state,
        is_unmapped=raw is not None and part.state is State.UNKNOWN,
        scaled=part.scaled,
        design_micro=design[measure.measure],
        weight_micro=part.weight,
        contribution_micro=part.micro,
        lost_micro=part.weight - part.micro,
        peer=peers.get(measure.measure),
    )
