"""Pure parts by hand: basis of the forecast, silence cut, grades, construction, scenarios."""

import numpy as np
import pytest

from keepwell.config import MatrixSettings
from keepwell.outlook import (
    CONTRADICTIONS,
    Cell,
    Earned,
    Figure,
    Grade,
    Nature,
    Observed,
    ScenarioKind,
    SensitivityRow,
    action_scenarios,
    agreement_figures,
    basis_of,
    cells_of,
    checkable,
    concentration_figures,
    contradiction_findings,
    driver_row,
    effective_accounts,
    grade,
    is_by_construction,
    line_distances,
    margins_of,
    matrix_prior,
    matrix_rows,
    profile_row,
    repair_scenarios,
    scale_scenarios,
    sensitivity_row,
    silence_cut,
    tier_moves,
    weight_scenarios,
)
from keepwell.outlook.contradiction_findings import Fired
from keepwell.vocabulary import MinMaxScale, PercentileScale
from outlook.scored import CLASSIC

CARDS = {CLASSIC.scorecard: CLASSIC}
CUTS = MatrixSettings()
RNG = np.random.default_rng(1)


def test_headline_is_the_run_rate_only_where_won_amounts_are_dated_and_pipeline_has_odds() -> None:
    # accounts, won, won 12m, won 6m, pipeline, due, expected, ARR, mean odds, taking the mean
    assert basis_of((10, 10, 0, 0, 10, 0, 0, 0, 0.3, 0)).method == "weighted"
    assert basis_of((10, 10, 10, 0, 10, 0, 0, 0, 0.3, 2)).method == "run_rate"
    assert basis_of((10, 10, 10, 0, 10, 0, 0, 0, None, 0)).method == "weighted"
    assert basis_of((10, 10, 10, 0, 0, 0, 0, 0, None, 0)).method == "run_rate"


def test_recurring_revenue_sets_the_pace_only_where_no_won_amount_does() -> None:
    recurring = basis_of((10, 0, 0, 0, 0, 0, 0, 10, None, 0))
    assert (recurring.is_recurring, recurring.method) == (True, "run_rate")
    assert dict(recurring.assumptions)["pace"] == "current_arr"
    both = basis_of((10, 10, 10, 0, 0, 0, 0, 10, None, 0))
    assert (both.is_recurring, both.pace) == (False, "trailing_12_months")
    without_odds = basis_of((10, 0, 0, 0, 10, 0, 0, 10, None, 0))
    assert without_odds.method == "weighted"
    assert not basis_of((10, 0, 0, 0, 0, 0, 0, 4, None, 0)).is_recurring


def test_part_that_fewer_than_half_of_the_accounts_have_is_left_out_and_said() -> None:
    basis = basis_of((10, 10, 0, 0, 4, 0, 0, 0, 0.3, 0))
    assert not basis.has_pipeline
    assert dict(basis.assumptions)["pipeline"] == "left_out"
    assert dict(basis.assumptions)["pipeline_timing"] == "left_out"
    assert dict(basis_of((10, 10, 0, 0, 5, 5, 0, 0, 0.3, 0)).assumptions)["pipeline_timing"] == (
        "due_in_horizon_win_rate"
    )
    assert basis_of((0, 0, 0, 0, 0, 0, 0, 0, None, 0)).held == frozenset()


def test_silence_cut_is_the_widest_gap_that_leaves_a_fifth_on_either_side() -> None:
    days = np.array([1, 2, 3, 20, 21, 22, 23, 60, 61, 62, 300], dtype=float)
    cut = silence_cut(days)
    assert cut is not None
    assert (cut.below_days, cut.cut_days, cut.is_after_looking) == (23, 60, True)


def test_silence_cut_falls_back_to_the_declared_days_where_no_gap_is_a_week_wide() -> None:
    cut = silence_cut(np.arange(30.0, 60.0))
    assert cut is not None
    assert (cut.below_days, cut.cut_days, cut.is_after_looking) == (44, 45, False)


def test_silence_cut_is_refused_for_few_accounts_and_for_one_sided_data() -> None:
    assert silence_cut(np.arange(9.0) * 20) is None
    assert silence_cut(np.full(30, 3.0)) is None
    assert silence_cut(np.full(30, 80.0)) is None


def test_grade_starts_at_its_cut_and_small_cells_have_none() -> None:
    graded = [grade(k, 10, CUTS) for k in (0, 1, 2, 4, 7, 10)]
    expected = [Grade.STABLE, Grade.STABLE, Grade.WATCH, Grade.ELEVATED]
    assert graded == [*expected, Grade.CRITICAL, Grade.CRITICAL]
    assert grade(9, 9, CUTS) is Grade.TOO_SMALL


