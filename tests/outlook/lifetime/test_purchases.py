"""The purchase model: formulas against independent computations, recovery, scale, extremes."""

from itertools import pairwise
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_law

from keepwell.outlook.lifetime import (
    Histories,
    Horizon,
    PurchaseModel,
    PurchaseTruth,
    Reason,
    Refusal,
    TimeUnit,
    alive_prob,
    discounted_purchases,
    draw_histories,
    expected_purchases,
    expected_purchases_of_a_new_customer,
    fit_purchases,
    histories,
    purchases_interval,
    total_purchases_interval,
)
from keepwell.outlook.lifetime.purchases import PurchaseLikelihood
from keepwell.vocabulary import InternalProblem
from outlook.lifetime.worlds import WORLDS

USUAL, LOYAL = WORLDS[0], WORLDS[5]


def made(
    r: float, alpha: float, a: float, b: float, unit: TimeUnit = TimeUnit.DAY
) -> PurchaseModel:
    """Return a model of given parameters, as if fitted without doubt."""
    return PurchaseModel(unit, r, alpha, a, b, 0.0, 1, 1, np.zeros((4, 4)), 1, 1, 1)


def one(x: float, last: float, end: float) -> Histories:
    return histories(np.array([x]), np.array([last]), np.array([end]))


def fitted(given: Histories, unit: TimeUnit = TimeUnit.DAY) -> PurchaseModel:
    found = fit_purchases(given, unit)
    assert isinstance(found, PurchaseModel), found
    return found


def log_likelihood_of_one(
    r: float, alpha: float, a: float, b: float, x: int, last: float, end: float
) -> float:
    """Fader, Hardie and Lee (2005), equation 6, word for word."""

    def log_beta(p: float, q: float) -> float:
        return lgamma(p) + lgamma(q) - lgamma(p + q)

    stays = exp(log_beta(a, b + x) - log_beta(a, b))
    found = stays * (alpha + end) ** -(r + x)
    if x > 0:
        left = exp(log_beta(a + 1, b + x - 1) - log_beta(a, b))
        found += left * (alpha + last) ** -(r + x)
    return log(found) + lgamma(r + x) - lgamma(r) + r * log(alpha)


def test_likelihood_is_the_papers_formula() -> None:
    cases = [(0, 0.0, 30.0), (1, 3.0, 30.0), (4, 29.5, 30.0), (12, 20.0, 200.0)]
    given = histories(*(np.array(c, dtype=float) for c in zip(*cases, strict=True)))
    for point in [(0.25, 4.4, 0.8, 2.4), (3.0, 20.0, 0.1, 0.9)]:
        expected = sum(log_likelihood_of_one(*point, *case) for case in cases)
        assert PurchaseLikelihood(given, 1.0)(np.log(point))[0] == pytest.approx(expected)


@given_any(st.tuples(*(st.floats(-2, 3) for _ in range(4))))
def test_slope_and_curvature_equal_differences_of_the_likelihood(point: tuple[float, ...]) -> None:
    likelihood = PurchaseLikelihood(USUAL.draw(1), 30.0)
    at = np.array(point)
    height, gradient, curvature = likelihood(at)
    moves = np.eye(4) * 1e-5
    slope = [(likelihood(at + m)[0] - likelihood(at - m)[0]) / 2e-5 for m in moves]
    bend = [(likelihood(at + m)[1] - likelihood(at - m)[1]) / 2e-5 for m in moves]
    assert gradient == pytest.approx(np.array(slope), rel=1e-5, abs=1e-7 * abs(height))
    assert curvature == pytest.approx(np.array(bend), rel=1e-5, abs=1e-5 * abs(curvature).max())


def expected_by_integral(model: PurchaseModel, x: float, end: float, days: float) -> float:
    """Purchases ahead of a customer known alive: mean over p of (1 - (..)^(r+x)) / p."""
    share = days / (model.alpha + end)

    def ahead(log_p: float) -> float:
        p = exp(log_p)
        bought = -np.expm1(-(model.r + x) * np.log1p(p * share)) / p
        return float(bought * beta_law.pdf(p, model.a, model.b + x) * p)

    shares = np.array([1e-14, 1e-6, 0.01, 0.5, 0.99, 1.0])
    edges = np.log(beta_law.ppf(shares, model.a, model.b + x)).tolist()
    return sum(quad(ahead, lo, hi, limit=200)[0] for lo, hi in pairwise(edges))


@pytest.mark.parametrize("a", [0.3, 0.7929, 1.0, 1.0000001, 1.5, 4.0])
@pytest.mark.parametrize(
    ("x", "end", "days"), [(0, 40, 30), (2, 38.9, 39), (30, 200, 1000), (1, 2, 1e4)]
)
def test_expectation_equals_an_integral_over_dropout_chances(
    a: float, x: float, end: float, days: float
) -> None:
    model = made(0.25, 4.4, a, 2.4)
    found = expected_purchases(
        model, one(x, end, end) if x else one(0, 0, end), Horizon(days, TimeUnit.DAY)
    )
    alive = alive_prob(model, one(x, end, end))[0] if x else 1.0
    assert found[0] / alive == pytest.approx(expected_by_integral(model, x, end, days), rel=1e-6)


