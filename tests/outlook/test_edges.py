"""The exact edges of the outlook's rules: who is just in, what comes first, what a repair gives."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from keepwell.config import MatrixSettings
from keepwell.outlook import (
    CONTRADICTIONS,
    Cell,
    action_scenarios,
    current_row,
    fisher_p,
    lift_select,
    matrix_rows,
    priority_select,
    spearman,
    use_pattern_case,
)
from keepwell.outlook.contradictions import Side, repaired
from keepwell.outlook.effects import _thinned
from outlook.scored import CLASSIC, open_engine

GAP, MONTH = "days_since_last_activity", "total_activities_30d"
ROW: dict[str, Any] = {
    "name": "One", "industry": "Retail", "account_size_segment": "Large",
    "scorecard": CLASSIC.scorecard,
    "score_micro": 50_000_000, "tier": "medium", "effective_tier": "medium", "coverage": 1.0,
    "contribution_amount": 10.0, "contribution_rank": 9, "contribution_tier": 4,
    "expected_loss_amount": 0.0, "has_contradiction": False,
}  # fmt: skip


def literal(value: object) -> str:
    """Return a value as a portable literal of its kind."""
    match value:
        case None:
            return "CAST(NULL AS DOUBLE)"
        case bool():
            return str(value).upper()
        case float():
            return f"CAST({value!r} AS DOUBLE)"
    return f"'{value}'" if isinstance(value, str) else f"CAST({value} AS BIGINT)"


def told(expression: str, cells: Mapping[str, object]) -> object:
    """Return an expression's value over one row."""
    row = ", ".join(f"{literal(v)} AS {name}" for name, v in cells.items())
    with open_engine() as engine:
        return engine.rows(f"SELECT {expression} FROM (SELECT {row}) AS one")[0][0]


@pytest.mark.parametrize(
    ("weeks", "gap", "pattern"),
    [(4, 10, "sporadic"), (5, 10, "mixed"), (7, 10, "mixed"), (8, 29, "lasting"),
     (8, 30, "mixed"), (8, 44, "mixed"), (8, 45, "sporadic"), (0, 95, "idle"),
     (None, 10, "unknown")],
)  # fmt: skip
def test_use_is_sporadic_up_to_four_weeks_or_from_a_gap_of_45_days(
    weeks: float | None, gap: float, pattern: str
) -> None:
    cells = {"active_weeks_90d": weeks, "longest_gap_days": gap}
    assert told(use_pattern_case(), cells) == pattern


@pytest.mark.parametrize(
    ("side", "gap", "count", "wanted"),
    [("right", 68.0, 480.0, 29.0), ("left", 68.0, 480.0, 0.0), ("right", 3.0, 0.0, 30.0),
     ("left", 3.0, 0.0, 1.0), ("right", None, 5.0, 29.0)],
)  # fmt: skip
def test_a_repair_moves_the_other_field_just_to_where_both_can_be_true(
    side: Side, gap: float | None, count: float, wanted: float
) -> None:
    rules = [r for r in CONTRADICTIONS if r.pair == "activity_30d"]
    changed = repaired(rules, side)[GAP if side == "right" else MONTH]
    cells = {GAP: gap, MONTH: count, f"{GAP}__never": gap is None}
    assert told(changed, cells) == wanted


@pytest.mark.parametrize("side", ["left", "right"])
def test_more_addresses_than_contacts_are_full_coverage_whichever_is_right(side: Side) -> None:
    rules = [r for r in CONTRADICTIONS if r.pair == "emails_above_contacts"]
    changed = repaired(rules, side)
    cells = {"contacts_with_email": 5.0, "total_contacts": 3.0, "contact_email_coverage": 0.2}
    assert told(changed["contact_email_coverage"], cells) == 1.0


def test_one_touch_of_an_account_that_never_was_active_makes_one_activity() -> None:
    (touch, *_) = action_scenarios({CLASSIC.scorecard: CLASSIC}, (GAP, MONTH))
    cells = {MONTH: None, f"{MONTH}__never": True, GAP: None, f"{GAP}__never": True}
    assert (told(touch.replaced[MONTH], cells), told(touch.replaced[GAP], cells)) == (1.0, 0.0)


def test_an_account_that_reaches_the_high_line_exactly_can_be_lifted() -> None:
    cells = {"scorecard": CLASSIC.scorecard, "score_micro": 60_000_000, "base_amount": 100.0}
    cells |= {"score_best_micro": 80_000_000}
    select = lift_select(
        {CLASSIC.scorecard: 80_000_000}, tuple(cells), "'medium' AS cell_tier, 'L' AS cell_size"
    )
    row = ", ".join(f"{literal(v)} AS {name}" for name, v in cells.items())
    with open_engine() as engine:
        engine.create_table("portfolio", f"SELECT {row}")
        (found,) = engine.rows(select)
    assert found == ("L", 1, pytest.approx(20.0), 1, 1, 1, pytest.approx(20.0))


def test_the_list_takes_who_stands_on_the_line_and_puts_more_money_first() -> None:
    accounts = [
        {**ROW, "account_id": "on the line", "contribution_amount": 10.0},
        {**ROW, "account_id": "richer", "contribution_amount": 20.0, "score_micro": 51_999_999},
        {**ROW, "account_id": "two points above", "score_micro": 52_000_000},
    ]
    rows = " UNION ALL ".join(
        "SELECT " + ", ".join(f"{literal(v)} AS {n}" for n, v in a.items()) for a in accounts
    )
    with open_engine() as engine:
        engine.create_table("portfolio", rows)
        select = priority_select(
            {CLASSIC.scorecard: CLASSIC},
            tuple(engine.columns("portfolio")),
            sizes=(),
            silent_days=None,
        )
        found = engine.rows(f"SELECT account_id, priority_group FROM ({select}) AS p ORDER BY 1")
        first = engine.rows(f"SELECT account_id FROM ({select}) AS p ORDER BY priority_rank")
    assert found == [("on the line", "D"), ("richer", "D")]
    assert [name for (name,) in first] == ["richer", "on the line"]


def test_matrix_begins_with_the_cell_that_has_most_money_at_risk() -> None:
    cells = [
        Cell(name, "Large", 10, low, 0, money, money, 0)
        for name, low, money in (("A", 9, 1.0), ("B", 1, 5.0), ("C", 5, None), ("D", 2, 5.0))
    ]
    rows = matrix_rows("cell", cells, None, MatrixSettings())
    assert [r.industry for r in rows] == ["D", "B", "A", "C"]


def test_the_scores_as_they_are_change_no_tier() -> None:
    base = current_row({"low": 3, "high": 2}, near_line_count=1, median_points_to_line=2.0)
    assert (base.accounts, base.low_count, base.both_low, base.changed_tier) == (5, 3, 3, 0)


def test_probabilities_and_correlations_stay_within_their_bounds() -> None:
    for size in range(3, 60):
        values = np.sqrt(np.arange(size, dtype=np.float64))
        found = spearman(values, values)
        assert found is not None
        assert found <= 1.0
        assert fisher_p(size // 2, size, size // 2 * 2, size * 2) <= 1.0


def test_thinning_draws_every_account_once_at_most() -> None:
    values = np.arange(1000, dtype=np.float64)
    ((left, right),) = _thinned([(values, values)], 400, np.random.default_rng(3))
    assert len(left) == len(right) == 200
    assert len(set(left.tolist())) == 200
