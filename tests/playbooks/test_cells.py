"""Strategy cells from a small portfolio, with every number checked by hand."""

import math
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.adapters.playbook_library import load_library
from keepwell.measures import parse_portable
from keepwell.playbooks import (
    SIZES,
    TIERS,
    Lift,
    StrategyCell,
    card_lines,
    cell_queries,
    lift_scenario,
    rank_cells,
    staffing,
    strategy_cells,
    total_lift,
)
from playbooks.portfolio import account, answers, card, columns, table

LIBRARY = load_library()


LINES = card_lines([card("classic", ("high", 80), ("medium", 50), ("low", 0))])
QUERIES = cell_queries(LIBRARY, set(columns()), LINES)


def lost(recency: int, count: int) -> dict[str, int]:
    """Micro-points lost on the two measures of the scorecard, each with half of the weight."""
    return {
        "days_since_last_activity__weight": 50_000_000,
        "days_since_last_activity__micro": 50_000_000 - recency,
        "total_activities_30d__weight": 50_000_000,
        "total_activities_30d__micro": 50_000_000 - count,
    }


LARGE = "Large"
ROWS = [
    account(
        "low",
        LARGE,
        30,
        days_since_last_activity=60.0,
        total_activities_30d=0.0,
        contribution_amount=100.0,
        current_pipeline_amount=50.0,
        has_contradiction=True,
        **lost(40_000_000, 30_000_000),
    ),
    account(
        "low",
        LARGE,
        40,
        days_since_last_activity=10.0,
        total_activities_30d=2.0,
        contribution_amount=60.0,
        current_pipeline_amount=0.0,
        **lost(10_000_000, 50_000_000),
    ),
    account(
        "low",
        LARGE,
        45,
        days_since_last_activity__never=True,
        total_activities_30d=4.0,
        has_override=True,
        effective_tier="medium",
        is_near_line=True,
        **lost(15_000_000, 40_000_000),
    ),
    account("medium", LARGE, 60, base_amount=1000.0, score_best_micro=85_000_000),
    account("medium", LARGE, 70, base_amount=500.0, score_best_micro=79_999_999),
    account("medium", LARGE, 70, base_amount=None, score_best_micro=80_000_000),
    account("high", "Tiny", 90, contribution_amount=7.0),
    account(None, None, None),
]


def rows_of(
    connection: duckdb.DuckDBPyConnection, known: set[str] | None = None
) -> dict[str, list[tuple[Any, ...]]]:
    queries = cell_queries(LIBRARY, known, LINES) if known else QUERIES
    return answers(connection, queries)


def only(connection: duckdb.DuckDBPyConnection) -> StrategyCell:
    return next(c for c in strategy_cells(LIBRARY, rows_of(connection)) if c.accounts)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[tuple[Any, ...]]]:
    return rows_of(table(ROWS))


@pytest.fixture(scope="module")
def cells(rows: dict[str, list[tuple[Any, ...]]]) -> dict[tuple[str, str], StrategyCell]:
    return {(c.tier, c.size): c for c in strategy_cells(LIBRARY, rows)}


Cells = dict[tuple[str, str], StrategyCell]


def test_queries_stay_inside_the_portable_sql() -> None:
    names = {"cells", "points_lost", "rates", "totals", "medians", "nevers"} | {
        "other_sizes",
        "entries",
        "lift",
    }
    assert set(QUERIES) == names
    for sql in QUERIES.values():
        parse_portable(sql, types=columns(), tables=["portfolio"])


def test_all_twelve_cells_come_first_and_others_only_when_they_have_accounts(cells: Cells) -> None:
    order = list(cells)
    assert order[:12] == [(t, s) for t in TIERS for s in SIZES]
    assert order[12:] == [("high", "unknown"), ("unknown", "unknown")]


