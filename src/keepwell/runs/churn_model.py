"""Fit and try a churn scorecard on a back-test, and tell how it stands to the present."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.proof.model import (
    Boosting,
    ChurnSample,
    FeatureDrift,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    FittedChurn,
    PointsTable,
    PublishedChurn,
    TooFewEvents,
    Validation,
    doubts,
    fit_churn,
    shape_of,
    table_drift,
    validate_churn,
)
from keepwell.runs.contract_survival import SurvivalFit


@dataclass(frozen=True, slots=True)
class ChurnFit:
    """A fitted churn scorecard with the trial that speaks for or against it.

    contracts: survival over contract steps beside it, or why there is none; None: no contracts.
    """

    published: PublishedChurn
    validation: Validation
    contracts: SurvivalFit | TooFewEvents | None = None


@dataclass(frozen=True, slots=True)
class ChurnWatch:
    """How the accounts of today stand to those of the fit.

    drift:        per feature, largest first. mean_now, mean_then: mean probability, 0-1: that of
                  today's accounts, and of those of the newest past day of its fit.
    """

    drift: tuple[FeatureDrift, ...]
    accounts: int
    mean_now: float
    mean_then: float


def fit_churn_model(
    sample: ChurnSample,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    *,
    fitted_on: date,
    backtest_id: str,
    boosting: Boosting = "scikit_learn",
) -> ChurnFit | TooFewEvents:
    """Return the scorecard fitted on all past days, tried on later ones; or why there is none."""
    tried = validate_churn(sample, specs, settings, boosting)
    if isinstance(tried, TooFewEvents):
        return tried
    fitted = fit_churn(sample, specs, settings)
    if isinstance(fitted, TooFewEvents):
        return fitted
    return ChurnFit(_published(fitted, tried, sample, fitted_on, backtest_id), tried)


def watch_churn(found: PublishedChurn, table: FeatureTable) -> ChurnWatch:
    """Return how today's accounts differ from those of the fit."""
    model = found.model()
    references = [f.reference for f in found.features]
    prob = model.churn_prob(table)
    mean = float(prob.mean()) if len(prob) else float("nan")
    return ChurnWatch(table_drift(model, references, table), len(prob), mean, found.level)


def specs_of(found: PublishedChurn) -> tuple[FeatureSpec, ...]:
    """Return the features that a stored scorecard reads."""
    specs = {}
    for f in found.features:
        shapes = [f.shape.first, f.shape.second] if f.shape.kind == "pair" else [f.shape]
        for s in shapes:
            specs[s.feature] = FeatureSpec(s.feature, is_category=s.kind == "category")
    return tuple(specs.values())


def _published(
    fitted: FittedChurn, tried: Validation, sample: ChurnSample, fitted_on: date, backtest_id: str
) -> PublishedChurn:
    judged = tried.scorecard.calibration
    return PublishedChurn(
        fitted_on=fitted_on,
        backtest_id=backtest_id,
        horizon_days=sample.horizon_days,
        base_micro=fitted.model.base_micro,
        features=tuple(
            PointsTable(shape=shape_of(f.bins), micro=f.micro, reference=reference)
            for f, reference in zip(fitted.model.features, fitted.reference, strict=True)
        ),
        doubts=tuple(doubts(tried)),
        auc=tried.scorecard.auc.value,
        ece=judged.ece.value if judged else 1.0,
        ece_by_chance=judged.ece_by_chance.value if judged else None,
        predicted=judged.mean_predicted if judged else 0.0,
        observed=judged.mean_observed.value if judged else 0.0,
        said=_said(fitted, sample),
    )


def _said(fitted: FittedChurn, sample: ChurnSample) -> float:
    """Return the mean probability of the newest past day; of all rows where there are no days."""
    features = sample.features
    if sample.origin is not None:
        features = features.rows(sample.origin == sample.origin.max())
    return float(fitted.model.churn_prob(features).mean())
