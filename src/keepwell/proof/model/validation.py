"""Does the churn probability hold? Tried on rows that no part of the fit had seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.calibration import Calibration, calibrate
from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame, Floats
from keepwell.proof.intervals import clustered
from keepwell.proof.metrics import auc, auc_difference
from keepwell.proof.metrics_sample import Sample, numbered
from keepwell.proof.model.challenger import Boosting, fit_challenger
from keepwell.proof.model.curves import fit_isotonic
from keepwell.proof.model.features import ChurnSample, FeatureSpec
from keepwell.proof.model.fit import FitSettings, fit_churn
from keepwell.proof.model.folds import is_by_time, splits_of, trial_splits
from keepwell.proof.model.refusals import TooFewEvents
from keepwell.proof.odds import probability

INNER_FOLDS = 3
# A day for tables without dates: all rows belong to one.
ONE_DAY = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class Judged:
    """One kind of model on the rows it was tried on. calibration: None where nobody left."""

    prob: Floats
    auc: Estimate
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class Validation:
    """What the nested trial says. Every row was predicted by models that had not seen it.

    scorecard, challenger: calibrated inside each fit; NaN where a row was never tried.
    gap:                   AUC of the scorecard minus that of the challenger, on the same rows.
    tried, left:           rows, and accounts among them that left.
    """

    scorecard: Judged
    challenger: Judged
    gap: Estimate
    is_by_time: bool
    folds: int
    tried: int
    left: int


def validate_churn(
    sample: ChurnSample,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    boosting: Boosting = "scikit_learn",
) -> Validation | TooFewEvents:
    """Return the nested trial, by time where there are days enough, else by groups of accounts.

    Bins, ridge, calibration and level are chosen anew inside each part's own past.
    """
    splits = trial_splits(sample, settings.folds, settings.seed)
    is_ahead = is_by_time(sample)
    own = np.full(len(sample), np.nan)
    other = np.full(len(sample), np.nan)
    other_prob = np.full(len(sample), np.nan)
    refused = None
    for fit, test in splits:
        part = sample.rows(fit)
        fitted = fit_churn(part, specs, settings, is_for_later=is_ahead)
        if isinstance(fitted, TooFewEvents):
            # An early past may be too short while later ones are not.
            refused = fitted
            continue
        tried = sample.features.rows(test)
        own[test] = fitted.model.log_odds(tried)
        trees = fit_challenger(part.features, part.left, specs, settings.seed, boosting)
        other[test] = trees.log_odds(tried)
        curve = fit_isotonic(_kept_back(part, specs, settings, boosting), part.left)
        other_prob[test] = curve.churn_prob(other[test])
    if refused is not None and np.isnan(own).all():
        return refused
    return _judged(sample, own, other, other_prob, len(splits))


def _kept_back(
    part: ChurnSample, specs: Sequence[FeatureSpec], settings: FitSettings, boosting: Boosting
) -> Floats:
    """Return the challenger's log-odds for rows of a part that it had not seen."""
    undated = ChurnSample(part.features, part.left, part.cluster)
    found = np.full(len(part), np.nan)
    for fit, test in splits_of(undated, INNER_FOLDS, settings.seed):
        here = part.features.rows(fit)
        trees = fit_challenger(here, part.left[fit], specs, settings.seed, boosting)
        found[test] = trees.log_odds(part.features.rows(test))
    return found


def _judged(
    sample: ChurnSample, own: Floats, other: Floats, other_prob: Floats, folds: int
) -> Validation:
    day = np.full(len(sample), ONE_DAY) if sample.origin is None else sample.origin
    tried = ~np.isnan(own)
    rows = numbered(sample.left[tried], day[tried], sample.cluster[tried])
    ranked = auc(rows, -own[tried]), auc(rows, -other[tried])
    scorecard, challenger = (
        Judged(prob, clustered(r, rows, "delong"), _calibration(sample, day, prob))
        for prob, r in ((probability(own), ranked[0]), (other_prob, ranked[1]))
    )
    return Validation(
        scorecard,
        challenger,
        gap=auc_difference(rows, *ranked),
        is_by_time=is_by_time(sample),
        folds=folds,
        tried=len(rows),
        left=_left(rows),
    )


def _left(rows: Sample) -> int:
    return len(np.unique(rows.cluster[rows.event]))


def _calibration(
    sample: ChurnSample, day: np.ndarray[tuple[int], np.dtype[np.datetime64]], prob: Floats
) -> Calibration | None:
    empty = np.full(len(sample), "", dtype=np.str_)
    frame = EvaluationFrame(
        account=sample.cluster.astype(np.str_),
        origin=day,
        score=100.0 * (1.0 - prob),
        tier=empty,
        outcome=sample.left,
        event_day=np.full(len(sample), np.datetime64("NaT"), dtype="datetime64[D]"),
        cluster=sample.cluster,
        value=np.full(len(sample), np.nan),
        horizon_days=sample.horizon_days,
    )
    return calibrate(frame, prob)