def test_alive_and_expectation_equal_shares_and_means_of_simulated_customers() -> None:
    rng = np.random.default_rng(3)
    truth, n, seen, ahead = PurchaseTruth(0.8, 20, 0.6, 2.0), 400_000, 100.0, 60.0
    model = made(truth.r, truth.alpha_days, truth.a, truth.b)
    early = draw_histories(truth, np.full(n, seen), np.random.default_rng(3))
    # The same draws seen longer would need the same stream; so compare by cells of a joint draw.
    rate, leave = rng.gamma(truth.r, 1 / truth.alpha_days, n), rng.beta(truth.a, truth.b, n)
    bought = np.zeros((2, n))
    last, moment, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    going = np.arange(n)
    while len(going):
        moment[going] += rng.exponential(1, len(going)) / rate[going]
        going = going[moment[going] <= seen + ahead]
        inside = moment[going] <= seen
        bought[0, going[inside]] += 1
        bought[1, going[~inside]] += 1
        last[going[inside]] = moment[going[inside]]
        leaves = rng.random(len(going)) < leave[going]
        alive[going[leaves & inside]] = False
        going = going[~leaves]
    for x in (1, 2, 4):
        cell = (bought[0] == x) & (last > 60) & (last < 70)
        given = histories(bought[0][cell], last[cell], np.full(int(cell.sum()), seen))
        chance = alive_prob(model, given).mean()
        assert alive[cell].mean() == pytest.approx(chance, abs=4 / np.sqrt(cell.sum()))
        mean = expected_purchases(model, given, Horizon(ahead, TimeUnit.DAY)).mean()
        error = bought[1][cell].std() / np.sqrt(cell.sum())
        assert bought[1][cell].mean() == pytest.approx(mean, abs=4 * error)
    new = expected_purchases_of_a_new_customer(model, np.array([seen]))[0]
    assert bought[0].mean() == pytest.approx(new, rel=0.02)
    assert early.repeats.mean() == pytest.approx(new, rel=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_parameters_of_a_large_simulation_are_recovered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = draw_histories(PurchaseTruth(0.5, 25, 0.9, 3.0), rng.uniform(100, 400, 30_000), rng)
    model = fitted(given)
    for name, truth in (("r", 0.5), ("alpha", 25.0), ("a", 0.9), ("b", 3.0)):
        found = float(getattr(model, name))
        assert found == pytest.approx(truth, rel=0.15)
        held = model.interval(name)
        assert held.low < found < held.high
        assert held.low / 1.1 < truth < held.high * 1.1


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    truth, held = (
        {"r": 0.5, "alpha": 20.0, "a": 0.8, "b": 2.5},
        dict.fromkeys(("r", "alpha", "a", "b"), 0),
    )
    totals, known = 0, made(truth["r"], truth["alpha"], truth["a"], truth["b"])
    horizon = Horizon(100, TimeUnit.DAY)
    for seed in range(120):
        rng = np.random.default_rng([77, seed])
        given = draw_histories(PurchaseTruth(*truth.values()), rng.uniform(60, 300, 2_000), rng)
        model = fitted(given)
        for name, value in truth.items():
            held[name] += model.interval(name).holds(value)
        expected = expected_purchases(known, given, horizon).sum()
        _, low, high = total_purchases_interval(model, given, horizon)
        totals += low <= expected <= high
    # 95 % of 120 is 114, with a standard error of 2.4: within three of them.
    assert all(107 <= n <= 120 for n in [*held.values(), totals]), (held, totals)


@given_any(st.floats(1e-4, 1e4))
def test_time_scale_moves_alpha_alone(scale: float) -> None:
    given = USUAL.draw(2)
    plain = fitted(given)
    scaled = fitted(histories(given.repeats, given.last_days * scale, given.observed_days * scale))
    assert scaled.alpha == pytest.approx(plain.alpha * scale, rel=1e-5)
    found, expected = (scaled.r, scaled.a, scaled.b), (plain.r, plain.a, plain.b)
    assert found == pytest.approx(expected, rel=1e-5)


def test_unit_of_time_changes_the_name_of_alpha_and_no_expectation() -> None:
    given = USUAL.draw(3)
    days, weeks = fitted(given), fitted(given, TimeUnit.WEEK)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-6)
    bought = float(given.repeats.sum())
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - bought * log(7))
    horizon = Horizon(6, TimeUnit.MONTH, 0.1)
    for expectation in (expected_purchases, discounted_purchases):
        ours, theirs = (expectation(m, given, horizon) for m in (days, weeks))
        assert ours == pytest.approx(theirs, rel=1e-5)


def test_order_and_grouping_of_customers_change_nothing() -> None:
    given = LOYAL.draw(4)
    order = np.random.default_rng(1).permutation(len(given.repeats))
    mixed = histories(given.repeats[order], given.last_days[order], given.observed_days[order])
    twice = Histories(given.repeats, given.last_days, given.observed_days, given.customers * 2)
    plain = fitted(given)
    assert fitted(mixed).logarithms.tolist() == plain.logarithms.tolist()
    doubled = fitted(twice)
    assert doubled.logarithms == pytest.approx(plain.logarithms, abs=1e-5)
    assert doubled.covariance * 2 == pytest.approx(plain.covariance, rel=1e-3)


