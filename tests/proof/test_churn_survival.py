"""Discrete-time survival against Kaplan-Meier, scikit-learn, and contracts of a known hazard."""

from collections.abc import Callable

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from sklearn.linear_model import LogisticRegression

from keepwell.proof import NO_DAY
from keepwell.proof.model import (
    PLACE,
    ChurnSample,
    ContractTerms,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    FittedChurn,
    Spells,
    SurvivalModel,
    SurvivalTrial,
    TooFewEvents,
    Validation,
    fit_churn,
    fit_places,
    fit_survival,
    try_survival,
    validate_churn,
)

PERIODS = np.arange(1, 9).astype(np.str_)
RISKY = [FeatureSpec("risky", "rises")]


def spells(rows: int, seed: int) -> Spells:
    """Return contracts of up to 8 periods; one in two has twice the odds of ending."""
    chance = np.random.default_rng(seed)
    risky = chance.integers(0, 2, rows).astype(np.float64)
    hazard = 1 / (1 + np.exp(-(-2.0 + np.log(2) * risky)))
    ends = np.asarray(chance.geometric(hazard), np.int64)
    seen = chance.integers(1, 9, rows)
    periods = np.minimum(ends, seen)
    table = FeatureTable({"risky": risky}, {})
    places = np.tile(PERIODS, (rows, 1))
    ended = ends <= seen
    return Spells(table, places, periods, ended, np.arange(rows))


def company(accounts: int, origins: int, seed: int) -> tuple[Spells, np.ndarray]:
    """Return yearly contracts at ends of months, and the true chance to leave within 90 days.

    A contract is left at the end of its term alone: one in ten, or one in three when unhappy; who
    is unhappy is drawn anew each month and known on the day.
    """
    chance = np.random.default_rng(seed)
    began = chance.integers(-700, 0, accounts)
    days = np.arange(origins) * 30
    sad = chance.random((accounts, origins)) < 0.4
    account, origin = np.repeat(np.arange(accounts), origins), np.tile(days, accounts)
    terms = ContractTerms(accounts, np.arange(accounts), began, began + 3650, whole_months=12)
    places = terms.places(account, origin, 3)
    hazard = np.where(np.char.startswith(places, "renewal"), 0.1, 0.0)
    hazard = np.where(sad.ravel()[:, None] & (hazard > 0), 1 / 3, hazard)
    leaves = chance.random(hazard.shape) < hazard
    ended = leaves.sum(axis=1) > 0
    seen = np.where(ended, leaves.argmax(axis=1) + 1, 3)
    features = FeatureTable({"sad": sad.ravel().astype(np.float64)}, {})
    when = np.datetime64("2024-01-31") + origin.astype("timedelta64[D]")
    true = 1 - np.prod(1 - hazard, axis=1)
    return Spells(features, places, seen, ended, account, when, 30), true


def test_of_periods_alone_it_equals_kaplan_meier() -> None:
    known = spells(900, seed=1)
    model = fit_places(known)
    assert isinstance(model, SurvivalModel)
    oracle = KaplanMeierFitter().fit(known.seen, known.ended)
    expected = oracle.survival_function_at_times(range(1, 9)).to_numpy()
    one = known.features.rows(np.array([0]))
    np.testing.assert_allclose(model.survival(one, known.places[[0]])[0], expected, atol=1e-6)


def test_it_finds_the_hazards_of_a_known_world() -> None:
    fitted = fit_survival(spells(9000, seed=2), RISKY, FitSettings())
    assert isinstance(fitted, FittedChurn)
    model = SurvivalModel(fitted.model)
    both = FeatureTable({"risky": np.array([0.0, 1.0])}, {})
    places = np.tile(PERIODS, (2, 1))
    hazards = model.hazards(both, places)
    np.testing.assert_allclose(
        hazards[:, :4].mean(axis=1), 1 / (1 + np.exp([2.0, 2.0 - np.log(2)])), atol=0.015
    )
    ahead = model.churn_prob(both, places[:, 1:3])
    np.testing.assert_allclose(ahead, 1 - (1 - hazards[:, 1]) * (1 - hazards[:, 2]))


def test_its_hazards_equal_those_of_a_logistic_regression_over_steps() -> None:
    known = spells(4000, seed=4)
    fitted = fit_survival(known, RISKY, FitSettings(ridges=(0.01,)))
    assert isinstance(fitted, FittedChurn)
    steps = known.step_sample()
    places = steps.features.categories[PLACE]
    design = np.column_stack([steps.features.numbers["risky"], places[:, None] == PERIODS])
    oracle = LogisticRegression(C=100.0, max_iter=1000, tol=1e-8).fit(design, steps.left)
    ours = (fitted.model.log_odds(steps.features) - fitted.curve.shift) / fitted.curve.slope
    np.testing.assert_allclose(ours, oracle.decision_function(design), atol=0.01)