def test_matrix_shares_rest_on_scored_accounts_and_unknown_tiers_stay_counted() -> None:
    rows = [
        ("Tech", "Large", 4, 1, 1, 100.0, 10.0, 0),
        ("unknown", "Large", 2, 0, 2, None, None, 2),
    ]
    cells = cells_of(rows)
    told = {r.industry: r for r in matrix_rows("cell", cells, matrix_prior(cells), CUTS)}
    assert told["Tech"].low_share == pytest.approx(1 / 3)
    assert (told["unknown"].low_share, told["unknown"].wilson_low) == (None, None)
    assert (told["unknown"].accounts, told["unknown"].unknown_count) == (2, 2)
    assert told["unknown"].grade == "too_small"
    assert told["unknown"].contribution_amount is None
    total = margins_of(cells)["total"][0]
    assert (total.accounts, total.contribution_amount) == (6, 100.0)


def test_rows_that_the_score_divides_itself_get_no_test() -> None:
    cells = (Cell("", "Large", 30, 7, 0, 1.0, 1.0, 0), Cell("", "Small", 17, 12, 0, 1.0, 2.0, 0))
    tested = matrix_rows("size", cells, None, CUTS)
    untested = matrix_rows("size", cells, None, CUTS, is_by_construction=True)
    assert all(r.fisher_p is not None and r.holm_p is not None for r in tested)
    assert all(r.fisher_p is None and r.holm_p is None for r in untested)
    assert all(r.is_by_construction and r.low_share is not None for r in untested)
    assert [r.size for r in tested] == ["Small", "Large"]


def test_measures_of_the_scored_rows_are_by_construction() -> None:
    scored = {m.measure for m in CLASSIC.measures}
    told = {m: is_by_construction(m, scored) for m in ("total_contacts", "longest_gap_days")}
    assert told == {"total_contacts": True, "longest_gap_days": True}
    outside = ("win_rate", "current_pipeline_amount", "account_age_days", "nps")
    assert not any(is_by_construction(m, scored) for m in outside)
    assert is_by_construction("churn_probability", set())


def test_scenarios_keep_the_card_and_change_one_thing_each() -> None:
    swapped = scale_scenarios(CARDS)
    assert [s.name for s in swapped] == ["percentile_scales"]
    scales = {m.measure: m.scale for m in swapped[0].cards[CLASSIC.scorecard].measures}
    assert isinstance(scales["annual_revenue"], PercentileScale)
    assert scales["days_since_last_activity"].direction == "lower_is_better"
    back = scale_scenarios(swapped[0].cards)
    assert [s.name for s in back] == ["minmax_scales"]
    restored = back[0].cards[CLASSIC.scorecard].measures
    assert isinstance(restored[0].scale, MinMaxScale)
    weights = {s.name: s for s in weight_scenarios(CARDS)}
    assert len(weights) == 3 * len(CLASSIC.dimensions)
    up = weights["activity_up"].cards[CLASSIC.scorecard].micro_weights()
    assert up["total_activities_30d"] == pytest.approx(24 / 108 * 1e8, abs=1)
    without = weights["without_company_scale"].cards[CLASSIC.scorecard]
    assert [d.dimension for d in without.dimensions] == [
        d.dimension for d in CLASSIC.dimensions[:-1]
    ]
    assert not ScenarioKind.WITHOUT.is_choice


def test_card_with_one_dimension_has_no_weight_to_move() -> None:
    alone = CLASSIC.model_copy(update={"dimensions": CLASSIC.dimensions[:1]})
    assert weight_scenarios({"alone": alone}) == ()


def test_actions_need_their_measures_in_score_and_table() -> None:
    assert [s.name for s in action_scenarios(CARDS, ("days_since_last_activity",))] == [
        "touch",
        "best",
    ]
    assert action_scenarios(CARDS, ("win_rate",)) == ()


def test_repairs_of_fields_outside_the_score_are_not_rescored() -> None:
    rules = [r for r in CONTRADICTIONS if r.code == "month_above_quarter"]
    outside = CLASSIC.model_copy(update={"dimensions": CLASSIC.dimensions[1:]})
    assert [s.name for s in repair_scenarios(CARDS, rules)] == [
        "month_above_quarter_left",
        "month_above_quarter_right",
    ]
    assert repair_scenarios({"outside": outside}, rules) == ()
    assert checkable(("win_rate",)) == ()


def test_sensitivity_row_counts_the_moves_between_tiers() -> None:
    fallen = ("medium", "low", 1, None)
    stayed = (("low", "low", 3, 1.0), ("high", "high", 4, 9.0))
    moves = tier_moves("touch", [*stayed, ("low", "medium", 2, 5.0), fallen])
    scenario = action_scenarios(CARDS, ("days_since_last_activity",))[0]
    row = sensitivity_row(
        scenario, moves, spearman=0.5, near_line_count=1, median_points_to_line=2.0
    )
    assert (row.low_count, row.both_low, row.left_low, row.joined_low) == (4, 3, 2, 1)
    assert (row.accounts, row.changed_tier, row.left_low_amount) == (10, 3, 5.0)


