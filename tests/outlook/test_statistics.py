"""The statistics against oracles: published figures, scipy and brute force over all pairs."""

from fractions import Fraction
from itertools import pairwise, permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, fisher_exact, spearmanr

from keepwell.outlook.concentration import (
    gini,
    lorenz,
    spearman,
    top_quarter_interval,
    top_share,
)
from keepwell.outlook.effects import cliffs_delta, standardised_difference, stratified_delta
from keepwell.outlook.permutation import Counted, stratified_permutation_p
from keepwell.outlook.shares import (
    BetaPrior,
    fisher_p,
    fit_beta_prior,
    holm,
    shrunken_share,
    wilson_interval,
)

AMOUNTS = st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=40)
VALUES = st.lists(st.integers(-5, 5), min_size=1, max_size=25)


def test_wilson_interval_equals_newcombes_published_examples() -> None:
    # R. G. Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3
    for hits, total, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = wilson_interval(hits, total)
        assert found is not None
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_interval_holds_the_share_and_stays_within_zero_and_one(a: int, b: int) -> None:
    hits, total = min(a, b), max(a, b)
    found = wilson_interval(hits, total)
    if total == 0:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found.low <= hits / total <= found.high <= 1


def test_fisher_equals_the_sum_over_all_tables_no_likelier_than_the_seen_one() -> None:
    for hits, total, all_hits, all_total in [(3, 4, 4, 8), (4, 4, 33, 100), (6, 8, 33, 100)]:
        ways = {
            k: Fraction(comb(total, k) * comb(all_total - total, all_hits - k))
            for k in range(max(0, all_hits - all_total + total), min(total, all_hits) + 1)
        }
        as_rare = sum(w for w in ways.values() if w <= ways[hits])
        expected = float(as_rare / comb(all_total, all_hits))
        assert fisher_p(hits, total, all_hits, all_total) == pytest.approx(expected, rel=1e-9)


def test_fisher_equals_scipys_for_large_tables() -> None:
    for hits, total, all_hits, all_total in [
        (40, 90, 200, 1000),
        (0, 16, 33, 100),
        (7, 30, 33, 100),
    ]:
        rest = [all_hits - hits, all_total - total - all_hits + hits]
        expected = float(fisher_exact(np.array([[hits, total - hits], rest])).pvalue)
        assert fisher_p(hits, total, all_hits, all_total) == pytest.approx(expected, rel=1e-8)


def test_fisher_of_the_lady_tasting_tea_is_the_published_one() -> None:
    assert fisher_p(3, 4, 4, 8) == pytest.approx(34 / 70)  # two-sided; Fisher 1935, chapter 2
    assert fisher_p(5, 5, 5, 5) == 1.0


def test_holm_multiplies_the_smallest_most_and_never_reverses_the_order() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


def test_beta_prior_is_likelier_than_every_neighbour_on_a_grid() -> None:
    groups = [(0, 10), (1, 12), (9, 10), (3, 9), (5, 14), (4, 4), (0, 3)]
    prior = fit_beta_prior(groups)
    assert prior is not None

    def likelihood(mean: float, worth: float) -> float:
        a, b = mean * worth, (1 - mean) * worth
        return float(sum(betabinom.logpmf(h, t, a, b) for h, t in groups))

    best = likelihood(prior.mean, prior.worth)
    for mean in np.linspace(0.05, 0.95, 19):
        for worth in np.geomspace(0.2, 1000, 25):
            assert likelihood(float(mean), float(worth)) <= best + 1e-6


def test_groups_of_one_account_each_tell_nothing_of_how_shares_spread() -> None:
    assert fit_beta_prior([(1, 1), (0, 1), (1, 1)]) is None
    assert fit_beta_prior([(1, 2), (0, 1), (1, 1)]) is not None


def test_beta_prior_is_exact_and_quick_for_millions_of_accounts() -> None:
    prior = fit_beta_prior([(300_000, 1_000_000), (200_000, 1_000_000), (1, 3)])
    assert prior is not None
    assert prior.mean == pytest.approx(0.2545, abs=0.03)
    assert 10 < prior.worth < 1000