def test_every_step_has_reasons_that_sum_and_only_the_place_differs() -> None:
    known = spells(2000, seed=5)
    fitted = fit_survival(known, RISKY, FitSettings())
    assert isinstance(fitted, FittedChurn)
    model = SurvivalModel(fitted.model)
    told = model.reasons(known.features, known.places, 7)
    hazards = model.hazards(known.features, known.places)[7]
    np.testing.assert_allclose([r.churn_prob for r in told], hazards)
    rest = [{p for p in r.parts if p.feature != PLACE} for r in told]
    assert all(r == rest[0] for r in rest)


def test_too_few_ends_are_refused_with_their_numbers() -> None:
    refused = fit_survival(spells(60, seed=3), RISKY, FitSettings())
    assert isinstance(refused, TooFewEvents)
    assert 0 < refused.left < refused.needed
    assert isinstance(fit_places(spells(60, seed=3)), TooFewEvents)


def test_on_later_days_it_knows_the_renewal_that_one_probability_does_not() -> None:
    known, true = company(700, 12, seed=6)
    specs = [FeatureSpec("sad", "rises")]
    beside = validate_churn(known.sample(), specs, FitSettings(folds=3))
    assert isinstance(beside, Validation)
    trial = try_survival(known, specs, FitSettings(folds=3), beside)
    assert isinstance(trial, SurvivalTrial)
    assert trial.own.is_by_time
    assert trial.minus_scorecard.low > 0.15
    judged = trial.own.scorecard
    assert judged.calibration is not None
    assert judged.calibration.ece.value < 0.02
    assert not judged.calibration.is_level_off
    tried = ~np.isnan(judged.prob)
    assert np.abs(judged.prob[tried] - true[tried]).mean() < 0.02


def test_its_parts_are_those_on_which_the_scorecard_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, _ = company(250, 12, seed=8)
    tried: list[list[tuple[object, ...]]] = [[], []]

    def spied(name: str, real: Callable[..., object], told: list[tuple[object, ...]]) -> None:
        def spy(past: Spells | ChurnSample, *rest: object, **how: object) -> object:
            assert past.origin is not None
            # Outcomes over 90 days are whole for the scorecard, those of steps as far as seen.
            newest = past.origin.max() + 90 - 60 * isinstance(past, Spells)
            told.append((newest.item(), how.get("is_for_later")))
            return real(past, *rest, **how)

        monkeypatch.setattr(name, spy)

    spied("keepwell.proof.model.validation.fit_churn", fit_churn, tried[0])
    spied("keepwell.proof.model.survival_trial.fit_survival", fit_survival, tried[1])
    specs, settings = [FeatureSpec("sad", "rises")], FitSettings(folds=3)
    beside = validate_churn(known.sample(), specs, settings)
    assert isinstance(beside, Validation)
    trial = try_survival(known, specs, settings, beside)
    assert isinstance(trial, SurvivalTrial)
    assert len(tried[0]) == 3
    assert tried[1] == tried[0]
    assert {how for _, how in tried[0]} == {True}


def test_a_part_learns_only_from_steps_that_were_over_and_settled() -> None:
    known, _ = company(50, 4, seed=7)
    day = np.datetime64("2024-01-31") + 90
    past = known.known_by(day, settle_days=10)
    assert past.origin is not None
    gone = (day - past.origin).astype(np.int64) - 10
    assert set(past.seen[~past.ended]) <= {1, 2}
    assert (past.seen * 30 <= gone).all()
    assert known.ended.sum() > past.ended.sum()


def test_the_clock_tells_renewals_months_and_steps_without_an_end() -> None:
    # A yearly term in its second year, a month-to-month one, one without an end, one that is over.
    first = np.array([0, 365, 700, 0, 0])
    last = np.array([364, 729, 729, NO_DAY, 100])
    terms = ContractTerms(5, np.array([0, 0, 1, 2, 3]), first, last)
    who, day = np.arange(5), np.full(5, 680)
    found = terms.places(who, day, 3)
    assert found[0].tolist() == ["within_term", "renewal_2", "within_term"]
    assert set(found[1]) == {"no_term"}
    assert set(found[2]) == {"month_13_24", "month_25_more"}
    assert set(found[3]) == set(found[4]) == {"no_term"}
    assert terms.places(who[1:2], np.array([705]), 3)[0].tolist() == [
        "month_1", "month_2", "month_3",
    ]  # fmt: skip


def test_where_ends_tell_the_future_the_clock_reads_beginnings_alone() -> None:
    cut = ContractTerms(1, np.array([0]), np.array([0]), np.array([200]), whole_months=12)
    whole = ContractTerms(1, np.array([0]), np.array([0]), np.array([365]), whole_months=12)
    who, day = np.array([0]), np.array([150])
    assert cut.places(who, day, 6).tolist() == whole.places(who, day, 6).tolist()