def test_cell_numbers_are_those_of_its_accounts(cells: Cells) -> None:
    cell = cells["low", LARGE]
    assert (cell.accounts, cell.contribution_known) == (3, 2)
    assert cell.contribution_amount == pytest.approx(160.0)
    assert cell.at_risk_amount == pytest.approx(160.0)
    assert (cell.near_line, cell.contradicting, cell.overridden) == (1, 1, 1)
    assert cell.is_small
    assert cells["medium", LARGE].at_risk_amount is None
    assert cells["medium", LARGE].contribution_amount is None


def test_urgent_accounts_are_top_quarter_and_low_or_silent() -> None:
    top = {"contribution_tier": 1}
    held = [
        account("low", LARGE, 30, **top),
        account("low", LARGE, 30, contribution_tier=2),
        account("medium", LARGE, 60, days_since_last_activity=45.0, **top),
        account("medium", LARGE, 60, days_since_last_activity=44.0, **top),
        account("high", LARGE, 90, days_since_last_activity__never=True, **top),
        account("high", LARGE, 90, days_since_last_activity__never=True),
        account("unknown", LARGE, None, days_since_last_activity=90.0, **top),
    ]
    cells = strategy_cells(LIBRARY, rows_of(table(held)))
    urgent = {c.tier: c.urgent for c in cells if c.accounts}
    assert urgent == {"low": 1, "medium": 1, "high": 1, "unknown": 0}


def test_drivers_are_mean_points_lost_and_sum_to_what_lacks_to_a_hundred(cells: Cells) -> None:
    drivers = {d.measure: d.mean_points for d in cells["low", LARGE].drivers}
    assert drivers["total_activities_30d"] == pytest.approx(40.0)
    assert drivers["days_since_last_activity"] == pytest.approx(65 / 3)
    assert sum(drivers.values()) == pytest.approx(100 - (30 + 40 + 45) / 3)
    assert next(iter(drivers)) == "total_activities_30d"


def test_kpis_of_the_cell_carry_baseline_and_target(cells: Cells) -> None:
    readings = {a.action.id: a.reading for a in cells["low", LARGE].actions}
    silent = readings["low_large_rescue_plan"]
    assert (silent.hits, silent.known, silent.target_hits) == (2, 3, 1)
    contradicting = readings["gate_verify_fields"]
    assert (contradicting.hits, contradicting.known, contradicting.target_hits) == (1, 3, 0)
    assert readings["low_large_deal_review"].state == "no_field"
    assert readings["low_large_deal_review"].target_hits == 3


def test_entry_conditions_are_counted_and_respect_an_override(cells: Cells) -> None:
    matching = {a.action.id: a.matching for a in cells["low", LARGE].actions}
    assert matching == {
        "gate_verify_fields": 1,
        "low_large_alert": 2,
        "low_large_shock_therapy": 2,
        "low_large_rescue_plan": 1,
        "low_large_deal_review": 1,
    }


def test_gate_comes_first_only_where_an_account_meets_it(cells: Cells) -> None:
    assert cells["low", LARGE].actions[0].action.id == "gate_verify_fields"
    medium = [a.action.id for a in cells["medium", LARGE].actions]
    assert medium[0] == "medium_large_review"


def test_actions_that_nobody_meets_come_last_or_rest() -> None:
    active = {"total_activities_30d": 5.0, "days_since_last_activity": 3.0, "active_channels": 2.0}
    won = {"total_won_amount": 9.0}
    cell = only(table([account("medium", LARGE, 70, **active, **won)]))
    assert [a.action.id for a in cell.actions] == [
        "medium_large_review",
        "medium_large_cross_sell",
        "medium_large_second_use_case",
    ]
    assert [a.action.id for a in cell.resting] == ["medium_large_near_line"]
    assert cell.resting[0].is_idle
    few = only(table([account("medium", LARGE, 70, **active, total_won_amount=0.0)]))
    assert [(a.action.id, a.matching) for a in few.actions] == [
        ("medium_large_review", 1),
        ("medium_large_second_use_case", 1),
        ("medium_large_near_line", 0),
    ]
    assert [a.action.id for a in few.resting] == ["medium_large_cross_sell"]