def test_beta_prior_of_equal_shares_pulls_almost_all_the_way() -> None:
    prior = fit_beta_prior([(10, 100)] * 20)
    assert prior is not None
    assert prior.worth > 1000
    assert shrunken_share(1, 1, prior) == pytest.approx(0.1, abs=0.01)


def test_beta_prior_needs_two_groups_with_accounts() -> None:
    assert fit_beta_prior([]) is None
    assert fit_beta_prior([(3, 4), (0, 0)]) is None
    assert fit_beta_prior([(0, 4), (0, 5)]) is not None


def test_shrunken_share_lies_between_the_prior_and_the_raw_share() -> None:
    prior = BetaPrior(0.3, 5)
    assert shrunken_share(0, 0, prior) == pytest.approx(0.3)
    assert 0.3 < shrunken_share(4, 4, prior) < 1


@given(VALUES, VALUES)
def test_delta_equals_counting_every_pair(left: list[int], right: list[int]) -> None:
    pairs = [(a > b) - (a < b) for a in left for b in right]
    found = stratified_delta([(np.array(left, float), np.array(right, float))])
    assert found == pytest.approx(sum(pairs) / len(pairs), abs=1e-12)


def test_delta_within_strata_ignores_what_lies_between_them() -> None:
    small = (np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    large = (np.array([101.0, 102.0]), np.array([101.0, 102.0]))
    alone = (np.array([500.0]), np.array([]))
    assert stratified_delta([small, large, alone]) == 0
    assert stratified_delta([alone]) is None


def test_bootstrap_of_delta_equals_a_plain_bootstrap_with_the_same_draws() -> None:
    left, right = np.array([1.0, 4.0, 4.0, 9.0]), np.array([2.0, 3.0, 4.0, 5.0, 6.0])
    found = cliffs_delta([(left, right)], np.random.default_rng(3), times=200)
    rng, drawn = np.random.default_rng(3), []
    lefts = left[rng.integers(0, len(left), (200, len(left)))]
    rights = right[rng.integers(0, len(right), (200, len(right)))]
    for x, y in zip(lefts, rights, strict=True):
        drawn.append(float(np.sign(x[:, None] - y[None, :]).mean()))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found is not None
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert (found.accounts, found.bootstrap_accounts) == (9, 9)


def test_bootstrap_within_strata_equals_a_plain_one_with_the_same_draws() -> None:
    one = np.array
    strata = [(one([1.0]), one([2.0, 0.5])), (one([5.0]), one([3.0, 9.0]))]
    found = cliffs_delta(strata, np.random.default_rng(3), times=150)
    left = [(s, float(v)) for s, (x, _) in enumerate(strata) for v in x]
    right = [(s, float(v)) for s, (_, y) in enumerate(strata) for v in y]
    rng, drawn = np.random.default_rng(3), []
    lefts, rights = rng.integers(0, 2, (150, 2)), rng.integers(0, 4, (150, 4))
    for x, y in zip(lefts, rights, strict=True):
        met = [(left[i], right[j]) for i in x for j in y]
        pairs = [np.sign(a[1] - b[1]) for a, b in met if a[0] == b[0]]
        if pairs:
            drawn.append(float(np.mean(pairs)))
    assert len(drawn) < 150
    assert found is not None
    assert found.interval is not None
    expected = np.quantile(drawn, [0.025, 0.975])
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(expected))


def test_delta_of_many_accounts_says_that_its_interval_rests_on_a_sample() -> None:
    rng = np.random.default_rng(1)
    found = cliffs_delta([(rng.normal(1, 1, 9_000), rng.normal(0, 1, 30_000))], rng, times=100)
    assert found is not None
    assert found.interval is not None
    assert found.accounts == 39_000
    assert found.bootstrap_accounts <= 4_000
    assert found.interval.holds(0.5205)  # 2 * Phi(1 / sqrt 2) - 1


