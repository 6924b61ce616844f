"""The contract model against its published estimates, sums over periods and simulated truth."""

import numpy as np
import pytest

from keepwell.outlook.lifetime import (
    ContractModel,
    Reason,
    Refusal,
    Renewals,
    TimeUnit,
    contract_survival,
    contract_survival_interval,
    draw_lost_periods,
    fit_contracts,
    renewal_prob,
    renewals_of_cohort,
    residual_periods,
    residual_periods_within,
)
from keepwell.outlook.lifetime.contracts import ContractLikelihood

# P. S. Fader, B. G. S. Hardie, J. Interactive Marketing 21 (2007) 76-90, table 1, years 0-12.
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173)
FITTED_YEARS = 7


def model_of(customers: tuple[int, ...]) -> ContractModel:
    found = fit_contracts(renewals_of_cohort(customers[: FITTED_YEARS + 1]), TimeUnit.YEAR)
    assert isinstance(found, ContractModel)
    return found


def renewals_of(periods: np.ndarray, seen: int) -> Renewals:
    """Count simulated customers whose first `seen` periods were observed."""
    lost = np.bincount(np.minimum(periods, seen + 1).astype(int), minlength=seen + 2)[1:]
    waiting = np.zeros(seen)
    waiting[-1] = lost[seen]
    return Renewals(lost[:seen].astype(float), waiting)


@pytest.mark.parametrize(
    ("customers", "alpha", "beta", "height"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_fader_and_hardies_estimates_are_reproduced(
    customers: tuple[int, ...], alpha: float, beta: float, height: float
) -> None:
    model = model_of(customers)
    assert (round(model.alpha, 3), round(model.beta, 3)) == (alpha, beta)
    assert model.log_likelihood == pytest.approx(height, abs=0.05)


@pytest.mark.parametrize(("customers", "within"), [(HIGH_END, 0.025), (REGULAR, 0.01)])
def test_survival_of_years_not_fitted_is_near_what_happened(
    customers: tuple[int, ...], within: float
) -> None:
    found = contract_survival(model_of(customers), np.arange(13.0))
    seen = np.array(customers) / 1000
    assert np.abs(found - seen).max() < within


def test_slope_and_curvature_equal_differences_of_the_likelihood() -> None:
    likelihood = ContractLikelihood(Renewals(np.array([9.0, 4, 2]), np.array([3.0, 0, 40])))
    point = np.log([0.7, 2.5])
    _, gradient, curvature = likelihood(point)
    moves = np.eye(2) * 1e-5
    slope = [(likelihood(point + m)[0] - likelihood(point - m)[0]) / 2e-5 for m in moves]
    bend = [(likelihood(point + m)[1] - likelihood(point - m)[1]) / 2e-5 for m in moves]
    assert gradient == pytest.approx(np.array(slope), rel=1e-6)
    assert curvature == pytest.approx(np.array(bend), rel=1e-6)


def test_cohorts_of_different_age_are_pooled_by_their_last_seen_period() -> None:
    rng = np.random.default_rng(11)
    parts = [renewals_of(draw_lost_periods(0.8, 2.0, 6000, rng), seen) for seen in (2, 5, 9)]
    lost, waiting = np.zeros(9), np.zeros(9)
    for part in parts:
        lost[: len(part.lost)] += part.lost
        waiting[: len(part.waiting)] += part.waiting
    model = fit_contracts(Renewals(lost, waiting), TimeUnit.MONTH)
    assert isinstance(model, ContractModel)
    assert model.interval("alpha").holds(0.8)
    assert model.interval("beta").holds(2.0)


def test_residual_lifetime_equals_the_sum_over_renewals_to_come() -> None:
    model = model_of(HIGH_END)
    renewed = np.arange(0.0, 6.0)
    whole = residual_periods(model, renewed, 0.1)
    assert whole == pytest.approx(residual_periods_within(model, renewed, 3000, 0.1), rel=1e-9)
    first = residual_periods_within(model, renewed, 1, 0.1)
    assert first == pytest.approx(renewal_prob(model, renewed))


def test_residual_lifetime_without_discount_is_infinite_when_loyal_customers_hardly_leave() -> None:
    assert np.isinf(residual_periods(model_of(HIGH_END), np.array([0.0, 4.0]), 0.0)).all()


def test_renewal_becomes_likelier_with_every_renewal() -> None:
    chances = renewal_prob(model_of(REGULAR), np.arange(20.0))
    assert (np.diff(chances) > 0).all()
    survival = contract_survival(model_of(REGULAR), np.arange(21.0))
    assert np.cumprod(chances) == pytest.approx(survival[1:])


def test_survival_interval_holds_the_curve_and_stays_within_zero_and_one() -> None:
    model = model_of(REGULAR)
    periods = np.arange(0.0, 13.0)
    low, high = contract_survival_interval(model, periods)
    share = contract_survival(model, periods)
    assert (low <= share + 1e-12).all()
    assert (share <= high + 1e-12).all()
    assert low[0] == high[0] == 1
    assert (high <= 1).all()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (renewals_of_cohort([5, 4, 3]), Reason.TOO_FEW_CUSTOMERS),
        (renewals_of_cohort([500, 500, 500]), Reason.NO_LOSSES),
        (renewals_of_cohort([500, 0, 0]), Reason.ALL_LOST),
        (renewals_of_cohort([500, 400]), Reason.TOO_FEW_PERIODS),
        (renewals_of_cohort([1000, 900, 810, 729, 656]), Reason.SAME_DROPOUT),
        (renewals_of_cohort([1000, 900, 800, 600, 300]), Reason.SAME_DROPOUT),
    ],
)
def test_renewals_that_identify_nothing_are_refused_with_the_reason(
    given: Renewals, reason: Reason
) -> None:
    found = fit_contracts(given, TimeUnit.MONTH)
    assert isinstance(found, Refusal)
    assert found.reason is reason
    assert "{" not in found.text("zh") + found.text("en")


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3, 0.7])
def test_one_rate_for_all_is_told_as_such_whatever_its_size(rate: float) -> None:
    for periods in range(3, 25):
        for size in (50, 1000, 12_345, 1e6, 1e8):
            cohort = [size * (1 - rate) ** t for t in range(periods)]
            found = fit_contracts(renewals_of_cohort(cohort), TimeUnit.MONTH)
            assert isinstance(found, Refusal), (periods, size)
            assert found.reason is Reason.SAME_DROPOUT, (periods, size)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        found = fit_contracts(renewals_of(draw_lost_periods(1.0, 3.0, 2000, rng), 8), TimeUnit.YEAR)
        assert isinstance(found, ContractModel)
        held += found.interval("alpha").holds(1.0)
    assert 181 <= held <= 198  # 0.95 of 200, within three standard errors