def test_an_action_that_cannot_be_told_does_not_rest(cells: Cells) -> None:
    cell = cells["medium", LARGE]
    undecided = [a for a in cell.actions if a.is_idle and a.undecided]
    assert {a.action.id for a in undecided} >= {"medium_large_second_use_case"}
    assert all(a.is_idle and not a.undecided for a in cell.resting)


def test_gate_is_left_out_where_the_playbook_runs_its_play() -> None:
    rows = rows_of(table([account("low", "Mid-Market", 40, has_contradiction=True)]))
    cell = next(c for c in strategy_cells(LIBRARY, rows) if c.accounts)
    assert cell.actions[0].action.id == "low_mid_market_repair"
    assert cell.actions[0].matching == 1


def test_accounts_whose_condition_cannot_be_told_are_counted(cells: Cells) -> None:
    second = next(
        a for a in cells["medium", LARGE].actions if a.action.id == "medium_large_second_use_case"
    )
    assert (second.matching, second.undecided) == (0, 3)


def test_mean_and_sum_leave_out_the_unknown_and_say_how_many_are_left() -> None:
    held = [account("medium", "Enterprise", 60, win_rate=w) for w in (0.2, 0.5, None)]
    held[2]["current_pipeline_amount"] = 80.0
    cell = next(c for c in strategy_cells(LIBRARY, rows_of(table(held))) if c.accounts)
    readings = {a.action.id: a.reading for a in cell.actions}
    mean = readings["medium_enterprise_value_workshop"]
    assert mean.baseline == pytest.approx(0.35)
    assert mean.known == 2
    assert mean.target == pytest.approx(0.385)
    total = readings["medium_enterprise_whitespace"]
    assert (total.baseline, total.known) == (80.0, 1)
    assert total.target == pytest.approx(88.0)


def test_median_over_accounts_that_never_were_active_says_never() -> None:
    held = [account("medium", LARGE, 60, days_since_last_activity__never=True)]
    cell = next(c for c in strategy_cells(LIBRARY, rows_of(table(held))) if c.accounts)
    states = {a.action.id: a.reading.state for a in cell.actions}
    assert states["medium_large_review"] == "never"
    held[0]["days_since_last_activity__never"] = False
    cell = next(c for c in strategy_cells(LIBRARY, rows_of(table(held))) if c.accounts)
    states = {a.action.id: a.reading.state for a in cell.actions}
    assert states["medium_large_review"] == "no_field"


def test_empty_cell_says_so_and_carries_no_action(cells: Cells) -> None:
    cell = cells["high", "Enterprise"]
    assert cell.is_empty
    assert not cell.is_small
    assert cell.actions == ()
    assert cell.drivers == ()
    assert cell.contribution_amount is None
    assert cell.playbook is not None


def test_unknown_size_and_tier_have_their_own_playbooks(cells: Cells) -> None:
    high = cells["high", "unknown"]
    assert high.playbook
    assert high.playbook.actions[0].play == "data_repair"
    unknown = cells["unknown", "unknown"]
    assert unknown.accounts == 1
    assert unknown.playbook
    assert unknown.playbook.strategy == "repair"
    assert unknown.drivers == ()


def test_tier_without_playbook_is_shown_without_strategy() -> None:
    rows = rows_of(table([account("platinum", LARGE, 99, contribution_amount=5.0)]))
    cell = strategy_cells(LIBRARY, rows)[-1]
    assert (cell.tier, cell.accounts, cell.playbook, cell.actions) == ("platinum", 1, None, ())
    plan = staffing(rank_cells([cell], 1.0))
    assert plan.rows == ()
    assert plan.without_playbook == (("platinum", LARGE, 1),)