def test_standardised_difference_equals_a_case_by_hand() -> None:
    # means 2 and 5, variances 1 and 4 over three values each: 3 / sqrt 2.5
    found = standardised_difference(np.array([1.0, 2, 3]), np.array([3.0, 5, 7]))
    assert found == pytest.approx(-3 / 2.5**0.5)
    assert standardised_difference(np.array([0.1, 0.1]), np.array([0.1, 0.1])) is None
    assert standardised_difference(np.array([1.0]), np.array([2.0, 3.0])) is None


@given(AMOUNTS)
def test_gini_equals_the_mean_difference_of_all_pairs(amounts: list[float]) -> None:
    values = np.array(amounts)
    found = gini(values)
    if values.sum() == 0:
        assert found is None
    else:
        pairs = np.abs(values[:, None] - values[None, :]).sum()
        assert found == pytest.approx(
            pairs / (2 * len(values) ** 2 * values.mean()), rel=1e-6, abs=1e-9
        )


@given(AMOUNTS)
def test_lorenz_climbs_from_nothing_to_all_and_never_under_the_even_line(
    amounts: list[float],
) -> None:
    curve = lorenz(np.array(amounts))
    if not curve:
        assert sum(amounts) == 0
        return
    assert sum(curve[0]) == 0
    assert max(abs(curve[-1][0] - 1), abs(curve[-1][1] - 1)) < 1e-9
    assert len(curve) <= 101
    assert all(b >= a - 1e-9 for a, b in curve)
    assert all(x[1] <= y[1] for x, y in pairwise(curve))


def test_shares_of_the_top_are_refused_for_negative_and_empty_amounts() -> None:
    assert top_share(np.array([1.0, 3.0]), 1) == 0.75
    assert top_share(np.array([-1.0, 3.0]), 1) is None
    assert top_share(np.array([]), 1) is None
    assert gini(np.array([0.0, 0.0])) is None
    assert top_quarter_interval(np.array([1.0, 2.0]), np.random.default_rng(1)) is None


def test_top_quarter_interval_holds_the_share_of_the_sample() -> None:
    amounts = np.random.default_rng(5).lognormal(0, 1, 400)
    found = top_quarter_interval(amounts, np.random.default_rng(6), times=300)
    share = top_share(amounts, 100)
    assert found is not None
    assert share is not None
    assert found.low < share < found.high


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30))
def test_spearman_equals_scipys(rows: list[tuple[int, int]]) -> None:
    left, right = (np.array(v, float) for v in zip(*rows, strict=True))
    found = spearman(left, right)
    if len(set(left)) == 1 or len(set(right)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(float(spearmanr(left, right).statistic), abs=1e-9)


def test_permutation_p_approaches_the_one_of_all_orders() -> None:
    groups, strata = [0, 0, 1, 1, 1, 0, 1], [0, 0, 0, 0, 1, 1, 1]
    low = [1, 1, 0, 0, 0, 1, 0]

    def table(flags: list[int]) -> Counted:
        counted, total = np.zeros((2, 2), np.int64), np.zeros((2, 2), np.int64)
        for g, s, f in zip(groups, strata, flags, strict=True):
            counted[g, s] += f
            total[g, s] += 1
        return Counted(counted, total)

    def distance(flags: list[int]) -> float:
        c = table(flags)
        share = c.low.sum(axis=0) / c.total.sum(axis=0)
        variance = c.total @ (share * (1 - share))
        return float((((c.low.sum(axis=1) - c.total @ share) ** 2) / variance).sum())

    seen = distance(low)
    orders = [
        [*a, *b]
        for a in sorted(set(permutations(low[:4])))
        for b in sorted(set(permutations(low[4:])))
    ]
    exact = sum(distance(o) >= seen - 1e-9 for o in orders) / len(orders)
    found = stratified_permutation_p(table(low), np.random.default_rng(7), 20_000)
    assert found == pytest.approx(exact, abs=0.02)


def test_permutation_p_is_refused_where_no_stratum_can_tell() -> None:
    counted = Counted(np.array([[2, 0], [0, 0]]), np.array([[2, 0], [0, 3]]))
    assert stratified_permutation_p(counted, np.random.default_rng(1), 10) is None