def test_thinned_start_ends_on_the_same_summit_as_all_starts() -> None:
    rng = np.random.default_rng(8)
    given = draw_histories(PurchaseTruth(0.9, 20, 0.5, 3.0), rng.uniform(50, 365, 20_000), rng)
    model = fitted(given)
    from keepwell.outlook.lifetime.climb import climb

    summit = climb(PurchaseLikelihood(given, 1.0), np.log([0.3, 5.0, 1.0, 1.0]))
    assert summit.ended == "converged"
    assert model.logarithms == pytest.approx(summit.point, abs=1e-4)


@given_any(
    st.integers(0, 100_000),
    st.floats(1e-9, 1),
    st.floats(1e-6, 1e5),
    st.tuples(*(st.floats(-7, 7) for _ in range(4))),
    st.floats(1e-6, 1e6),
)
def test_expectations_stay_finite_and_in_range_at_the_extremes(
    x: int, part: float, end: float, logs: tuple[float, ...], days: float
) -> None:
    r, alpha, a, b = (exp(v) for v in logs)
    model = made(r, alpha, a, b)
    given = one(x, part * end if x else 0.0, end)
    horizon = Horizon(days, TimeUnit.DAY, 0.1)
    alive = alive_prob(model, given)[0]
    expected = expected_purchases(model, given, horizon)[0]
    discounted = discounted_purchases(model, given, horizon)[0]
    assert 0 <= alive <= 1
    assert np.isfinite(expected)
    most = (model.r + x) / (model.alpha + end) * days
    assert 0 <= expected <= most * (1 + 1e-9)
    assert -1e-9 <= discounted <= expected * (1 + 1e-9)


def test_expectations_grow_with_the_horizon() -> None:
    model, given = fitted(USUAL.draw(5)), USUAL.draw(5)
    before = np.zeros(len(given.repeats))
    for days in (1e-3, 1, 30, 365, 3650, 1e6):
        now = expected_purchases(model, given, Horizon(days, TimeUnit.DAY))
        assert (now >= before).all()
        before = now


def test_discounting_equals_a_fine_sum_over_days() -> None:
    model, given = made(0.5, 20.0, 0.8, 2.5), one(3, 80, 100)
    days = np.arange(0, 366.0)
    curve = [0.0] + [
        float(expected_purchases(model, given, Horizon(d, TimeUnit.DAY))[0]) for d in days[1:]
    ]
    worth = 1.2 ** -((days[:-1] + 0.5) / 365.25)
    by_days = float(np.dot(np.diff(curve), worth))
    found = discounted_purchases(model, given, Horizon(365, TimeUnit.DAY, 0.2))[0]
    assert found == pytest.approx(by_days, rel=1e-6)


def test_interval_of_each_customer_holds_its_expectation() -> None:
    given = USUAL.draw(6)
    model, horizon = fitted(given), Horizon(90, TimeUnit.DAY)
    low, high = purchases_interval(model, given, horizon)
    expected = expected_purchases(model, given, horizon)
    assert (low < expected).all()
    assert (expected < high).all()


def refused(
    x: list[float], last: list[float], end: list[float], n: list[float] | None = None
) -> Refusal:
    counted = None if n is None else np.array(n)
    found = fit_purchases(
        histories(np.array(x), np.array(last), np.array(end), counted), TimeUnit.DAY
    )
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (refused([1.0], [2.0], [9.0], [9]), Reason.TOO_FEW_CUSTOMERS),
        (refused([0.0], [0.0], [0.0], [50]), Reason.NO_TIME_OBSERVED),
        (refused([0.0, 0.0], [0.0, 0.0], [9.0, 8.0], [50, 2]), Reason.NO_REPEATS),
        (refused([2.0], [5.0], [9.0], [50]), Reason.ALL_THE_SAME),
        (refused([0.0, 1.0], [0.0, 5.0], [9.0, 9.0], [50, 4]), Reason.TOO_FEW_REPEATERS),
        (refused([4.0, 5.0], [9.0, 8.9], [9.0, 9.0], [50, 50]), Reason.NOBODY_LEAVES),
        (refused([1.0, 0.0], [1.0, 0.0], [90.0, 90.0], [60, 60]), Reason.AT_BOUNDARY),
    ],
)
def test_histories_that_identify_nothing_are_refused_with_the_reason(
    found: Refusal, reason: Reason
) -> None:
    assert found.reason is reason
    for text in (found.text("zh"), found.text("en"), found.cure("zh"), found.cure("en")):
        assert text
        assert "{" not in text


def test_histories_that_no_log_can_give_are_a_fault_of_ours() -> None:
    for x, last, end in [(0, 3, 9), (2, 0, 9), (2, 10, 9), (-1, 0, 9), (1, np.nan, 9)]:
        with pytest.raises(InternalProblem):
            one(x, last, end)
