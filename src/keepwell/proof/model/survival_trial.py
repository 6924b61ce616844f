"""Does survival over contract steps hold on later days, and is it more than one probability?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.calibration import Calibration, calibrate
from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Days, EvaluationFrame, Floats
from keepwell.proof.intervals import clustered
from keepwell.proof.metrics import auc, auc_difference
from keepwell.proof.metrics_sample import numbered
from keepwell.proof.model.features import ChurnSample, FeatureSpec
from keepwell.proof.model.fit import FitSettings
from keepwell.proof.model.folds import is_by_time, trial_splits
from keepwell.proof.model.refusals import TooFewEvents
from keepwell.proof.model.survival import Spells, SurvivalModel, fit_survival
from keepwell.proof.model.validation import ONE_DAY, Judged, Validation

# Steps are several times the rows: two strengths and three parts choose nearly as well as all.
RIDGES, FOLDS = (1.0, 10.0), 3


@dataclass(frozen=True, slots=True)
class SurvivalTrial:
    """Survival on the rows on which the scorecard and the boosted trees were tried.

    own:             as the scorecard's trial; its gap is that to the boosted trees.
    minus_scorecard: its AUC less that of the scorecard, paired on the same rows.
    """

    own: Validation
    minus_scorecard: Estimate


def step_settings(settings: FitSettings) -> FitSettings:
    """Return how the scorecard of steps is fitted."""
    return replace(settings, ridges=RIDGES, folds=min(FOLDS, settings.folds))


def try_survival(
    spells: Spells,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    beside: Validation,
    settle_days: int = 0,
) -> SurvivalTrial | TooFewEvents:
    """Return the nested trial over the same parts as `beside`, which must be of the same rows.

    By time, a part learns from every step that was over and settled when its first day came; so
    spells whose horizon is not over teach too, as far as they were seen.
    """
    sample = spells.sample()
    prob = np.full(len(spells), np.nan)
    refused = None
    is_ahead = is_by_time(sample)
    for fit, test in trial_splits(sample, settings.folds, settings.seed):
        if is_ahead and spells.origin is not None:
            opens = spells.origin[test].min()
            past = spells.rows(spells.origin < opens).known_by(opens, settle_days)
        else:
            past = spells.rows(fit)
        fitted = fit_survival(past, specs, step_settings(settings), is_for_later=is_ahead)
        if isinstance(fitted, TooFewEvents):
            refused = fitted
            continue
        model = SurvivalModel(fitted.model)
        prob[test] = model.churn_prob(spells.features.rows(test), spells.places[test])
    # Compared only where all were tried, each on rows that it had not seen.
    prob[np.isnan(beside.scorecard.prob)] = np.nan
    if refused is not None and np.isnan(prob).all():
        return refused
    return _judged(sample, prob, beside)


def _judged(sample: ChurnSample, prob: Floats, beside: Validation) -> SurvivalTrial:
    tried = np.flatnonzero(~np.isnan(prob))
    day = np.full(len(sample), ONE_DAY) if sample.origin is None else sample.origin
    rows = numbered(sample.left[tried], day[tried], sample.cluster[tried])
    ranked = auc(rows, -prob[tried])
    minus_scorecard, minus_trees = (
        auc_difference(rows, ranked, auc(rows, -other.prob[tried]))
        for other in (beside.scorecard, beside.challenger)
    )
    judged = Judged(prob, clustered(ranked, rows, "delong"), _calibration(sample, day, prob))
    left = len(np.unique(rows.cluster[rows.event]))
    own = replace(beside, scorecard=judged, gap=minus_trees, tried=len(rows), left=left)
    return SurvivalTrial(own, minus_scorecard)


def _calibration(sample: ChurnSample, day: Days, prob: Floats) -> Calibration | None:
    rows = len(sample)
    frame = EvaluationFrame(
        account=sample.cluster.astype(np.str_),
        origin=day,
        score=100.0 * (1.0 - prob),
        tier=np.full(rows, "", dtype=np.str_),
        outcome=sample.left,
        event_day=np.full(rows, np.datetime64("NaT"), dtype="datetime64[D]"),
        cluster=sample.cluster,
        value=np.full(rows, np.nan),
        horizon_days=sample.horizon_days,
    )
    return calibrate(frame, prob)
