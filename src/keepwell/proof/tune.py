"""A scorecard from evidence for review: fitted on earlier days, judged on later ones."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Days, Flags, Floats, Ints
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.metrics import auc, auc_difference, rate
from keepwell.proof.metrics_sample import Sample, numbered
from keepwell.proof.model.refusals import EVENTS_PER_PARAMETER, LEAST_EVENTS, TooFewEvents
from keepwell.proof.tune_scales import better_cuts, better_scales, fitted_on
from keepwell.proof.tune_shares import MeasureRows, points_of, shares_of
from keepwell.proof.tune_weights import LARGEST_MOVE, distance, tuned_weights, with_weights
from keepwell.vocabulary import InputProblem, Scorecard

EARLY_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class TuneRows:
    """Past rows with what came after; one row per account and origin."""

    measures: MeasureRows
    left: Flags
    cluster: Ints
    origin: Days
    horizon_days: int

    def rows(self, wanted: Flags) -> "TuneRows":
        """Return some rows."""
        return TuneRows(
            self.measures.rows(wanted),
            self.left[wanted],
            self.cluster[wanted],
            self.origin[wanted],
            self.horizon_days,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A card for review, and what the later days say of it against the expert's.

    moved_points: weight that moved, 0-100 (total variation).
    gain:         AUC of the proposal minus that of the expert's card on the later days.
    caught:       the same of the share that left among as many lowest scores as were low.
    """

    expert: Scorecard
    card: Scorecard
    moved_points: float
    auc_before: Estimate
    auc_after: Estimate
    gain: Estimate
    caught: Estimate
    early: tuple[str, str]
    later: tuple[str, str]
    early_left: int
    later_left: int

    @property
    def is_better(self) -> bool:
        """Say whether the whole interval of the gain lies above 0."""
        return self.gain.has_interval and self.gain.low > 0


def propose(
    card: Scorecard, rows: TuneRows, largest_move: float = LARGEST_MOVE
) -> Proposal | TooFewEvents:
    """Return the proposal, its bounds, scales and lines learned on the earlier days alone.

    `card`: the expert's, of measures that the rows hold.
    Errors: InputProblem where there are too few past days to keep later ones back.
    """
    early, later = _parted(rows)
    free = len(card.measures)
    needed = max(LEAST_EVENTS, EVENTS_PER_PARAMETER * free)
    for part, least in ((early, needed), (later, LEAST_EVENTS)):
        left, stayed = (len(np.unique(part.cluster[f])) for f in (part.left, ~part.left))
        if min(left, stayed) < least:
            days = str(part.origin.min()), str(part.origin.max())
            return TooFewEvents(left, stayed, least, days)
    accounts = len(np.unique(early.cluster))
    scaled = better_scales(card, early.measures, early.left, accounts)
    weighed = _weighed(scaled, early, largest_move)
    score = _scores(weighed, early, early)
    proposed = better_cuts(weighed, score, early.left)
    return _judged(card, proposed, early, later)


def _parted(rows: TuneRows) -> tuple[TuneRows, TuneRows]:
    days = np.unique(rows.origin)
    ahead = np.timedelta64(rows.horizon_days, "D")
    first = days[min(int(np.ceil(EARLY_SHARE * len(days))), len(days) - 1)]
    early, later = rows.origin + ahead <= first, rows.origin >= first
    if not early.any():
        raise InputProblem(
            f"{len(days)} past days, {days[0]} to {days[-1]}: none lies {rows.horizon_days} days "
            "before those to be kept back, so nothing can be fitted and judged apart.",
            cure="Back-test over more months or a shorter horizon: `keepwell backtest "
            "--horizon 30`.",
        )
    return rows.rows(early), rows.rows(later)


def _weighed(card: Scorecard, early: TuneRows, largest_move: float) -> Scorecard:
    fitted = fitted_on(card, early.measures)
    names = [m.measure for m in fitted.measures]
    shares = np.column_stack([shares_of(m, early.measures) for m in fitted.measures])
    design = fitted.micro_weights()
    expert = np.array([design[n] / 1_000_000 for n in names])
    found = tuned_weights(shares, early.left, expert, largest_move)
    return with_weights(card, dict(zip(names, found.tolist(), strict=True)))


def _scores(card: Scorecard, reference: TuneRows, rows: TuneRows) -> Floats:
    fitted = fitted_on(card, reference.measures)
    return points_of(fitted, {m.measure: shares_of(m, rows.measures) for m in fitted.measures})


def _judged(expert: Scorecard, card: Scorecard, early: TuneRows, later: TuneRows) -> Proposal:
    sample = numbered(later.left, later.origin, later.cluster)
    before, after = (_scores(c, early, later) for c in (expert, card))
    ranked = auc(sample, before), auc(sample, after)
    low = int(np.sum(before < expert.tiers[-2].min)) if len(expert.tiers) > 1 else 0
    return Proposal(
        expert=expert,
        card=card,
        moved_points=distance(expert, card),
        auc_before=clustered(ranked[0], sample, "delong"),
        auc_after=clustered(ranked[1], sample, "delong"),
        gain=auc_difference(sample, ranked[1], ranked[0]),
        caught=_caught(sample, before, after, low or max(len(before) // 10, 1)),
        early=(str(early.origin.min()), str(early.origin.max())),
        later=(str(later.origin.min()), str(later.origin.max())),
        early_left=len(np.unique(early.cluster[early.left])),
        later_left=len(np.unique(later.cluster[later.left])),
    )


def _caught(sample: Sample, before: Floats, after: Floats, capacity: int) -> Estimate:
    then, now = (rate(sample, _lowest(s, capacity)) for s in (before, after))
    both = Influenced(now.value - then.value, now.rows - then.rows, sample.informative)
    return clustered(both, sample, "sandwich", is_share=False)


def _lowest(score: Floats, capacity: int) -> Floats:
    chosen = np.zeros(len(score))
    chosen[np.argsort(np.nan_to_num(score, nan=np.inf), kind="stable")[:capacity]] = 1.0
    return chosen
