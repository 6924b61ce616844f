"""The paradox test answers right with and without a planted paradox, and keeps quiet when small.

Planted: engagement on 0-1 with a coefficient of variation of 0.4, 100 high-value and 400
mass-value accounts. The standard error of the ratio is then 0.4 x sqrt(1/100 + 1/400) = 0.045;
98 % power at the 5 % level needs a ratio of 1 - (1.96 + 2.05) x 0.045 = 0.82.
"""

import os

import numpy as np
import pytest

from keepwell.outlook import Interval
from keepwell.value import judge, rank_correlation, ratio_of_means, weigh_paradox
from keepwell.value.paradox import Verdict
from keepwell.value.ratios import Floats, Ratio
from keepwell.value.settings import ParadoxSettings

SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
COMPANIES = 1_000 if SOAK else 120
HIGH, MASS = 100, 400
PLANTED = 0.82
SETTINGS = ParadoxSettings(resamples=1000 if SOAK else 400)


def engagement(mean: float, count: int, rng: np.random.Generator) -> Floats:
    """Return skewed engagement on 0-1 whose standard deviation is 0.4 of its mean."""
    variance = (0.4 * mean) ** 2
    worth = mean * (1 - mean) / variance - 1
    return rng.beta(mean * worth, (1 - mean) * worth, count)


def answers(ratio: float, seed: int, high: int = HIGH, mass: int = MASS) -> list[Verdict]:
    """Return the verdicts on simulated companies whose true ratio is given."""
    found = []
    for company in range(COMPANIES):
        rng = np.random.default_rng([seed, company])
        one = engagement(0.5 * ratio, high, rng)
        other = engagement(0.5, mass, rng)
        found.append(weigh_paradox(one, other, SETTINGS, rng))
    return found


def least_right(share: float) -> int:
    """Return the count that a share of right answers reaches within binomial error (99.9 %)."""
    return int(share * COMPANIES - 3.09 * np.sqrt(share * (1 - share) * COMPANIES))


@pytest.mark.slow
def test_planted_paradox_is_confirmed_in_95_of_100_companies() -> None:
    right = sum(v.answer == "confirmed" for v in answers(PLANTED, 1))
    assert right >= least_right(0.95), f"{right} of {COMPANIES}"


@pytest.mark.slow
def test_company_without_paradox_is_not_confirmed_in_95_of_100() -> None:
    right = sum(v.answer == "not_confirmed" for v in answers(1.0, 2))
    assert right >= least_right(0.95), f"{right} of {COMPANIES}"


@pytest.mark.slow
def test_more_engaged_valuable_accounts_are_never_called_a_paradox() -> None:
    assert not [v for v in answers(1.2, 3) if v.answer == "confirmed"]


@pytest.mark.slow
def test_few_accounts_give_not_enough_data_both_ways() -> None:
    for ratio in (1.0, 0.9):
        said = [v.answer for v in answers(ratio, 4, high=9, mass=400)]
        assert set(said) == {"not_enough_data"}
    small = [v.answer for v in answers(1.0, 5, high=12, mass=48)]
    assert small.count("confirmed") <= COMPANIES * 0.05 + 3 * np.sqrt(COMPANIES * 0.05)
    assert small.count("not_enough_data") >= COMPANIES * 0.4


@pytest.mark.parametrize(
    ("n", "interval", "groups", "answer", "reason"),
    [
        ((50, 50), (0.7, 0.95), (50, 50), "confirmed", "interval_below_one"),
        ((50, 50), (0.85, 1.1), (50, 50), "not_confirmed", "interval_reaches_one"),
        ((50, 50), (0.7, 1.1), (50, 50), "not_enough_data", "interval_too_wide"),
        ((9, 50), (0.1, 0.2), (50, 50), "not_enough_data", "too_few_accounts"),
        ((0, 0), None, (50, 50), "not_enough_data", "no_engagement"),
        ((0, 50), None, (0, 50), "not_enough_data", "nobody_selected"),
        ((50, 50), None, (50, 50), "not_enough_data", "no_engagement"),
    ],
)
def test_the_stated_rule_decides(
    n: tuple[int, int],
    interval: tuple[float, float] | None,
    groups: tuple[int, int],
    answer: str,
    reason: str,
) -> None:
    span = Interval(*interval) if interval else None
    ratio = Ratio(*n, 0.4, 0.5, 0.8, span)
    found = judge(ratio, ParadoxSettings(), high=groups[0], mass=groups[1])
    assert (found.answer, found.reason) == (answer, reason)


def test_ratio_of_means_by_hand_and_its_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(1)
    one, other = np.array([1.0, 2.0, 3.0]), np.array([4.0, 4.0])
    found = ratio_of_means(one, other, rng, 500)
    assert found.value == pytest.approx(0.5)
    assert found.is_small
    assert found.interval is not None
    assert 0.25 <= found.interval.low <= 0.5 <= found.interval.high <= 0.75
    nothing = ratio_of_means(np.array([]), other, rng, 500)
    assert (nothing.value, nothing.interval) == (None, None)
    assert ratio_of_means(one, np.zeros(3), rng, 500).value is None


def test_interval_holds_the_true_ratio_about_95_times_in_100() -> None:
    held = 0
    for seed in range(200):
        rng = np.random.default_rng([9, seed])
        found = ratio_of_means(engagement(0.4, 60, rng), engagement(0.5, 200, rng), rng, 400)
        held += found.interval is not None and found.interval.holds(0.8)
    assert 178 <= held <= 200


def test_rank_correlation_agrees_with_scipy_and_says_nothing_under_ten() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    y[:5] = np.nan
    found = rank_correlation(x, y)
    assert found.n == 295
    assert found.value == pytest.approx(spearmanr(x[5:], y[5:]).statistic)
    assert found.interval is not None
    assert found.interval.low < float(found.value or 0) < found.interval.high
    assert rank_correlation(x[5:12], y[5:12]).interval is None
    assert rank_correlation(x, np.ones(300)).value is None