def test_a_column_that_is_not_there_is_said_not_counted_as_zero() -> None:
    held = set(columns()) - {"has_contradiction", "score_best_micro"}
    connection = table(ROWS)
    connection.execute("ALTER TABLE portfolio DROP COLUMN has_contradiction")
    connection.execute("ALTER TABLE portfolio DROP COLUMN score_best_micro")
    rows = rows_of(connection, held)
    cell = next(c for c in strategy_cells(LIBRARY, rows) if (c.tier, c.size) == ("low", LARGE))
    assert "gate_verify_fields" not in {a.action.id for a in cell.actions}
    rescue = next(a for a in cell.actions if a.action.id == "low_large_rescue_plan")
    assert rescue.matching is None
    total = total_lift(lift_scenario(rows))
    assert total
    assert total.able is None
    assert total.able_gain_amount is None


def test_lift_scenario_counts_gain_and_who_can_get_there(
    rows: dict[str, list[tuple[Any, ...]]],
) -> None:
    (lift,) = lift_scenario(rows)
    assert (lift.size, lift.accounts, lift.gain_known) == (LARGE, 3, 2)
    assert lift.gain_amount == pytest.approx(1000 * 0.2 + 500 * 0.1)
    assert (lift.able, lift.able_known) == (2, 3)
    assert lift.able_gain_amount == pytest.approx(200.0)
    total = total_lift([lift, lift])
    assert total
    assert (total.accounts, total.able) == (6, 4)
    assert total_lift([]) is None


@pytest.mark.parametrize(
    ("values", "expected"), [([5, 1, 9], 5), ([4, 1], 2.5), ([7], 7), ([3, 3, 3, 8], 3)]
)
def test_median_is_the_mean_of_the_middle_two(values: list[int], expected: float) -> None:
    held = [account("high", "Small Business", 90, total_contacts=float(v)) for v in values]
    held.append(account("high", "Small Business", 90))
    rows = rows_of(table(held))
    found = {r[2]: r[3:] for r in rows["medians"] if r[:2] == ("high", "Small Business")}
    assert found["median: total_contacts"] == (pytest.approx(expected), len(values))


SOME_ACCOUNT = st.builds(
    account,
    st.sampled_from(["low", "medium", "high", "unknown", None]),
    st.sampled_from([*SIZES, "Other", None]),
    st.none() | st.integers(0, 100),
    days_since_last_activity=st.none() | st.integers(0, 400),
    total_activities_30d=st.none() | st.integers(0, 50),
    contribution_amount=st.none() | st.floats(-1e6, 1e9),
    base_amount=st.none() | st.floats(0, 1e9),
    current_pipeline_amount=st.none() | st.floats(0, 1e9),
)


@given(st.lists(SOME_ACCOUNT, max_size=12))
def test_every_account_is_in_one_cell_and_no_number_is_nan(held: list[dict[str, Any]]) -> None:
    rows = rows_of(table(held))
    cells = strategy_cells(LIBRARY, rows)
    assert sum(c.accounts for c in cells) == len(held)
    assert all(c.playbook for c in cells)
    numbers = [c.contribution_amount for c in cells]
    numbers += [x for c in cells for a in c.actions for x in (a.reading.baseline, a.reading.target)]
    numbers += [d.mean_points for c in cells for d in c.drivers]
    assert all(n is None or math.isfinite(n) for n in numbers)
    for cell in cells:
        assert (cell.actions == ()) == cell.is_empty
        for action in cell.actions:
            assert action.matching is None or 0 <= action.matching <= cell.accounts
    ranked = rank_cells(cells, 1.0)
    assert [r.rank for r in ranked] == list(range(1, len(ranked) + 1))
    assert staffing(ranked).hours >= 0


def test_gain_of_those_who_can_get_there_is_unknown_where_none_of_their_amounts_is_known() -> None:
    able_unknown = Lift("Large", 3, None, 0, 2, 3, None)
    none_able = Lift("Small Business", 4, 10.0, 4, 0, 4, 0.0)
    told = total_lift((able_unknown, none_able))
    assert told is not None
    assert (told.able, told.able_gain_amount) == (2, None)
    nobody = total_lift((none_able,))
    assert nobody is not None
    assert nobody.able_gain_amount == 0.0
