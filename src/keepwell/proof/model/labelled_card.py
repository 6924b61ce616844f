"""The report card of a churn scorecard on a labelled table without dates, cross-validated."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame, Ints
from keepwell.proof.leak_search import find_leaks
from keepwell.proof.leaks import FeatureTable as Features
from keepwell.proof.leaks import LeakFound
from keepwell.proof.metrics_sample import sample_of
from keepwell.proof.metrics_tiers import list_line
from keepwell.proof.model.features import ChurnSample, FeatureSpec
from keepwell.proof.model.fit import FitSettings, FittedChurn, fit_churn
from keepwell.proof.model.refusals import TooFewEvents
from keepwell.proof.model.single_column import SingleColumn, bin_counts, strongest_column
from keepwell.proof.model.validation import ONE_DAY, Judged, Validation, validate_churn
from keepwell.proof.near_duplicates import groups_by_profile, joined_clusters
from keepwell.proof.report_card import RankedLine, ReportCard, Subject, report_card
from keepwell.proof.verdict import RuleCompared

SCORECARD = "churn_scorecard"
COLUMN, STAYS, TREES = "strongest_column", "always_renew", "boosted_trees"


@dataclass(frozen=True, slots=True)
class BinLine:
    """One bin of one column: its rows, those that left, its part of the log-odds in millionths."""

    column: str
    name: str
    rows: int
    left: int
    micro: int


@dataclass(frozen=True, slots=True)
class LabelledCard:
    """What cross-validation says of a labelled table.

    card:       the report card of the scorecard's own probabilities, each from a fit that had not
                seen the row; `card.models` is the challenger beside it.
    challenger: boosted trees on the same rows.
    columns:    the strongest column of each part, in their order.
    bins:       the scorecard fitted on all rows, column by column.
    """

    card: ReportCard
    challenger: Judged
    columns: tuple[str, ...]
    folds: int
    bins: tuple[BinLine, ...]


def labelled_card(
    sample: ChurnSample,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    capacities: Sequence[float],
) -> LabelledCard | TooFewEvents:
    """Return the card, or why there is none. Near-duplicates stay in one part of the trial."""
    joined = replace(sample, cluster=_repeats_joined(sample))
    tried = validate_churn(joined, specs, settings)
    if isinstance(tried, TooFewEvents):
        return _of_all(tried, joined, settings)
    fitted = fit_churn(joined, specs, settings)
    if isinstance(fitted, TooFewEvents):
        return fitted
    single = strongest_column(joined, specs, settings)
    card = _card(joined, tried, single, capacities)
    return LabelledCard(
        replace(card, leaks=_leaks(joined), searched=len(specs)),
        tried.challenger,
        single.columns,
        tried.folds,
        _bins(fitted, joined),
    )


def _of_all(refused: TooFewEvents, sample: ChurnSample, settings: FitSettings) -> TooFewEvents:
    """Return a refusal by a part of the trial in numbers of the whole table."""
    parts = settings.folds
    needed = math.ceil(refused.needed * parts / (parts - 1))
    return TooFewEvents(sample.events, sample.spared, needed)


def _columns(sample: ChurnSample) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    return {**sample.features.numbers, **sample.features.categories}


def _repeats_joined(sample: ChurnSample) -> Ints:
    return joined_clusters(groups_by_profile(_columns(sample)), sample.cluster)


def _leaks(sample: ChurnSample) -> tuple[LeakFound, ...]:
    day = np.full(len(sample), ONE_DAY)
    none = np.full(len(sample), np.datetime64("NaT", "D"))
    account = np.arange(len(sample)).astype(np.str_)
    table = Features(account, day, sample.left, none, _columns(sample))
    return find_leaks(table, 0)


def _card(
    sample: ChurnSample, tried: Validation, single: SingleColumn, capacities: Sequence[float]
) -> ReportCard:
    rows = len(sample)
    frame = EvaluationFrame(
        account=np.arange(rows).astype(np.str_),
        origin=np.full(rows, ONE_DAY),
        score=100.0 * (1.0 - tried.scorecard.prob),
        tier=np.full(rows, "", dtype=np.str_),
        outcome=sample.left,
        event_day=np.full(rows, np.datetime64("NaT", "D")),
        cluster=sample.cluster,
        value=np.full(rows, np.nan),
        horizon_days=0,
        baselines={COLUMN: single.health, STAYS: np.ones(rows)},
    )
    subject = Subject(SCORECARD, 1, "label")
    card = report_card(frame, subject, prob=tried.scorecard.prob, capacities=capacities)
    trees = tried.challenger
    beside = RankedLine(
        TREES,
        trees.auc,
        list_line(sample_of(frame), 1.0 - trees.prob, 0.1).lift,
        Estimate.unknown(),
    )
    own, *rules = card.ranked
    return replace(
        card, ranked=(own, beside, *rules), models=(RuleCompared(TREES, trees.auc, tried.gap),)
    )


def _bins(fitted: FittedChurn, sample: ChurnSample) -> tuple[BinLine, ...]:
    lines = []
    for points in fitted.model.features:
        rows, left = bin_counts(points.bins, points.bins.codes(sample.features), sample.left)
        held = zip(points.bins.names, rows, left, points.micro, strict=True)
        lines += [
            BinLine(points.bins.feature, name, int(n), int(gone), micro)
            for name, n, gone, micro in held
            if n
        ]
    return tuple(lines)
