"""The spend model, lifetime value, tracking and given columns: oracles, recovery, refusals."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import gamma as gamma_law
from scipy.stats import pearsonr

from keepwell.outlook.lifetime import (
    Histories,
    Horizon,
    Origin,
    PurchaseModel,
    PurchaseTruth,
    Reason,
    Refusal,
    Spending,
    SpendModel,
    TimeUnit,
    compare_given,
    draw_histories,
    draw_mean_spend,
    expected_spend_amount,
    fit_purchases,
    fit_spend,
    histories,
    independence,
    lifetime_values,
    total_value,
    track,
    value_intervals,
)
from keepwell.outlook.lifetime.spend import SpendLikelihood
from keepwell.vocabulary import LANGS, InputProblem, InternalProblem

TRUTH = (6.0, 4.0, 15.0)


def drawn(seed: int | list[int], customers: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    purchases = rng.geometric(0.4, customers).astype(np.float64)
    return purchases, draw_mean_spend(TRUTH, purchases, rng)


def fitted(purchases: np.ndarray, spend: np.ndarray) -> SpendModel:
    found = fit_spend(purchases, spend, "EUR")
    assert isinstance(found, SpendModel), found
    return found


def test_spend_likelihood_is_the_integral_over_rates_of_customers() -> None:
    p, q, v = 2.5, 3.0, 8.0
    for x, z in [(1.0, 4.0), (3.0, 9.5), (20.0, 2.2)]:

        def density(rate: float, x: float = x, z: float = z) -> float:
            mean = gamma_law.pdf(z, p * x, scale=1 / (rate * x))
            return float(mean * gamma_law.pdf(rate, q, scale=1 / v))

        found = SpendLikelihood(np.array([x]), np.array([z]), np.ones(1))(np.log([p, q, v]))[0]
        assert exp(found) == pytest.approx(quad(density, 0, 60, limit=300)[0], rel=1e-7)


@given_any(st.tuples(*(st.floats(-1, 3) for _ in range(3))))
def test_slope_and_curvature_equal_differences_of_the_likelihood(point: tuple[float, ...]) -> None:
    purchases, spend = drawn(1, 60)
    likelihood, at = SpendLikelihood(purchases, spend / 30, np.ones(60)), np.array(point)
    height, gradient, curvature = likelihood(at)
    moves = np.eye(3) * 1e-5
    slope = [(likelihood(at + m)[0] - likelihood(at - m)[0]) / 2e-5 for m in moves]
    bend = [(likelihood(at + m)[1] - likelihood(at - m)[1]) / 2e-5 for m in moves]
    assert gradient == pytest.approx(np.array(slope), rel=1e-5, abs=1e-7 * abs(height))
    assert curvature == pytest.approx(np.array(bend), rel=1e-4, abs=1e-5 * abs(curvature).max())


def test_expected_spend_lies_between_the_customers_own_mean_and_the_mean_of_all() -> None:
    purchases, spend = drawn(2)
    model = fitted(purchases, spend)
    found = expected_spend_amount(model, purchases, spend)
    centre = model.p * model.v / (model.q - 1)
    low, high = np.minimum(spend, centre), np.maximum(spend, centre)
    assert ((low <= found + 1e-9) & (found <= high + 1e-9)).all()
    without = expected_spend_amount(model, np.zeros(2), np.zeros(2))
    assert without == pytest.approx([model.mean_spend_amount] * 2)


def test_spend_intervals_cover_the_truth_as_often_as_they_say() -> None:
    held = dict.fromkeys("pqv", 0)
    for seed in range(120):
        model = fitted(*drawn([9, seed]))
        for name, value in zip("pqv", TRUTH, strict=True):
            held[name] += model.interval(name).holds(value)
    # 95 % of 120 is 114, with a standard error of 2.4: within three of them.
    assert all(107 <= n <= 120 for n in held.values()), held


@given_any(st.floats(1e-6, 1e9))
def test_currency_moves_v_and_amounts_alone(factor: float) -> None:
    purchases, spend = drawn(3, 400)
    plain, scaled = fitted(purchases, spend), fitted(purchases, spend * factor)
    assert (scaled.p, scaled.q) == pytest.approx((plain.p, plain.q), rel=1e-5)
    assert scaled.v == pytest.approx(plain.v * factor, rel=1e-5)
    expected = plain.log_likelihood - len(purchases) * log(factor)
    assert scaled.log_likelihood == pytest.approx(expected, rel=1e-6, abs=1e-3)


def test_customers_counted_together_give_the_same_spend_model() -> None:
    purchases, spend = drawn(4, 300)
    twice = fitted(np.tile(purchases, 2), np.tile(spend, 2))
    counted = fit_spend(purchases, spend, "EUR", np.full(300, 2.0))
    assert isinstance(counted, SpendModel)
    assert counted.logarithms == pytest.approx(twice.logarithms, abs=1e-6)
    assert counted.independence.correlation == pytest.approx(twice.independence.correlation)
    assert counted.spenders == twice.spenders == 600


def test_correlation_of_frequency_and_spend_equals_scipys_and_is_told() -> None:
    purchases, spend = drawn(5, 500)
    found, theirs = independence(purchases, spend, np.ones(500)), pearsonr(purchases, spend)
    assert found.correlation == pytest.approx(theirs.statistic)
    ends = theirs.confidence_interval()
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
    assert not found.is_doubtful
    tied = independence(purchases, purchases * 10, np.ones(500))
    assert tied.is_doubtful
    assert independence(np.ones(9), spend[:9], np.ones(9)).is_doubtful


@pytest.mark.parametrize(
    ("purchases", "spend", "reason"),
    [
        (np.zeros(50), np.zeros(50), Reason.NO_SPEND),
        (np.ones(50), np.zeros(50), Reason.NO_SPEND),
        (np.ones(6), np.arange(1.0, 7), Reason.TOO_FEW_REPEATERS),
        (np.arange(1.0, 31), np.full(30, 9.99), Reason.ALL_THE_SAME),
        (
            np.arange(1.0, 201),
            np.exp(np.random.default_rng(1).normal(0, 9, 200)),
            Reason.SPEND_MEAN_INFINITE,
        ),
    ],
)
def test_spend_that_identifies_nothing_is_refused_with_the_reason(
    purchases: np.ndarray, spend: np.ndarray, reason: Reason
) -> None:
    found = fit_spend(purchases, spend, "EUR")
    assert isinstance(found, Refusal), found
    assert found.reason is reason
    assert "{" not in found.text("zh") + found.text("en")


def test_an_amount_that_is_no_number_is_a_fault_of_ours() -> None:
    with pytest.raises(InternalProblem):
        fit_spend(np.ones(20), np.full(20, np.inf), "EUR")


def whole(seed: int) -> tuple[PurchaseModel, SpendModel, Histories, Spending]:
    rng = np.random.default_rng(seed)
    given = draw_histories(PurchaseTruth(0.5, 20, 0.8, 2.5), rng.uniform(60, 300, 2_000), rng)
    spend = draw_mean_spend(TRUTH, given.repeats, rng)
    bought = fit_purchases(given, TimeUnit.WEEK)
    assert isinstance(bought, PurchaseModel)
    return bought, fitted(given.repeats, spend), given, Spending(given.repeats, spend)


def test_value_is_purchases_times_spend_and_shrinks_with_the_discount() -> None:
    bought, spent, given, spending = whole(6)
    plain = lifetime_values(bought, spent, given, spending, Horizon(12, TimeUnit.MONTH))
    assert plain.value_amount == pytest.approx(
        plain.expected_purchases * plain.expected_spend_amount
    )
    worth = lifetime_values(bought, spent, given, spending, Horizon(12, TimeUnit.MONTH, 0.1))
    share = worth.value_amount / plain.value_amount
    assert (share < 1).all()
    assert (share > 1 / 1.1).all()
    assert plain.names["value_amount"] == "lifetime_value_amount_12_months"
    assert worth.names["value_amount"] == "lifetime_value_amount_12_months_at_10_pct"
    assert worth.names["expected_purchases"] == "expected_purchases_12_months"
    assert worth.currency == "EUR"
    assert (plain.alive_prob[~plain.has_repeat] == 1).all()


def test_intervals_hold_each_value_and_the_total_is_narrower_than_the_sum_of_ends() -> None:
    bought, spent, given, spending = whole(7)
    horizon = Horizon(26, TimeUnit.WEEK, 0.1)
    values = lifetime_values(bought, spent, given, spending, horizon)
    low, high = value_intervals(bought, spent, given, spending, horizon)
    assert (low < values.value_amount).all()
    assert (values.value_amount < high).all()
    total, ends = total_value(bought, spent, given, spending, horizon)
    assert total == pytest.approx(values.value_amount.sum())
    assert low.sum() < ends.low < total < ends.high < high.sum()


def test_expected_repeats_track_the_actual_ones_of_the_model_world() -> None:
    rng = np.random.default_rng(12)
    truth, births, until = PurchaseTruth(0.6, 15, 0.7, 2.5), np.arange(0, 90.0), 360
    starts = np.repeat(births, 200)
    rate, leave = (
        rng.gamma(truth.r, 1 / truth.alpha_days, len(starts)),
        rng.beta(0.7, 2.5, len(starts)),
    )
    moments, now, going = [], starts.copy(), np.arange(len(starts))
    seen = np.zeros((3, len(starts)))
    fitted_until = 180.0
    while len(going):
        now[going] += rng.exponential(1, len(going)) / rate[going]
        going = going[now[going] <= until]
        moments.append(np.ceil(now[going]))
        early = going[now[going] <= fitted_until]
        seen[0, early] += 1
        seen[1, early] = now[early] - starts[early]
        going = going[rng.random(len(going)) >= leave[going]]
    model = fit_purchases(histories(seen[0], seen[1], fitted_until - starts), TimeUnit.WEEK)
    assert isinstance(model, PurchaseModel)
    days, counts = np.unique(np.concatenate(moments), return_counts=True)
    found = track(
        model, (births, np.full(90, 200.0)), (days, counts.astype(float)), int(fitted_until), until
    )
    assert found.customers == 18_000
    assert found.actual[-1] == sum(len(m) for m in moments)
    assert found.holdout_expected == pytest.approx(found.holdout_actual, rel=0.03)
    inside = found.days >= 60
    assert found.expected[inside] == pytest.approx(found.actual[inside], rel=0.03)
    assert (np.diff(found.expected) >= 0).all()


def test_given_column_is_set_beside_ours_over_accounts_that_have_both() -> None:
    nan = np.nan
    found = compare_given(
        "estimated_customer_ltv",
        np.array([10.0, 20.0, 30.0, nan, 5.0]),
        np.array([5.0, 10.0, 15.0, 1.0, nan]),
    )
    assert (found.n, found.only_given, found.only_ours) == (3, 1, 1)
    assert (found.mean_given, found.mean_ours, found.mean_ratio) == (20.0, 10.0, 2.0)
    assert found.rank_correlation == 1.0


def test_given_column_without_a_common_account_compares_to_nothing() -> None:
    found = compare_given("churn_probability", np.array([np.nan]), np.array([0.2]))
    assert (found.n, found.mean_ratio, found.rank_correlation) == (0, None, None)


def test_origins_say_that_nothing_is_validated() -> None:
    assert Origin.GIVEN.words("en") == "given, not validated"
    assert Origin.GIVEN.words("zh") == "数据自带，未经验证"
    assert all(o.words(lang) for o in Origin for lang in LANGS)


@pytest.mark.parametrize(
    ("length", "rate"), [(0, 0.1), (-1, 0.1), (np.nan, 0.1), (12, -1.0), (12, np.inf)]
)
def test_horizon_without_time_or_value_is_refused_with_a_cure(length: float, rate: float) -> None:
    with pytest.raises(InputProblem) as caught:
        Horizon(length, TimeUnit.MONTH, rate)
    assert caught.value.cure


def test_horizon_says_its_units_in_both_languages() -> None:
    horizon = Horizon(1.5, TimeUnit.YEAR, 0.125)
    assert horizon.text("zh") == "1.5 年，年折现率 12.5%"
    assert horizon.text("en") == "1.5 years, discounted at 12.5 % a year"
    assert Horizon(3, TimeUnit.DAY).text("zh") == "3 天，不折现"
    assert horizon.column("value_amount") == "value_amount_1_5_years_at_12_5_pct"
    assert horizon.in_units(TimeUnit.MONTH) == pytest.approx(18)
    assert exp(-horizon.discount_per(TimeUnit.YEAR)) == pytest.approx(1 / 1.125)
