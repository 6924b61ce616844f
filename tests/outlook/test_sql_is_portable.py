"""Every query of the outlook stays inside the portable vocabulary (design D2)."""

from datetime import date

import numpy as np
import pytest
from sqlglot import exp

from keepwell.config import ForecastSettings
from keepwell.measures import parse_portable
from keepwell.outlook import (
    CONTRADICTIONS,
    MATRIX_SELECT,
    ForecastBasis,
    Scenario,
    SilenceCut,
    action_scenarios,
    basis_select,
    compared_select,
    contradictions_select,
    counts_select,
    current_select,
    duplicates_select,
    examples_select,
    first_win_select,
    forecast_select,
    high_lines,
    lift_select,
    losses_select,
    low_groups_select,
    low_sizes_select,
    moves_select,
    open_deals_select,
    portfolio_select,
    priority_select,
    repair_scenarios,
    rescored_select,
    scenario_measures_select,
    scenario_sizes_select,
    stability_select,
    tier_cross_select,
    totals_select,
    use_patterns_select,
    weight_scenarios,
    widened_select,
)
from outlook.scored import CLASSIC

CARDS = {CLASSIC.scorecard: CLASSIC}
MEASURES = (
    "days_since_last_activity",
    "total_activities_30d",
    "total_activities_90d",
    "active_weeks_90d",
    "longest_gap_days",
    "total_contacts",
    "contacts_with_email",
    "contact_email_coverage",
    "annual_revenue",
    "number_of_employees",
    "account_age_days",
    "total_won_amount",
    "won_amount_12m",
    "won_amount_6m",
    "current_pipeline_amount",
    "open_pipeline_6m_amount",
    "pipeline_6m_amount",
    "win_rate",
    "account_size_segment",
)
COLUMNS = ("account_id", *(c for m in MEASURES for c in (m, f"{m}__never")))
TYPES = {m: "DOUBLE" for m in MEASURES if m != "account_size_segment"} | {
    "base_amount": "DOUBLE",
    "contribution_amount": "DOUBLE",
    "expected_loss_amount": "DOUBLE",
    "deal_amount": "DOUBLE",
    "age_days": "DOUBLE",
}
AMOUNTS = TYPES | {f"{m}_part": "DOUBLE" for m in MEASURES}
WEIGHTS = ForecastSettings()
CUT = SilenceCut(45.0, 30.0, is_after_looking=True)
REPAIRS = repair_scenarios(CARDS, CONTRADICTIONS)
ACTIONS = action_scenarios(CARDS, COLUMNS)
SCENARIOS: tuple[Scenario, ...] = (*REPAIRS, *weight_scenarios(CARDS), *ACTIONS)
PARTS = ("total_won_amount", "current_pipeline_amount")
DATED = (*PARTS, "won_amount_12m", "won_amount_6m")


def basis(*held: str, odds: float | None = 0.3) -> ForecastBasis:
    """Return a basis over ten accounts."""
    return ForecastBasis(frozenset(held), 10, odds, 0)


FORECASTS = [
    basis(odds=None),
    basis(*PARTS),
    basis("current_pipeline_amount"),
    basis(*DATED),
    basis(*DATED, "open_pipeline_6m_amount"),
    basis(*DATED, "open_pipeline_6m_amount", "pipeline_6m_amount"),
]
WHOLE = "tier AS cell_tier, 'all' AS cell_size"
QUERIES = {
    "basis": basis_select(COLUMNS),
    "basis without parts": basis_select(("account_id",)),
    "matrix": MATRIX_SELECT,
    "counts": counts_select(CONTRADICTIONS),
    "contradictions": contradictions_select(CONTRADICTIONS),
    "rescored": rescored_select(CARDS, CONTRADICTIONS, COLUMNS),
    "rescored without anything": rescored_select({}, (), ()),
    "widened": widened_select(("account_id", "tier"), SCENARIOS),
    "stability": stability_select(SCENARIOS),
    "stability without scenarios": stability_select(()),
    "base": current_select(CARDS),
    "moves": moves_select(SCENARIOS[0]),
    "compared": compared_select(SCENARIOS[0], CARDS),
    "sizes": scenario_sizes_select(SCENARIOS[0]),
    "sizes now": scenario_sizes_select(None),
    "low sizes": low_sizes_select(),
    "cross": tier_cross_select(COLUMNS),
    "totals": totals_select(),
    "low groups": low_groups_select(CUT),
    "losses": losses_select(CUT, {"a": ("a__weight", "a__micro")}),
    "patterns": use_patterns_select(),
    "duplicates": duplicates_select(COLUMNS) or "",
    "lift": lift_select(high_lines(CARDS), ("score_best_micro",), WHOLE),
    "lift without best": lift_select({}, (), WHOLE),
    "priority": priority_select(CARDS, COLUMNS, sizes=("Large",), silent_days=45.0),
    "priority by loss": priority_select(
        CARDS, (*COLUMNS, "likely_loss_amount"), sizes=("Large",), silent_days=45.0
    ),
    "priority without measures": priority_select(CARDS, (), sizes=(), silent_days=None),
    "open deals": open_deals_select(date(2026, 1, 31)),
    "first win": first_win_select("opportunities", date(2026, 1, 31)),
    "first purchase": first_win_select("transactions", date(2026, 1, 31)),
    "portfolio": portfolio_select(
        {
            "accounts": ("account_id", "name"),
            "scores": ("account_id", "score_micro", "tier"),
            "measures": COLUMNS,
            "contributions": ("account_id", "activity__micro"),
            "forecast": ("account_id", "base_amount"),
            "stability": ("account_id", "is_firm_low"),
        }
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_query_uses_only_the_portable_vocabulary(name: str) -> None:
    tree = parse_portable(QUERIES[name], types=TYPES)
    assert tree.sql(dialect="postgres")


@pytest.mark.parametrize("at", range(len(FORECASTS)))
def test_forecast_uses_only_the_portable_vocabulary_whatever_the_data_hold(at: int) -> None:
    for has_churn in (False, True):
        select = forecast_select(FORECASTS[at], WEIGHTS, COLUMNS, has_churn=has_churn)
        tree = parse_portable(select, types=AMOUNTS | {"churn_probability": "DOUBLE"})
        assert tree.sql(dialect="spark")


@pytest.mark.parametrize("rule", CONTRADICTIONS, ids=lambda r: r.code)
def test_rule_and_its_examples_use_only_the_portable_vocabulary(rule: object) -> None:
    chosen = [r for r in CONTRADICTIONS if r is rule]
    assert parse_portable(examples_select(chosen[0]), types=TYPES)


@pytest.mark.parametrize("scenario", [*REPAIRS, *ACTIONS], ids=lambda s: s.name)
def test_scenario_measures_keep_every_column_and_stay_portable(scenario: Scenario) -> None:
    tree = parse_portable(scenario_measures_select(scenario, COLUMNS), types=TYPES)
    assert isinstance(tree, exp.Select)
    assert {e.alias_or_name for e in tree.expressions} == {*COLUMNS, "scorecard"}


def test_repairs_touch_only_measures_of_their_own_pair() -> None:
    touched = {s.name: {c.removesuffix("__never") for c in s.replaced} for s in REPAIRS}
    assert touched["activity_30d_left"] == {"total_activities_30d"}
    assert touched["activity_30d_right"] == {"days_since_last_activity"}
    assert np.all([len(names) > 0 for names in touched.values()])
