"""Recurring revenue as the pace of the contribution, where no won amounts are there."""

from keepwell.config import ForecastSettings
from keepwell.outlook import ForecastBasis, basis_of, basis_select, forecast_select
from outlook.scored import open_engine

MEASURES = """
SELECT * FROM (VALUES
  ('a', CAST(1200 AS DOUBLE), FALSE),
  ('b', CAST(0 AS DOUBLE), FALSE),
  ('c', CAST(NULL AS DOUBLE), FALSE),
  ('d', CAST(24000 AS DOUBLE), FALSE)
) AS t(account_id, current_arr_amount, current_arr_amount__never)"""
SCORES = "SELECT account_id, 40000000 AS score_micro, 'low' AS tier FROM measures"


def test_contribution_of_a_subscriber_is_half_a_year_of_its_revenue_and_unknown_stays_unknown() -> (
    None
):
    settings = ForecastSettings(retention_factor=0.9)
    with open_engine() as engine:
        engine.create_table("measures", MEASURES)
        engine.create_table("scores", SCORES)
        columns = tuple(engine.columns("measures"))
        basis = basis_of(engine.rows(basis_select(columns))[0])
        engine.create_table("forecast", forecast_select(basis, settings, columns))
        rows = engine.rows(
            "SELECT account_id, contribution_amount, contribution_rank, naive_amount, "
            "weighted_amount, expected_loss_amount FROM forecast ORDER BY account_id"
        )
    assert basis.method == "run_rate"
    assert [r[1] for r in rows] == [540.0, 0.0, None, 10_800.0]
    assert [r[2] for r in rows] == [2, 3, None, 1]
    assert {r[3] for r in rows} == {r[4] for r in rows} == {None}
    assert [r[5] for r in rows] == [540.0, 0.0, None, 10_800.0]


def test_won_amounts_of_twelve_months_come_before_recurring_revenue_even_without_a_total() -> None:
    held = frozenset({"won_amount_12m", "current_arr_amount"})
    assert ForecastBasis(held, 10, None, 0).pace == "trailing_12_months"
    assert ForecastBasis(frozenset({"current_arr_amount"}), 10, None, 0).pace == "current_arr"
