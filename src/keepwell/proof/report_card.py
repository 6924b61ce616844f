"""The report card of a score: everything that its back-test says, computed once from a frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from keepwell.proof.calibration import Calibration, calibrate
from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame, Floats
from keepwell.proof.intervals import clustered
from keepwell.proof.lead_time import FalseAlarms, LeadTime, false_alarms, is_warned, lead_times
from keepwell.proof.leaks import LeakFound
from keepwell.proof.metrics import average_precision, concordance, rate
from keepwell.proof.metrics_sample import Sample, effective_clusters, sample_of
from keepwell.proof.metrics_tiers import (
    GroupLine,
    ListLine,
    TierLine,
    group_lines,
    list_line,
    on_list,
    tier_lines,
)
from keepwell.proof.verdict import Judgement, RuleCompared, judge_score

LIST_SHARE = 0.1
NO_MODELS: Mapping[str, Floats] = {}


@dataclass(frozen=True, slots=True)
class Subject:
    """What was back-tested: the scorecard (trigger, model), its version, the declared outcome.

    left_out: columns that only know their present value and took no part.
    low_tier: the tier whose accounts stand under warning.
    is_example: the data are a synthetic sample.
    tried: of a fitted model, on what its rows were new to it; None for a scorecard.
    """

    scorecard: str
    version: int
    outcome: str
    left_out: tuple[str, ...] = ()
    low_tier: str = "low"
    csm_group: str = "csm"
    is_example: bool = False
    tried: Literal["later_days", "other_accounts"] | None = None


@dataclass(frozen=True, slots=True)
class RankedLine:
    """One way to rank, beside the others: AUC, what a list of a tenth finds, and how early."""

    name: str
    auc: Estimate
    lift: Estimate
    lead_days: Estimate


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there was to learn from.

    rows: accounts times origins; events: rows with the outcome; event_accounts: accounts.
    clusters: units after near-duplicates are joined; effective_events: units with the outcome,
    as many as tell as much; unknown: rows without a score.
    """

    rows: int
    accounts: int
    origins: int
    first: date
    last: date
    events: int
    event_accounts: int
    clusters: int
    effective_events: float
    unknown: int
    unknown_events: int


@dataclass(frozen=True, slots=True)
class ReportCard:
    """What the back-test of one score says, for one outcome and horizon.

    models: fitted models beside it, each over the rows that it had not seen.
    leaks: signs found in the measures; searched: how many measures were looked at, 0 = none.
    """

    subject: Subject
    horizon_days: int
    extent: Extent
    judgement: Judgement
    base_rate: Estimate
    average_precision: Estimate
    concordance: float
    ranked: tuple[RankedLine, ...]
    models: tuple[RuleCompared, ...]
    tiers: tuple[TierLine, ...]
    lists: tuple[ListLine, ...]
    calibration: Calibration | None
    lead: LeadTime
    false_alarms: FalseAlarms
    groups: tuple[GroupLine, ...]
    leaks: tuple[LeakFound, ...] = ()
    searched: int = 0


