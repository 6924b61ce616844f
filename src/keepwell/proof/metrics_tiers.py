"""What came of each tier, of the worst scores that fit a list, and of each group of accounts."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame, Flags, Floats, Texts
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.metrics import rate, roc_auc
from keepwell.proof.metrics_sample import Sample, numbered, sample_of

UNKNOWN = "unknown"
FEWEST_IN_GROUP = 10
MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier: its rows and accounts, the rate of the outcome, and its part of all outcomes.

    rate is the precision of a warning by this tier, recall the share of outcomes it holds,
    lift how many times the overall rate.
    """

    tier: str
    rows: int
    accounts: int
    events: int
    rate: Estimate
    recall: Estimate
    lift: Estimate


@dataclass(frozen=True, slots=True)
class ListLine:
    """The worst scores of each day that fit a list; ties share the last places.

    capacity: accounts a day, or the share of the day's accounts where below 1.
    """

    capacity: float
    precision: Estimate
    recall: Estimate
    lift: Estimate
    a_day: float


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The AUC inside one group of accounts; unknown where too few left or stayed to tell."""

    group: str
    name: str
    accounts: int
    event_accounts: int
    auc: Estimate

    @property
    def is_small(self) -> bool:
        """Say whether the group is too small for a number."""
        return not self.auc.is_known


def tier_lines(frame: EvaluationFrame) -> tuple[TierLine, ...]:
    """Return a line per tier, worst median score first, unknown last."""
    sample = sample_of(frame)
    return tuple(_tier(frame, sample, tier) for tier in tier_order(frame.tier, frame.score))


def tier_order(tier: Texts, score: Floats) -> tuple[str, ...]:
    """Return the tiers by their median known score, lowest first; unknown comes last."""
    medians = {}
    for name in np.unique(tier):
        of_tier = score[(tier == name) & ~np.isnan(score)]
        is_last = name == UNKNOWN or not len(of_tier)
        medians[str(name)] = np.inf if is_last else float(np.median(of_tier))
    return tuple(sorted(medians, key=lambda name: (medians[name], name)))


def _tier(frame: EvaluationFrame, sample: Sample, tier: str) -> TierLine:
    inside = frame.tier == tier
    weight = inside.astype(np.float64)
    return TierLine(
        tier,
        int(inside.sum()),
        len(np.unique(frame.account[inside])),
        int((inside & frame.outcome).sum()),
        clustered(rate(sample, weight), sample, "sandwich"),
        recall(sample, weight),
        lift(sample, weight),
    )


def list_line(sample: Sample, score: Floats, capacity: float) -> ListLine:
    """Return what a list of the worst scores of each day would have held."""
    weight = on_list(sample, score, capacity)
    days = len(np.unique(sample.day))
    return ListLine(
        capacity,
        clustered(rate(sample, weight), sample, "sandwich"),
        recall(sample, weight),
        lift(sample, weight),
        float(weight.sum() / days) if days else 0.0,
    )


def on_list(sample: Sample, score: Floats, capacity: float) -> Floats:
    """Return the share, 0-1, with which each row is on its day's list; ties share the last places.

    Missing: an unknown score comes after all known ones.
    """
    rows = np.bincount(sample.day).astype(np.float64)
    places = rows * capacity if capacity < 1 else np.minimum(rows, capacity)
    return on_lists_of(sample, score, places)


def on_lists_of(sample: Sample, score: Floats, places: Floats) -> Floats:
    """Return as `on_list` for lists of a length of its own on each day."""
    ranked = np.where(np.isnan(score), np.inf, score)
    order = np.lexsort((ranked, sample.day))
    day, value = sample.day[order], ranked[order]
    is_new = np.append(True, (day[1:] != day[:-1]) | (value[1:] != value[:-1]))[: len(day)]
    starts = np.flatnonzero(is_new)
    sizes = np.diff(np.append(starts, len(day)))
    first = starts - np.searchsorted(day, day[starts], side="left")
    share = np.clip((places[day[starts]] - first) / sizes, 0, 1)
    weight = np.empty(len(day))
    weight[order] = np.repeat(share, sizes)
    return weight


def recall(sample: Sample, weight: Floats) -> Estimate:
    """Return the share of outcomes that the weighted rows hold, 0-1."""
    total = float(sample.event.sum())
    if not total:
        return Estimate.unknown(len(sample), sample.clusters)
    value = float((weight * sample.event).sum() / total)
    rows = sample.event * (weight - value) / total
    return clustered(Influenced(value, rows, sample.event_clusters), sample, "sandwich")


def lift(sample: Sample, weight: Floats) -> Estimate:
    """Return the rate of the weighted rows over the overall rate; 1 is chance.

    Missing: without an outcome among them it is 0 and has no interval.
    """
    inside, overall = rate(sample, weight), rate(sample, np.ones(len(sample)))
    if not overall.value or not np.isfinite(inside.value):
        return Estimate.unknown(len(sample), sample.clusters)
    value = inside.value / overall.value
    if not value:
        return Estimate(0.0, np.nan, np.nan, len(sample), sample.clusters, "none")
    rows = inside.rows / inside.value - overall.rows / overall.value
    of_log = Influenced(float(np.log(value)), rows, min(inside.informative, sample.event_clusters))
    log = clustered(of_log, sample, "sandwich", is_share=False)
    low, high = float(np.exp(log.low)), float(np.exp(log.high))
    return Estimate(value, low, high, len(sample), sample.clusters, "sandwich")


def group_lines(frame: EvaluationFrame, group: str) -> tuple[GroupLine, ...]:
    """Return the largest groups of one kind, by number of accounts, with their AUC."""
    names = frame.groups[group]
    found = [_group(frame, group, str(n), names == n) for n in np.unique(names) if n]
    return tuple(sorted(found, key=lambda line: (-line.accounts, line.name))[:MOST_GROUPS])


def _group(frame: EvaluationFrame, group: str, name: str, inside: Flags) -> GroupLine:
    sample = numbered(frame.outcome[inside], frame.origin[inside], frame.cluster[inside])
    is_enough = sample.informative >= FEWEST_IN_GROUP
    found = roc_auc(sample, frame.score[inside]) if is_enough else None
    return GroupLine(
        group,
        name,
        len(np.unique(frame.account[inside])),
        len(np.unique(frame.account[inside & frame.outcome])),
        found or Estimate.unknown(len(sample), sample.clusters),
    )
