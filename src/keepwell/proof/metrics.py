"""How well a score ranks: AUC over pairs of one day, average precision, Brier, concordance.

Lower scores stand for worse health. An unknown score (NaN) decides nothing: it counts as half a
pair in the AUC and stands last on every list.
"""

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.metrics_sample import Sample

_PAIRS_AT_ONCE = 4_000_000


def auc(sample: Sample, score: Floats) -> Influenced:
    """Return the AUC, 0-1: how often who left had the lower score than who stayed, the same day.

    Shape:   mean over events of the share of that day's others with a better score; ties half.
             Over one day it equals the area under the ROC curve.
    Missing: NaN where no day has both kinds.
    """
    valid, events, others = _days(sample)
    below, above = _better(sample, score)
    rows = np.zeros(len(sample))
    total = float(events[valid].sum())
    if not total:
        return Influenced(np.nan, rows, 0)
    use = valid[sample.day]
    left, stayed = sample.event & use, ~sample.event & use
    day = sample.day
    share_of_left = above[left] / others[day[left]]
    share_of_stayed = below[stayed] / events[day[stayed]]
    value = float(share_of_left.sum() / total)
    of_day = np.bincount(day[left], weights=share_of_left, minlength=len(events))
    mean_of_day = of_day / np.maximum(events, 1)
    weight = (events / total / np.maximum(others, 1))[day[stayed]]
    rows[left] = (share_of_left - value) / total
    rows[stayed] = weight * (share_of_stayed - mean_of_day[day[stayed]])
    return Influenced(value, rows, sample.informative)


def roc_auc(sample: Sample, score: Floats) -> Estimate:
    """Return the AUC with its interval."""
    return clustered(auc(sample, score), sample, "delong")


def auc_difference(sample: Sample, one: Influenced, other: Influenced) -> Estimate:
    """Return how much more often the one ranks right than the other, on the same rows."""
    paired = Influenced(one.value - other.value, one.rows - other.rows, one.informative)
    return clustered(paired, sample, "delong", is_share=False)


def average_precision(sample: Sample, score: Floats) -> Estimate:
    """Return the area under precision and recall, 0-1; chance gives the rate of events."""
    total = int(sample.event.sum())
    if not total or total == len(sample):
        return Estimate.unknown(len(sample), sample.clusters)
    ranked = np.where(np.isnan(score), np.inf, score)
    order = np.argsort(ranked, kind="stable")
    event, sorted_score = sample.event[order].astype(np.float64), ranked[order]
    last = np.searchsorted(sorted_score, sorted_score, side="right")
    first = np.searchsorted(sorted_score, sorted_score, side="left")
    reached = last.astype(np.float64)
    precision = np.cumsum(event)[last - 1] / reached
    value = float((precision * event).sum() / total)
    inverse = _from_here(event / reached, first)
    weighted = _from_here(event * precision / reached, first)
    moved = event * (precision - value) + event * inverse - weighted
    rows = np.empty(len(sample))
    rows[order] = moved / total
    return clustered(Influenced(value, rows, sample.informative), sample, "delong")


def brier(sample: Sample, prob: Floats) -> Influenced:
    """Return the mean squared distance of a probability from what came, 0-1, 0 is best."""
    miss = (prob - sample.event) ** 2
    value = float(miss.mean()) if len(miss) else float("nan")
    return Influenced(value, (miss - value) / max(len(miss), 1), sample.clusters)


def rate(sample: Sample, weight: Floats) -> Influenced:
    """Return the weighted share of rows with an event, 0-1; NaN without weight."""
    total = float(weight.sum())
    if total <= 0:
        return Influenced(np.nan, np.zeros(len(sample)), 0)
    value = float((weight * sample.event).sum() / total)
    bearing = int(np.count_nonzero(sample.sums(weight)))
    return Influenced(value, weight * (sample.event - value) / total, bearing)


def concordance(score: Floats, days: Floats, event: Flags) -> float:
    """Return Harrell's C: how often who left earlier had the lower score; NaN without pairs.

    Shape: one row per account; `days` until the event or the end of sight. Ties of score half.
    Source: F. Harrell et al., J. Am. Med. Assoc. 247 (1982) 2543.
    """
    known = ~np.isnan(score)
    score, days, event = score[known], days[known], event[known]
    early = np.flatnonzero(event)
    right = pairs = 0.0
    step = max(1, _PAIRS_AT_ONCE // max(len(score), 1))
    for at in range(0, len(early), step):
        some = early[at : at + step]
        later = (days[None, :] > days[some, None]) | (
            (days[None, :] == days[some, None]) & ~event[None, :]
        )
        lower, equal = score[some, None] < score[None, :], score[some, None] == score[None, :]
        right += float((later & lower).sum() + (later & equal).sum() / 2)
        pairs += float(later.sum())
    return right / pairs if pairs else float("nan")


def _days(sample: Sample) -> tuple[Flags, Floats, Floats]:
    """Return by day: whether it has both kinds, its events, its others."""
    rows = np.bincount(sample.day).astype(np.float64)
    found = np.bincount(sample.day, weights=sample.event, minlength=len(rows))
    events = np.asarray(found, dtype=np.float64)
    others = rows - events
    return (events > 0) & (others > 0), events, others


def _better(sample: Sample, score: Floats) -> tuple[Floats, Floats]:
    """Return by row how many events of its day lie below and how many others above it."""
    known = np.flatnonzero(~np.isnan(score))
    order = known[np.lexsort((score[known], sample.day[known]))]
    day, value, event = sample.day[order], score[order], sample.event[order]
    below = np.zeros(len(sample))
    above = np.zeros(len(sample))
    unknown = np.isnan(score)
    events_unknown = np.bincount(sample.day, weights=unknown & sample.event)
    others_unknown = np.bincount(sample.day, weights=unknown & ~sample.event)
    if len(order):
        is_new = np.append(True, (day[1:] != day[:-1]) | (value[1:] != value[:-1]))
        starts = np.flatnonzero(is_new)
        tie = np.cumsum(is_new) - 1
        below[order] = _midway(event, day, starts, tie)
        before = _midway(~event, day, starts, tie)
        others = np.bincount(day, weights=~event, minlength=len(others_unknown))
        above[order] = others[day] - before
    below = below + events_unknown[sample.day] / 2
    above = above + others_unknown[sample.day] / 2
    days, everyone = _days(sample)[1:], sample.day[unknown]
    below[unknown], above[unknown] = days[0][everyone] / 2, days[1][everyone] / 2
    return below, above


def _midway(counted: Flags, day: Ints, starts: Ints, tie: Ints) -> Floats:
    """Return by sorted row how many counted rows of its day stand before it, ties half."""
    whole = np.concatenate([[0.0], np.cumsum(counted)])
    ends = np.append(starts[1:], len(counted))
    first_of_day = np.searchsorted(day, day[starts], side="left")
    middle = (whole[starts] + whole[ends]) / 2 - whole[first_of_day]
    return np.asarray(middle[tie], dtype=np.float64)


def _from_here(values: Floats, first: Ints) -> Floats:
    """Return by row the sum of values from the start of its tie to the end."""
    whole = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(whole[-1] - whole[first], dtype=np.float64)