def test_line_distance_includes_the_lower_end_and_leaves_out_the_upper() -> None:
    micro = np.array([48_000_000, 47_999_999, 51_999_999, 52_000_000, 65_000_000])
    near, middle = line_distances(np.zeros(5, dtype=np.int64), micro, [(50.0, 80.0)])
    assert (near, middle) == (2, 2.0)
    assert line_distances(np.zeros(0, dtype=np.int64), micro[:0], [(50.0,)]) == (0, None)


def test_effective_accounts_of_repeated_blocks_are_fewer() -> None:
    assert effective_accounts(100, []) == 100
    assert effective_accounts(100, [(10, 10)]) == 10
    assert effective_accounts(0, []) == 0
    assert effective_accounts(4, [(3, 1)]) == pytest.approx(16 / 10)


def test_profile_of_a_measure_without_low_accounts_says_nothing() -> None:
    flags = np.array([False, False, False])
    observed = Observed(np.array([1.0, 2, 3]), flags, ~flags, np.array([0, 0, -1]))
    row = profile_row("nps", observed, Nature(False, False), ("Large",), RNG)
    assert (row.n_low, row.n_rest, row.n_all) == (0, 3, 3)
    assert (row.mean_low, row.ratio_rest, row.delta, row.within_delta) == (None, None, None, None)
    assert (row.mean_rest, row.within_sizes) == (2.0, "")


def test_profile_compares_within_sizes_that_hold_both_groups_only() -> None:
    observed = Observed(
        values=np.array([1.0, 5.0, 2.0, 9.0, 7.0]),
        is_low=np.array([True, False, False, False, True]),
        is_scored=np.array([True, True, True, True, False]),
        size=np.array([0, 0, 0, 1, 0]),
    )
    row = profile_row("x", observed, Nature(True, True), ("Large", "Small"), RNG)
    assert (row.n_low, row.n_rest, row.n_all) == (1, 3, 5)
    assert (row.within_delta, row.within_sizes) == (-1.0, "Large")
    assert (row.within_n_low, row.within_n_rest) == (1, 2)
    assert row.mean_all == pytest.approx(4.8)
    assert row.ratio_all == pytest.approx(1 / 4.8)


def test_variance_shares_of_the_parts_sum_to_one() -> None:
    rng = np.random.default_rng(2)
    parts = rng.integers(0, 30_000_000, (3, 50))
    total = parts.sum(axis=0)
    low = total < np.median(total)
    weight = np.full(50, 30_000_000)
    rows = [
        driver_row("measure", str(i), Earned(p, weight), total, low) for i, p in enumerate(parts)
    ]
    assert sum(r.variance_share or 0 for r in rows) == pytest.approx(1)
    assert all(0 <= (r.mean_lost_low or 0) <= 30 for r in rows)
    flat = driver_row("measure", "flat", Earned(weight, weight), weight, low)
    assert (flat.variance_share, flat.mean_points, flat.mean_lost_low) == (None, 30, 0)


def test_figures_of_no_amount_are_unknown_not_zero() -> None:
    told = {f.figure: f for f in concentration_figures(np.array([]), RNG)}
    assert told["contribution_total"] == Figure("contribution_total", None, 0)
    assert told["gini"].value is None
    assert told["top_quarter_share"].low is None
    empty = {f.figure: f.value for f in agreement_figures(np.array([]), np.array([]))}
    assert empty["methods_spearman"] is None


def test_finding_of_a_contradiction_says_what_either_repair_gives_in_both_languages() -> None:
    rule = CONTRADICTIONS[0]

    def repaired(side: str, low: int) -> SensitivityRow:
        name = f"{rule.pair}_{side}"
        return SensitivityRow(name, "repair", "", 100, low, 30, 3, 5, 8, 1.0, 0.9, 38, 2.0)

    repairs = {r.scenario: r for r in (repaired("left", 33), repaired("right", 35))}
    fired = Fired(rule, 15, (("001", 68.0, 480.0), ("002", None, 1.5)))
    (found,) = contradiction_findings([fired], 33, repairs)
    assert "15 accounts" in found.message("en")
    assert "33 accounts are low" in found.message("en")
    assert "为 35 个（现为 33 个）" in found.message("zh")
    assert "days_since_last_activity" in found.cure("zh")
    assert [e.value for e in found.examples] == [
        "days_since_last_activity: 68, total_activities_30d: 480",
        "days_since_last_activity: never, total_activities_30d: 1.5",
    ]
    (unscored,) = contradiction_findings([fired], 33, {})
    assert "33 accounts stay low" in unscored.message("en")
