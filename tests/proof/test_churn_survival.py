"""Discrete-time survival against Kaplan-Meier of lifelines and a world whose hazard is known."""

import numpy as np
from lifelines import KaplanMeierFitter

from keepwell.proof.model import (
    FeatureSpec,
    FeatureTable,
    FitSettings,
    Spells,
    SurvivalModel,
    TooFewEvents,
    fit_survival,
)


def spells(rows: int, seed: int) -> Spells:
    """Return contracts of up to 8 periods; one in two has twice the odds of ending."""
    chance = np.random.default_rng(seed)
    risky = chance.integers(0, 2, rows).astype(np.float64)
    hazard = 1 / (1 + np.exp(-(-2.0 + np.log(2) * risky)))
    ends = chance.geometric(hazard)
    seen = chance.integers(1, 9, rows)
    periods = np.minimum(ends, seen)
    return Spells(FeatureTable({"risky": risky}, {}), periods, ends <= seen, np.arange(rows))


def test_without_features_it_equals_kaplan_meier() -> None:
    known = spells(900, seed=1)
    model = fit_survival(known, (), FitSettings())
    assert isinstance(model, SurvivalModel)
    oracle = KaplanMeierFitter().fit(known.periods, known.ended)
    expected = oracle.survival_function_at_times(range(1, model.periods + 1)).to_numpy()
    np.testing.assert_allclose(
        model.survival(known.features.rows(np.array([0])))[0], expected, atol=1e-6
    )


def test_it_finds_the_hazards_of_a_known_world() -> None:
    model = fit_survival(spells(9000, seed=2), [FeatureSpec("risky", "rises")], FitSettings())
    assert isinstance(model, SurvivalModel)
    both = FeatureTable({"risky": np.array([0.0, 1.0])}, {})
    hazards = model.hazards(both)[:, :4].mean(axis=1)
    np.testing.assert_allclose(hazards, 1 / (1 + np.exp([2.0, 2.0 - np.log(2)])), atol=0.015)
    ahead = model.leaves_within(both, np.array([1, 1]), 2)
    kept = 1 - model.hazards(both)
    np.testing.assert_allclose(ahead, 1 - kept[:, 1] * kept[:, 2])


def test_too_few_ends_are_refused() -> None:
    refused = fit_survival(spells(60, seed=3), (), FitSettings())
    assert isinstance(refused, TooFewEvents)
