"""Splits that keep a cluster in one part, or the later days behind the earlier ones."""

from collections.abc import Iterator

import numpy as np

from keepwell.proof.frame import Flags, Ints
from keepwell.proof.model.features import ChurnSample

Split = tuple[Ints, Ints]
# So many past days are needed before a model is tried on a later one.
LEAST_ORIGINS = 3


def splits_of(sample: ChurnSample, folds: int, seed: int) -> tuple[Split, ...]:
    """Return (rows to fit on, rows to try on): by time where the sample has enough past days.

    By time: a model is tried on days at which the outcomes of all its own rows were known.
    Else: whole clusters, dealt out so that each part has its share of events.
    """
    by_time = tuple(_forward(sample, folds)) if is_by_time(sample) else ()
    return by_time or tuple(_grouped(sample.left, sample.cluster, folds, seed))


def trial_splits(sample: ChurnSample, folds: int, seed: int) -> tuple[Split, ...]:
    """Return the splits of a trial: where there are days whose own past is by time, these alone.

    A model of a shorter past is one that no run would use, so what it says is no evidence on one
    that is used. Where no day has such a past, the trial is that of `splits_of`.
    """
    by_time = tuple(_forward(sample, folds, is_past_by_time=True))
    return by_time or splits_of(sample, folds, seed)


def is_by_time(sample: ChurnSample) -> bool:
    """Say whether the sample has so many past days that later ones can be kept back."""
    return sample.origin is not None and next(_forward(sample, 1), None) is not None


def _forward(sample: ChurnSample, folds: int, *, is_past_by_time: bool = False) -> Iterator[Split]:
    if sample.origin is None or not len(sample):
        return
    origin = sample.origin
    days = np.unique(origin)
    known_from = days + np.timedelta64(sample.horizon_days, "D")
    first = int(np.searchsorted(days, known_from[min(LEAST_ORIGINS, len(days)) - 1]))
    if is_past_by_time and first < len(days):
        # By time is a past that holds the first day on which a model can be tried.
        first = int(np.searchsorted(days, known_from[first]))
    later = days[first:]
    for block in np.array_split(later, min(folds, len(later)) or 1):
        if not len(block):
            continue
        fit = np.flatnonzero(origin + np.timedelta64(sample.horizon_days, "D") <= block[0])
        yield fit, np.flatnonzero((origin >= block[0]) & (origin <= block[-1]))


def _grouped(left: Flags, cluster: Ints, folds: int, seed: int) -> Iterator[Split]:
    names, codes = np.unique(cluster, return_inverse=True)
    has_event = np.bincount(codes, weights=left, minlength=len(names)) > 0
    fold = np.empty(len(names), dtype=np.int64)
    chance = np.random.default_rng(seed)
    dealt = 0
    for kind in (True, False):
        members = chance.permutation(np.flatnonzero(has_event == kind))
        fold[members] = (np.arange(len(members)) + dealt) % folds
        dealt += len(members)
    for number in range(folds):
        is_here = fold[codes] == number
        yield np.flatnonzero(~is_here), np.flatnonzero(is_here)
