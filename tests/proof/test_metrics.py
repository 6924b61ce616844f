"""Metrics equal scikit-learn and lifelines; ties, unknowns and one-sided days are handled."""

import numpy as np
import pytest
from lifelines.utils import concordance_index
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from keepwell.proof.frame import Floats
from keepwell.proof.intervals import clustered
from keepwell.proof.metrics import (
    auc,
    auc_difference,
    average_precision,
    brier,
    concordance,
    rate,
    roc_auc,
)
from keepwell.proof.metrics_sample import Sample, effective_clusters, numbered

SEEDS = range(20)


def drawn(seed: int, days: int = 1, n: int = 300) -> tuple[Sample, Floats]:
    chance = np.random.default_rng(seed)
    score = np.round(chance.normal(50, 15, n) / 5) * 5
    event = chance.random(n) < 1 / (1 + np.exp((score - 35) / 10))
    return numbered(event, chance.integers(0, days, n), chance.integers(0, 80, n)), score


@pytest.mark.parametrize("seed", SEEDS)
def test_auc_of_one_day_with_ties_equals_scikit_learn(seed: int) -> None:
    sample, score = drawn(seed)
    assert auc(sample, score).value == pytest.approx(roc_auc_score(sample.event, -score))


def test_auc_over_days_is_the_mean_of_the_days_weighted_by_their_events() -> None:
    sample, score = drawn(3, days=4)
    of_days, events = [], []
    for day in range(4):
        at = sample.day == day
        of_days.append(roc_auc_score(sample.event[at], -score[at]))
        events.append(sample.event[at].sum())
    assert auc(sample, score).value == pytest.approx(np.average(of_days, weights=events))


def test_a_score_that_only_knows_the_day_has_no_skill() -> None:
    chance = np.random.default_rng(5)
    day = np.repeat([0, 1], 500)
    event = chance.random(1000) < np.where(day == 0, 0.4, 0.05)
    sample = numbered(event, day, np.arange(1000))
    assert auc(sample, day.astype(np.float64)).value == 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_average_precision_with_ties_equals_scikit_learn(seed: int) -> None:
    sample, score = drawn(seed)
    expected = average_precision_score(sample.event, -score)
    assert average_precision(sample, score).value == pytest.approx(expected)


def test_brier_equals_scikit_learn() -> None:
    sample, score = drawn(1)
    prob = 1 / (1 + np.exp((score - 35) / 10))
    assert brier(sample, prob).value == pytest.approx(brier_score_loss(sample.event, prob))


@pytest.mark.parametrize("seed", SEEDS)
def test_concordance_with_ties_equals_lifelines(seed: int) -> None:
    chance = np.random.default_rng(seed)
    score = np.round(chance.normal(50, 15, 200) / 5) * 5
    days = chance.integers(1, 60, 200).astype(np.float64)
    event = chance.random(200) < 0.4
    expected = concordance_index(days, score, event)
    assert concordance(score, days, event) == pytest.approx(expected)


def test_influence_is_the_change_of_the_number_with_a_rows_weight() -> None:
    sample, score = drawn(2, n=60)
    whole = auc(sample, score)
    doubled = [
        auc(
            numbered(
                np.append(sample.event, sample.event[row]),
                np.append(sample.day, sample.day[row]),
                np.append(sample.cluster, 0),
            ),
            np.append(score, score[row]),
        ).value
        - whole.value
        for row in range(60)
    ]
    assert np.corrcoef(doubled, whole.rows)[0, 1] > 0.99
    ratio = np.abs(np.array(doubled)).sum() / np.abs(whole.rows).sum()
    assert ratio == pytest.approx(1, abs=0.15)


def test_the_interval_of_average_precision_equals_the_jackknife_over_clusters() -> None:
    sample, score = drawn(4, n=400)
    whole = average_precision(sample, score)
    kept = [sample.cluster != c for c in range(sample.clusters)]
    without = np.array([average_precision_score(sample.event[k], -score[k]) for k in kept])
    spread = np.sqrt((len(without) - 1) * without.var())
    half = (whole.high - whole.low) / 2 / 1.99
    assert half == pytest.approx(spread, rel=0.1)


def test_an_unknown_score_counts_as_half_a_pair() -> None:
    event = np.array([True, True, False, False])
    sample = numbered(event, np.zeros(4), np.arange(4))
    assert auc(sample, np.array([10.0, np.nan, 90.0, 90.0])).value == 0.75
    assert auc(sample, np.array([10.0, 10.0, 90.0, np.nan])).value == 0.75
    assert auc(sample, np.full(4, np.nan)).value == 0.5


def test_one_class_only_is_unknown_not_a_number() -> None:
    sample = numbered(np.zeros(5, np.bool_), np.zeros(5), np.arange(5))
    assert not roc_auc(sample, np.arange(5.0)).is_known
    assert not average_precision(sample, np.arange(5.0)).is_known


def test_a_constant_has_exactly_half_and_no_width() -> None:
    sample, _ = drawn(1, days=3)
    constant = roc_auc(sample, np.zeros(len(sample)))
    assert (constant.value, constant.low, constant.high) == (0.5, 0.5, 0.5)


def test_a_perfect_ranking_still_has_a_lower_bound_below_one() -> None:
    event = np.arange(40) < 8
    sample = numbered(event, np.zeros(40), np.arange(40))
    perfect = roc_auc(sample, np.arange(40.0))
    assert perfect.value == 1.0
    assert 0.5 < perfect.low < 0.75


def test_repeating_every_row_in_its_cluster_changes_no_interval() -> None:
    sample, score = drawn(6)
    twice = numbered(np.tile(sample.event, 2), np.tile(sample.day, 2), np.tile(sample.cluster, 2))
    one, two = roc_auc(sample, score), roc_auc(twice, np.tile(score, 2))
    assert (one.low, one.high) == pytest.approx((two.low, two.high))
    as_new = numbered(np.tile(sample.event, 2), np.tile(sample.day, 2), np.arange(600))
    assert roc_auc(as_new, np.tile(score, 2)).low > two.low


def test_a_score_differs_from_itself_by_nothing() -> None:
    sample, score = drawn(1)
    same = auc_difference(sample, auc(sample, score), auc(sample, score * 2))
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_a_rate_without_events_has_wilsons_bound_over_its_clusters() -> None:
    sample = numbered(np.zeros(50, np.bool_), np.zeros(50), np.arange(50) // 5)
    none = clustered(rate(sample, np.ones(50)), sample, "rate")
    assert none.value == none.low == 0
    assert 0.2 < none.high < 0.4


def test_four_copies_of_one_account_are_worth_one() -> None:
    assert effective_clusters(np.array([1, 1, 1, 1])) == 1
    assert effective_clusters(np.arange(7)) == 7