def report_card(
    frame: EvaluationFrame,
    subject: Subject,
    *,
    models: Mapping[str, Floats] = NO_MODELS,
    prob: Floats | None = None,
    capacities: Sequence[float] = (LIST_SHARE,),
    seed: int = 7,
) -> ReportCard:
    """Return the report card of a frame that holds at least one row.

    `models`: how fitted models rank the same rows, higher = healthier; shown beside the score, each
    over the rows that it ranks (NaN: it had seen them), they take no part in the verdict.
    `prob`: a model's own probability of the outcome.
    """
    sample = sample_of(frame)
    warned = is_warned(frame, subject.low_tier)
    beside = [_beside(frame, name, ranks, seed) for name, ranks in models.items()]
    judgement = judge_score(sample, frame.score, frame.baselines)
    aucs = {subject.scorecard: judgement.auc}
    aucs |= {r.rule: r.auc for r in judgement.rules}
    return ReportCard(
        subject=subject,
        horizon_days=frame.horizon_days,
        extent=extent_of(frame),
        judgement=judgement,
        base_rate=clustered(rate(sample, np.ones(len(frame))), sample, "sandwich"),
        average_precision=average_precision(sample, frame.score),
        concordance=first_seen_concordance(frame),
        ranked=(
            *_ranked(frame, sample, {subject.scorecard: frame.score}, aucs, seed),
            *(ranked for _, ranked in beside),
            *_ranked(frame, sample, frame.baselines, aucs, seed),
        ),
        models=tuple(compared for compared, _ in beside),
        tiers=tier_lines(frame),
        lists=tuple(list_line(sample, frame.score, size) for size in capacities),
        calibration=calibrate(frame, prob, seed),
        lead=lead_times(frame, warned, seed),
        false_alarms=false_alarms(frame, warned, subject.csm_group),
        groups=tuple(
            g
            for kind in frame.groups
            if kind != subject.csm_group
            for g in group_lines(frame, kind)
        ),
    )


def extent_of(frame: EvaluationFrame) -> Extent:
    """Return how much a frame holds."""
    unknown = np.isnan(frame.score)
    origins = np.unique(frame.origin).astype("datetime64[D]").astype(object)
    return Extent(
        rows=len(frame),
        accounts=len(np.unique(frame.account)),
        origins=len(origins),
        first=origins[0],
        last=origins[-1],
        events=int(frame.outcome.sum()),
        event_accounts=len(np.unique(frame.account[frame.outcome])),
        clusters=len(np.unique(frame.cluster)),
        effective_events=_effective_events(frame),
        unknown=int(unknown.sum()),
        unknown_events=int((unknown & frame.outcome).sum()),
    )


def first_seen_concordance(frame: EvaluationFrame) -> float:
    """Return Harrell's C of each account's first score with its days until the event."""
    order = np.lexsort((frame.origin, frame.account))
    account = frame.account[order]
    opens = np.append(True, account[1:] != account[:-1])[: len(account)]
    closes = np.append(account[1:] != account[:-1], True)[: len(account)]
    first, last = order[opens], order[closes]
    seen_to = frame.origin[last] + np.timedelta64(frame.horizon_days, "D")
    gone = frame.outcome[last]
    until = np.where(gone, frame.event_day[last], seen_to)
    days = (until - frame.origin[first]).astype("timedelta64[D]").astype(np.float64)
    return concordance(frame.score[first], days, gone)


def _effective_events(frame: EvaluationFrame) -> float:
    """Return the accounts with the outcome as independent ones: near-duplicates count less."""
    _, first = np.unique(frame.account[frame.outcome], return_index=True)
    return effective_clusters(frame.cluster[frame.outcome][first])


def _beside(
    frame: EvaluationFrame, name: str, ranks: Floats, seed: int
) -> tuple[RuleCompared, RankedLine]:
    """Return a model beside the score over the rows that it ranks. Needs: one row at least."""
    tried = ~np.isnan(ranks)
    part = frame if tried.all() else frame.rows(tried)
    sample, values = sample_of(part), {name: ranks[tried]}
    (compared,) = judge_score(sample, part.score, values).rules
    (line,) = _ranked(part, sample, values, {name: compared.auc}, seed)
    return compared, line


def _ranked(
    frame: EvaluationFrame,
    sample: Sample,
    own: Mapping[str, Floats],
    aucs: Mapping[str, Estimate],
    seed: int,
) -> tuple[RankedLine, ...]:
    lines = []
    for name, values in own.items():
        on = on_list(sample, values, LIST_SHARE)
        is_flat = len(np.unique(values[~np.isnan(values)])) < 2
        early = Estimate.unknown() if is_flat else lead_times(frame, on >= 0.5, seed).median
        lift = list_line(sample, values, LIST_SHARE).lift
        lines.append(RankedLine(name, aucs[name], lift, early))
    return tuple(lines)
