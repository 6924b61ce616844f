"""Fit survival over contract steps on a back-test and try it beside the churn scorecard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.proof import Estimate
from keepwell.proof.model import (
    PLACE,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    FittedChurn,
    Gap,
    PointsTable,
    PublishedSurvival,
    Reasons,
    Spells,
    SurvivalTrial,
    Texts,
    TooFewEvents,
    Validation,
    doubts,
    fit_survival,
    shape_of,
    step_settings,
    try_survival,
)


@dataclass(frozen=True, slots=True)
class SurvivalFit:
    """Fitted survival over contract steps, with the trial on the rows of the scorecard's."""

    published: PublishedSurvival
    trial: SurvivalTrial


@dataclass(frozen=True, slots=True)
class StepsAhead:
    """One account's steps: where each lies in its contract, and why it has its chance.

    kept: the chance still to be there after each step, 0-1.
    """

    places: tuple[str, ...]
    reasons: tuple[Reasons, ...]
    kept: tuple[float, ...]


def fit_contracts_ahead(
    spells: Spells,
    specs: Sequence[FeatureSpec],
    beside: Validation,
    *,
    whole_months: int | None,
    settle_days: int,
    fitted_on: date,
    backtest_id: str,
) -> SurvivalFit | TooFewEvents:
    """Return survival over the steps of contracts, fitted and tried; or why there is none."""
    settings = FitSettings()
    trial = try_survival(spells, specs, settings, beside, settle_days)
    if isinstance(trial, TooFewEvents):
        return trial
    fitted = fit_survival(spells, specs, step_settings(settings))
    if isinstance(fitted, TooFewEvents):
        return fitted
    days = spells.steps * spells.step_days
    return SurvivalFit(_published(fitted, trial, fitted_on, backtest_id, days, whole_months), trial)


def survival_specs(found: PublishedSurvival) -> tuple[FeatureSpec, ...]:
    """Return the measures that a stored model reads; its places come from the contract."""
    shapes = [f.shape for f in found.features if f.shape.kind != "pair"]
    return tuple(
        FeatureSpec(s.feature, is_category=s.kind == "category")
        for s in shapes
        if s.feature != PLACE
    )


def look_along(found: PublishedSurvival, features: FeatureTable, places: Texts) -> StepsAhead:
    """Return the steps of one account, whose features and places are the only row."""
    model = found.model()
    return StepsAhead(
        tuple(str(p) for p in places[0]),
        model.reasons(features, places, 0),
        tuple(model.survival(features, places)[0].tolist()),
    )


def _published(
    fitted: FittedChurn,
    trial: SurvivalTrial,
    fitted_on: date,
    backtest_id: str,
    horizon_days: int,
    whole_months: int | None,
) -> PublishedSurvival:
    own = trial.own.scorecard
    level = own.calibration
    return PublishedSurvival(
        fitted_on=fitted_on,
        backtest_id=backtest_id,
        horizon_days=horizon_days,
        whole_months=whole_months,
        base_micro=fitted.model.base_micro,
        features=tuple(
            PointsTable(shape=shape_of(f.bins), micro=f.micro, reference=reference)
            for f, reference in zip(fitted.model.features, fitted.reference, strict=True)
        ),
        doubts=tuple(doubts(trial.own)),
        auc=own.auc.value,
        ece=level.ece.value if level else 1.0,
        predicted=level.mean_predicted if level else 0.0,
        observed=level.mean_observed.value if level else 0.0,
        minus_scorecard=_gap(trial.minus_scorecard),
        minus_trees=_gap(trial.own.gap),
    )


def _gap(found: Estimate) -> Gap | None:
    return Gap(value=found.value, low=found.low, high=found.high) if found.has_interval else None
