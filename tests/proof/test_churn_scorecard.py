"""The additive churn scorecard: against known truth, scikit-learn, and its own sums."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from keepwell.proof.model import (
    EVENTS_PER_PARAMETER,
    ChurnSample,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    FittedChurn,
    NumberBins,
    TooFewEvents,
    binned,
    cut_bins,
    feature_drift,
    fit_bins,
    fit_churn,
    fit_isotonic,
    fit_platt,
    is_by_time,
    splits_of,
)
from proof import churn_worlds as worlds

FAST = FitSettings(ridges=(1.0, 10.0), folds=3)


def fitted(sample: ChurnSample, settings: FitSettings = FAST) -> FittedChurn:
    found = fit_churn(sample, worlds.SPECS, settings)
    assert isinstance(found, FittedChurn)
    return found


def test_the_scorecard_finds_the_true_probabilities_of_a_known_world() -> None:
    found = fitted(worlds.sample(6000))
    fresh = worlds.features(4000, seed=99)
    truth = 1 / (1 + np.exp(-worlds.true_log_odds(fresh)))
    guess = found.model.churn_prob(fresh)
    assert float(np.abs(guess - truth).mean()) < 0.03
    assert float(np.corrcoef(guess, truth)[0, 1]) > 0.97


def test_points_never_go_against_the_sign_of_the_expert() -> None:
    # Usage is declared to raise the risk here, which is false: its weights may only be level.
    specs = [FeatureSpec("silence", "rises"), FeatureSpec("usage", "rises"), FeatureSpec("noise")]
    found = fit_churn(worlds.sample(), specs, FAST)
    assert isinstance(found, FittedChurn)
    by_name = {f.bins.feature: f.micro for f in found.model.features}
    silence, usage = by_name["silence"][:-1], by_name["usage"][:-1]
    assert list(silence) == sorted(silence)
    assert silence[-1] > silence[0]
    assert max(usage) - min(usage) <= 1


def test_the_parts_of_an_account_sum_exactly_to_its_log_odds() -> None:
    sample = worlds.sample()
    model = fitted(sample).model
    whole = model.log_odds_micro(sample.features)
    for row in range(0, 200, 7):
        reasons = model.reasons(sample.features, row)
        assert reasons.base_micro + sum(p.micro for p in reasons.parts) == whole[row]
        assert reasons.churn_prob == pytest.approx(model.churn_prob(sample.features)[row])
        assert [abs(p.micro) for p in reasons.parts] == sorted(
            (abs(p.micro) for p in reasons.parts), reverse=True
        )


@pytest.mark.parametrize("ridge", [0.5, 20.0])
def test_without_bounds_the_fit_equals_scikit_learn(ridge: float) -> None:
    sample = worlds.sample(1500)
    specs = [FeatureSpec("usage"), FeatureSpec("noise"), FeatureSpec("plan", is_category=True)]
    bins = cut_bins(sample.features, specs, most=5, least=30)
    columns = [np.ones((len(sample), 0))]
    for b in bins:
        code = b.codes(sample.features)
        if isinstance(b, NumberBins):
            columns.append((code[:, None] > np.arange(len(b.edges))).astype(float))
        else:
            columns.append(np.eye(len(b.names))[code][:, np.unique(code)])
    design = np.hstack(columns)
    oracle = LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=5000).fit(design, sample.left)
    ours = fit_bins(binned(bins, sample.features, sample.left), ridge)
    expected = oracle.decision_function(design)
    np.testing.assert_allclose(ours.log_odds(sample.features), expected, atol=2e-4)


def test_a_missing_value_is_a_bin_of_its_own() -> None:
    chance = np.random.default_rng(5)
    value = chance.normal(size=2000)
    value[:600] = np.nan
    left = chance.random(2000) < np.where(np.isnan(value), 0.6, 0.1)
    sample = ChurnSample(FeatureTable({"x": value}, {}), left, np.arange(2000))
    found = fit_churn(sample, [FeatureSpec("x", "falls")], FAST)
    assert isinstance(found, FittedChurn)
    prob = found.model.churn_prob(sample.features)
    assert float(prob[0]) == pytest.approx(0.6, abs=0.05)
    assert float(prob[-1]) == pytest.approx(0.1, abs=0.05)


def test_a_category_never_seen_counts_as_the_average() -> None:
    sample = worlds.sample()
    model = fitted(sample).model
    one = sample.features.rows(np.array([0]))
    strange = FeatureTable(one.numbers, {"plan": np.array(["galactic"])})
    part = next(p for p in model.reasons(strange, 0).parts if p.feature == "plan")
    assert part.bin == "other"
    assert abs(part.micro) < 1_000_000


def test_rare_values_at_the_ends_get_bins_of_their_own() -> None:
    products = np.repeat([1.0, 2.0, 3.0, 4.0], [500, 460, 25, 40])
    (bins,) = cut_bins(
        FeatureTable({"products": products}, {}), [FeatureSpec("products")], most=10, least=30
    )
    assert bins.names == ("< 2", "2 .. < 3", ">= 3", "missing")


def test_too_few_events_are_refused_with_numbers() -> None:
    few = worlds.sample(150, signal=0.0)
    refused = fit_churn(few, worlds.SPECS, FAST)
    assert isinstance(refused, TooFewEvents)
    assert refused.left == few.events < refused.needed
    assert str(refused.left) in refused.text("en")
    assert str(refused.needed) in refused.text("zh")
    assert refused.cure("en")


def test_bins_get_coarser_before_a_model_is_refused() -> None:
    small, large = worlds.sample(450, signal=0.3), worlds.sample(6000, signal=0.3)
    coarse, fine = fitted(small), fitted(large)
    assert coarse.parameters < fine.parameters
    assert coarse.left >= EVENTS_PER_PARAMETER * coarse.parameters


def test_the_same_sample_gives_the_same_scorecard() -> None:
    assert fitted(worlds.sample()) == fitted(worlds.sample())


def test_parts_of_a_split_share_no_cluster() -> None:
    flat = worlds.sample(900)
    twins = ChurnSample(flat.features, flat.left, np.arange(900) // 3)
    for fit, test in splits_of(twins, 5, seed=1):
        assert not set(twins.cluster[fit]) & set(twins.cluster[test])
        assert 0.5 < twins.left[test].mean() / twins.left.mean() < 1.5


def test_a_split_by_time_fits_only_on_outcomes_known_by_then() -> None:
    sample = worlds.dated()
    assert sample.origin is not None
    splits = splits_of(sample, 4, seed=1)
    assert is_by_time(sample)
    assert len(splits) == 4
    for fit, test in splits:
        known = sample.origin[fit] + np.timedelta64(sample.horizon_days, "D")
        assert known.max() <= sample.origin[test].min()


def test_calibration_mends_log_odds_that_are_twice_too_large() -> None:
    sample = worlds.sample(8000)
    truth = worlds.true_log_odds(sample.features)
    line = fit_platt(2 * truth + 1, sample.left)
    assert line.slope == pytest.approx(0.5, abs=0.05)
    assert line.shift == pytest.approx(-0.5, abs=0.1)
    curve = fit_isotonic(2 * truth + 1, sample.left)
    off = curve.churn_prob(2 * truth + 1) - 1 / (1 + np.exp(-truth))
    assert float(np.abs(off).mean()) < 0.03
    assert fit_platt(-truth, sample.left).slope == 0.0


def test_drift_is_told_of_the_feature_that_moved() -> None:
    sample = worlds.sample()
    found = fitted(sample)
    assert {d.state for d in feature_drift(found, worlds.features(3000, seed=50))} == {"same"}
    later = worlds.features(3000, seed=51)
    later.numbers["usage"][:] = later.numbers["usage"] / 3
    first, *others = feature_drift(found, later)
    assert (first.feature, first.state) == ("usage", "moved")
    assert {d.state for d in others} == {"same"}
